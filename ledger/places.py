"""The places of an encounter over time, added up from messages that each tell a part.

An arrival (A01, A04), a transfer (A02) and a change of class (A06, A07) tell a place and since when: a move. Any
other event of ADT tells that the patient was seen in a place, which counts from then on where it says otherwise than
the moves do. Messages of other kinds know no time. All of it is taken in the order in which it was asserted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter

from coder.facts import Encounter, Place, PlacePeriod
from ledger.link_keys import EARLIEST
from mappers.telling import Action, Telling

Since = dict[datetime, Place | None]


@dataclass(slots=True)
class _Told:
    """What was told so far: stretches as a resource has them, moves, sights, and places without a time."""

    whole: tuple[PlacePeriod, ...] = ()
    moves: Since = field(default_factory=dict)
    seen: Since = field(default_factory=dict)
    untimed: set[Place | None] = field(default_factory=set)


def places_over_time(standing: Sequence[Telling]) -> tuple[PlacePeriod, ...]:
    """The places that tellings, the weakest first, give an encounter, each until the patient is in another.

    Where nobody tells since when the patient was where, a place that a resource has, or else all messages, is that of
    the whole encounter.
    """
    told = _Told()
    for telling in standing:
        if isinstance(telling.fact, Encounter):
            told = _heard(told, telling, telling.fact)
    timed = [period for period in told.whole if period.start or period.end]
    said = {*told.untimed, *told.seen.values()}
    if not told.moves and not timed and (told.whole or len(said) == 1):
        return told.whole or tuple(PlacePeriod(place) for place in said if place)
    return _in_order(timed, sorted((told.seen | told.moves).items()))


def _heard(told: _Told, telling: Telling, fact: Encounter) -> _Told:
    """What is known with another telling; times of a resource replace all before, a visit taken back leaves nothing."""
    if telling.whole and any(period.start or period.end for period in fact.places):
        return _Told(fact.places)
    if telling.whole and fact.places:
        return replace(told, whole=fact.places)
    if not telling.whole and (telling.action is Action.DELETE or fact.cancelled):
        return _Told()
    if fact.department and not fact.places:
        told.untimed.add(None)
    back = "places" in telling.cleared and _takes_back(told, fact.places)
    for period in () if back else fact.places:
        if period.start is None:
            told.untimed.add(period.place)
        elif period.end is None:
            _move(told, period.start.astimezone(UTC), period.place)
        else:
            _see(told, period.start.astimezone(UTC), period.place)
    return told


def _move(told: _Told, since: datetime, place: Place | None) -> None:
    """Whoever saw the patient after a move, and said so before it was told, did not know of it."""
    told.seen = {moment: seen for moment, seen in told.seen.items() if moment < since}
    told.moves[since] = place


def _see(told: _Told, moment: datetime, place: Place | None) -> None:
    """A sight counts where it says otherwise than what is known of its moment."""
    known = told.seen | told.moves
    before = max((start for start in known if start <= moment), default=None)
    if before is None or known[before] is not place:
        told.seen[moment] = place


def _takes_back(told: _Told, seen: Sequence[PlacePeriod]) -> bool:
    """Undo the move of the moment that is told; whether what stood before it stands again.

    Where none was then, it is the last, unless the patient is still seen where that led.
    """
    moment = seen[0].start.astimezone(UTC) if seen and seen[0].start else None
    if moment in told.moves:
        del told.moves[moment]
        return any(start < moment for start in told.moves)
    last = max(told.moves, default=None)
    if last and not (seen and told.moves[last] is seen[0].place):
        del told.moves[last]
    return False


def _in_order(whole: Sequence[PlacePeriod], known: Sequence[tuple[datetime, Place | None]]) -> tuple[PlacePeriod, ...]:
    """The stretches in places that matter, each until the next change."""
    changes = [next(same) for _, same in groupby(known, key=itemgetter(1))]
    ends = [*(at for at, _ in changes), None][1:]
    begun = (PlacePeriod(place, at, end) for (at, place), end in zip(changes, ends, strict=False) if place)
    return (*(replace(one, end=_end(one, known)) for one in whole), *begun)


def _end(period: PlacePeriod, known: Sequence[tuple[datetime, Place | None]]) -> datetime | None:
    """Its own end, or when the patient was next in another place, whichever is first."""
    start = period.start or EARLIEST
    left = next((at for at, place in known if at > start and place is not period.place), None)
    return min((end for end in (period.end, left) if end), default=None)
