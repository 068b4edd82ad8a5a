"""How far an administration got: RXA-18, RXA-20 and RXA-21, with ORC-5 where the nurse charted no state.

A status counts by an allow-list, table 0322 and the words of the sender's profile, in RXA-20 or where
senders shift it to, RXA-19 and RXA-21. What is listed nowhere is unknown, and the coder holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from coder.facts import AdministrationStatus
from mappers.hl7.separators import Separators
from mappers.profile import Charting, Profile
from mappers.telling import Action

COMPLETION = {
    "CP": Charting(AdministrationStatus.COMPLETED),
    "PA": Charting(AdministrationStatus.STOPPED),
    "RE": Charting(AdministrationStatus.NOT_DONE),
    "NA": Charting(AdministrationStatus.NOT_DONE),
}
ORDER_STATUS = {
    "IP": AdministrationStatus.IN_PROGRESS,
    "CM": AdministrationStatus.COMPLETED,
    "CP": AdministrationStatus.COMPLETED,
    "HD": AdministrationStatus.ON_HOLD,
    "DC": AdministrationStatus.STOPPED,
}
ACTIONS = {
    "": Action.ADD,
    "A": Action.ADD,
    "S": Action.ADD,
    "X": Action.ADD,
    "U": Action.UPDATE,
    "D": Action.DELETE,
}
_ADD, _DELETE = Action.ADD, Action.DELETE
_IN_PROGRESS = Charting(AdministrationStatus.IN_PROGRESS)
_UNKNOWN = Charting(AdministrationStatus.UNKNOWN)


@dataclass(frozen=True, slots=True)
class State:
    """What an RXA does to what was said before, how far it got, and the word that said so."""

    action: Action
    status: AdministrationStatus
    halts: bool = False
    word: str = ""


class Words(NamedTuple):
    """The words of an RXA and of its order that tell a state; whether a rate is charted, and whether an end is."""

    shifted: str
    completion: str
    action: str
    order: str
    runs: bool
    ended: bool


def state_in(
    stated: Sequence[str], separators: Separators, profile: Profile, *, runs: bool, ended: bool
) -> State | None:
    """The state that RXA-18 to RXA-21 and ORC-5 tell as they were sent; None where RXA-21 holds no action.

    `runs` where a rate is charted, `ended` where an end is. A deletion is an entry made in error.
    """
    value = separators.value
    refusal, shifted, completion, last, order = stated
    words = Words(value(shifted), value(completion), value(last), value(order), runs, ended)
    charting, action, word = _charting(words.completion, profile), _action(words.action, profile), words.completion
    if action is None:
        at_the_end = _charting(words.action, profile)
        if at_the_end is None:
            return None
        action = _ADD
        if charting is None:
            word, charting = words.action, at_the_end
    if charting is None:
        word, charting, action = _elsewhere(words, profile, action, alone=not last)
    if word:
        action = profile.actions.get(word.casefold(), action)
    if action is _DELETE:
        return State(action, AdministrationStatus.ENTERED_IN_ERROR)
    if refusal and (value(refusal) or value(refusal, 2)):
        return State(action, AdministrationStatus.NOT_DONE)
    return State(action, charting.status, charting.halts, word)


def _charting(word: str, profile: Profile) -> Charting | None:
    if not word:
        return None
    return COMPLETION.get(word) or profile.statuses.get(word.casefold())


def _action(word: str, profile: Profile) -> Action | None:
    return ACTIONS.get(word) or profile.actions.get(word.casefold())


def _elsewhere(words: Words, profile: Profile, action: Action, *, alone: bool) -> tuple[str, Charting, Action]:
    """RXA-20 holds no listed status: the one a field early, with the action after it; else what the order says.

    `alone` is RXA-20 where nothing is sent in RXA-21.
    """
    said, shifted = words.completion, words.shifted
    charting = _charting(shifted, profile)
    if charting:
        if shifted == "RE" and words.order == "IP" and not said:
            charting = _IN_PROGRESS
        return shifted, charting, ACTIONS.get(said, action) if said and alone else action
    return said, _UNKNOWN if said else _uncharted(words), action


def _uncharted(words: Words) -> Charting:
    """Nobody charted a state: what the order says, else whether an end is charted, else whether it runs.

    An open end alone shows nothing: by the standard it may be a push, which ends when it starts.
    """
    if words.order in ORDER_STATUS:
        return Charting(ORDER_STATUS[words.order])
    if words.ended:
        return Charting(AdministrationStatus.COMPLETED)
    return _IN_PROGRESS if words.runs else _UNKNOWN
