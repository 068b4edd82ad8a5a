"""How far an administration got: RXA-18, RXA-20 and RXA-21, with ORC-5 where the nurse charted no state.

A status counts by an allow-list, table 0322 and the words of the sender's profile, in RXA-20 or where
senders shift it to, RXA-19 and RXA-21. What is listed nowhere is unknown, and the coder holds it.
"""

from __future__ import annotations

from dataclasses import dataclass

from coder.facts import AdministrationStatus
from mappers.hl7.message import Segment
from mappers.profile import Charting, Profile
from mappers.refused import refused
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


@dataclass(slots=True)
class State:
    """What an RXA does to what was said before, how far it got, and the word that said so."""

    action: Action
    status: AdministrationStatus
    halts: bool = False
    word: str = ""


def state_of(rxa: Segment, orc: Segment | None, profile: Profile, *, runs: bool) -> State:
    """The state of an administration; `runs` where a rate is charted. A deletion is an entry made in error."""
    word, last = rxa.text(20), rxa.text(21)
    charting, action = _charting(word, profile), _action(last, profile)
    if action is None:
        stated = _charting(last, profile)
        if stated is None:
            raise refused("not an action", rxa.path(21), last, "A, U, D, S or X of tables 0206 and 0323")
        action = _ADD
        if charting is None:
            word, charting = last, stated
    if charting is None:
        word, charting, action = _elsewhere(rxa, orc, profile, action, runs=runs)
    if word:
        action = profile.actions.get(word.casefold(), action)
    if action is _DELETE:
        return State(action, AdministrationStatus.ENTERED_IN_ERROR)
    if rxa.raw(18) and (rxa.text(18) or rxa.text(18, 2)):
        return State(action, AdministrationStatus.NOT_DONE)
    return State(action, charting.status, charting.halts, word)


def _charting(word: str, profile: Profile) -> Charting | None:
    if not word:
        return None
    return COMPLETION.get(word) or profile.statuses.get(word.casefold())


def _action(word: str, profile: Profile) -> Action | None:
    return ACTIONS.get(word) or profile.actions.get(word.casefold())


def _elsewhere(
    rxa: Segment, orc: Segment | None, profile: Profile, action: Action, *, runs: bool
) -> tuple[str, Charting, Action]:
    """RXA-20 holds no listed status: the one a field early, with the action after it; else what the order says."""
    said, shifted = rxa.text(20), rxa.text(19)
    order_status = orc.text(5) if orc else ""
    charting = _charting(shifted, profile)
    if charting:
        if shifted == "RE" and order_status == "IP" and not said:
            charting = _IN_PROGRESS
        return shifted, charting, ACTIONS.get(said, action) if said and not rxa.raw(21) else action
    return said, _UNKNOWN if said else _uncharted(rxa, order_status, runs=runs), action


def _uncharted(rxa: Segment, order_status: str, *, runs: bool) -> Charting:
    """Nobody charted a state: what the order says, else whether an end is charted, else whether it runs.

    An open end alone shows nothing: by the standard it may be a push, which ends when it starts.
    """
    if order_status in ORDER_STATUS:
        return Charting(ORDER_STATUS[order_status])
    if rxa.text(4):
        return Charting(AdministrationStatus.COMPLETED)
    return _IN_PROGRESS if runs else _UNKNOWN
