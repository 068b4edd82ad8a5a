"""What an answer states of the administrations it is about; each takes them in order of start.

An answer fills in what was missing: what a later message charts in its place stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from coder.answers.values import quantity_of
from coder.facts import (
    Administration,
    AdministrationStatus,
    EndSource,
    Method,
    Pump,
    Purpose,
    Reference,
    Route,
)

Givens = Sequence[Administration]
Effect = Callable[[Givens, str], Givens]

OPEN_STATUSES = (AdministrationStatus.IN_PROGRESS, AdministrationStatus.ON_HOLD)
GIVEN = {
    "given": AdministrationStatus.COMPLETED,
    "partly-given": AdministrationStatus.STOPPED,
    "not-given": AdministrationStatus.NOT_DONE,
}
RUNNING, PUSH = "running", "push"
SAME_ACCESS = "same"
FIRST, SECOND, FIRST_TO_SECOND = "first", "second", "first-to-second"


def nothing(givens: Givens, _: str) -> Givens:
    """What is decided by the answer itself, where the rule looks for it."""
    return givens


def each(field: str, value: Callable[[str], Any] = str) -> Effect:
    """State one field of every administration."""

    def state(givens: Givens, says: str) -> Givens:
        return [replace(given, **{field: value(says)}) for given in givens]

    return state


def fill(field: str, value: Callable[[str], Any] = str) -> Effect:
    """State one field of every administration that does not have it."""

    def state(givens: Givens, says: str) -> Givens:
        stated = {field: value(says)}
        return [replace(given, **stated) if getattr(given, field) is None else given for given in givens]

    return state


def reasons(givens: Givens, says: str) -> Givens:
    """Diagnoses, before those charted with it."""
    codes = says.split(", ")
    return [replace(given, reasons=tuple(dict.fromkeys((*codes, *given.reasons)))) for given in givens]


def yes(says: str) -> bool:
    """Whether the answer was yes."""
    return says == "yes"


def person(says: str) -> Reference:
    """Somebody by name."""
    return Reference(display=says)


def minutes_of_hours(says: str) -> int:
    """Hours as minutes."""
    return int(says) * 60


def stop(givens: Givens, says: str) -> Givens:
    """When the last of it stopped, or that it still runs; that it counts as a push is decided where policy says so."""
    open_ones = [given for given in givens if given.end is None and not _is_pause(given)]
    if says == PUSH or not open_ones:
        return givens
    last = open_ones[-1]
    if says == RUNNING:
        return _with(givens, replace(last, status=AdministrationStatus.IN_PROGRESS))
    stopped = AdministrationStatus.COMPLETED if last.status in OPEN_STATUSES else last.status
    return _with(givens, replace(last, end=datetime.fromisoformat(says), end_source=EndSource.ANSWERED, status=stopped))


def _is_pause(given: Administration) -> bool:
    return given.rate is not None and given.rate.value == 0


def _with(givens: Givens, changed: Administration) -> Givens:
    return [changed if given.key == changed.key else given for given in givens]


def start(givens: Givens, says: str) -> Givens:
    """When it started; a charted end before that is none."""
    at = datetime.fromisoformat(says)
    return [_started(given, at) if given.start is None else given for given in givens]


def _started(given: Administration, at: datetime) -> Administration:
    return replace(given, start=at, end=given.end if given.end and given.end > at else None)


def times(givens: Givens, says: str) -> Givens:
    """From when to when all of it ran: what was charted outside of that was not so."""
    first, _, last = says.partition("/")
    begun, ended = datetime.fromisoformat(first), datetime.fromisoformat(last)

    def within(moment: datetime | None) -> datetime | None:
        return min(max(moment, begun), ended) if moment else None

    kept = [replace(given, start=within(given.start), end=within(given.end)) for given in givens]
    kept[0] = replace(kept[0], start=begun)
    kept[-1] = replace(kept[-1], end=ended, end_source=EndSource.ANSWERED)
    return kept


def times_unless_confirmed(givens: Givens, says: str) -> Givens:
    """Other times than those charted; a yes leaves them."""
    return givens if says == "yes" else times(givens, says)


def which_hour(givens: Givens, says: str) -> Givens:
    """Which of the two hours that the clock showed alike the times are of."""
    return [_in_hour(given, says) for given in givens]


def _in_hour(given: Administration, says: str) -> Administration:
    start = given.later_start if says == SECOND else None
    end = None if says == FIRST else given.later_end
    return replace(given, start=start or given.start, end=end or given.end, later_start=None, later_end=None)


def was_given(givens: Givens, says: str) -> Givens:
    """Whether it was given."""
    unknown = AdministrationStatus.UNKNOWN
    return [replace(given, status=GIVEN[says]) if given.status is unknown else given for given in givens]


def how_long_push(givens: Givens, says: str) -> Givens:
    """A push with somebody in attendance, by hand; or an infusion after all."""
    if says == "attended":
        return [replace(given, attended=True, pump=None) for given in givens]
    return [replace(given, method=Method.INFUSION) for given in givens]


def by_hand_or_pump(givens: Givens, says: str) -> Givens:
    """The route, and whether a hand or a pump gave it."""
    route, _, how = says.partition("-by-")
    if how == "hand":
        return [replace(given, route=Route(route), attended=True, pump=None) for given in givens]
    pumped = [replace(given, route=Route(route), method=Method.INFUSION) for given in givens]
    return [given if given.pump else replace(given, pump=Pump.STATIONARY) for given in pumped]


def pump_kind(givens: Givens, says: str) -> Givens:
    """The kind of a pump that was refilled; another one is decided where it is refilled."""
    known = {pump.value: pump for pump in (Pump.PORTABLE, Pump.IMPLANTABLE)}
    return [replace(given, pump=known[says]) for given in givens] if says in known else givens


def access(givens: Givens, says: str) -> Givens:
    """One access under several words, or a second one that was needed: whatever is not at the first site charted."""
    first = next((given.access for given in givens if given.access), None)
    if says == SAME_ACCESS:
        return [replace(given, access=first, second_access=None) for given in givens]
    return [replace(given, second_access=says) if given.access and given.access != first else given for given in givens]


def volume_and_rate(givens: Givens, says: str) -> Givens:
    """How much ran in, and how fast."""
    much, _, fast = says.partition(" at ")
    volume, rate = quantity_of(much), quantity_of(fast)
    return [replace(given, volume_infused=volume, rate=given.rate or rate) for given in givens]


def lot_and_expiry(givens: Givens, says: str) -> Givens:
    """The lot number, and when it expires."""
    lot, _, expiry = says.rpartition(" ")
    return [replace(given, lot=lot, expiry=expiry) for given in givens]


def purpose(says: str) -> Purpose:
    """What it was given for."""
    return Purpose(says)


def authorisation(givens: Givens, says: str) -> Givens:
    """The payer's number, where there is one."""
    return [given if says == "none" else replace(given, authorisation=says) for given in givens]
