"""Stitching: administrations into runs, before anything is classified.

A new bag, a changed or checked rate and a documented pause continue a run; an undocumented gap does so
up to the site's limit. A further dose at the same rate after one without a stop begins another run, and so
does a dose after the ordered end of one without a stop: the stop is asked for, not guessed. A dose after all
that was ordered had flowed is the next one, even after a pause. Bags charted by their starts alone are one run
while the order has them run. What is not charted as running is never counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from coder.facts import Administration, AdministrationStatus, Method, Purpose, Route
from coder.runs.clocking import Piece, run_of
from coder.runs.known import Known
from coder.runs.run import Run

PUSH = Method.PUSH
OPEN_STATUSES = (AdministrationStatus.IN_PROGRESS, AdministrationStatus.ON_HOLD)
PAUSING_STATUSES = (AdministrationStatus.ON_HOLD, AdministrationStatus.STOPPED)
STITCHED_ROUTES = (Route.INTRAVENOUS, Route.INTRA_ARTERIAL, Route.UNLISTED)
NEVER_STITCHED = (Purpose.FLUSH, Purpose.DECLOT, Purpose.PUMP_REFILL)


def stitch(known: Iterable[Known], bag_gap_minutes: int, until: datetime | None = None) -> tuple[Run, ...]:
    """Runs in order of start, then longer first, then anchor; `until` is the inpatient order that ends them."""
    groups: dict[tuple[object, ...], list[Piece]] = {}
    for piece in sorted([_piece(one) for one in known], key=_by_start):
        groups.setdefault(_group(piece.known), []).append(piece)
    gap = timedelta(minutes=bag_gap_minutes)
    until_utc = until.astimezone(UTC) if until else None
    parted = [pieces for group in groups.values() for pieces in (_split(group, gap) if len(group) > 1 else (group,))]
    runs = [run_of(pieces, until_utc) for pieces in parted]
    return tuple(sorted([run for run in runs if run], key=_longer_first))


def _longer_first(run: Run) -> tuple[datetime, int, str]:
    return run.start, -run.minutes, run.anchor


def _by_start(piece: Piece) -> tuple[datetime, str]:
    return piece.start, piece.key


def _piece(known: Known) -> Piece:
    given = known.administration
    start = given.start or given.taken_over_at
    if start is None:
        raise ValueError("an administration without a start cannot be stitched")
    end = given.end.astimezone(UTC) if given.end else None
    is_pause = given.rate is not None and given.rate.value == 0
    return Piece(known, given, given.key, start.astimezone(UTC), end, is_pause)


def _group(known: Known) -> tuple[object, ...]:
    given = known.administration
    return (known.infusate, given.order, known.access, given.route, given.key if _stands_alone(given) else None)


def _stands_alone(given: Administration) -> bool:
    """Pushes, injections and the like are never stitched; by other routes than a vessel only what flowed is."""
    if given.method is PUSH or given.demand or given.purpose in NEVER_STITCHED:
        return True
    if given.route in STITCHED_ROUTES:
        return False
    return not (given.pump or given.rate or given.method is Method.INFUSION)


@dataclass(slots=True)
class _Going:
    """A run while it is put together: its pieces, its latest charted end, and for how long it has flowed."""

    pieces: list[Piece]
    latest_end: datetime | None = None
    flowed: timedelta = timedelta()
    ordered: timedelta | None = None

    def take(self, piece: Piece) -> None:
        """Add a piece, in order of start."""
        self.pieces.append(piece)
        if piece.is_pause:
            return
        if self.ordered is None and piece.given.ordered_minutes is not None:
            self.ordered = timedelta(minutes=piece.given.ordered_minutes)
        if piece.end and (self.latest_end is None or piece.end > self.latest_end):
            self.flowed += piece.end - max(piece.start, self.latest_end or piece.start)
            self.latest_end = piece.end

    def was_through(self, following: Piece, gap: timedelta) -> bool:
        """Whether all that was ordered had flowed, so that a dose after it is the next one and no restart."""
        if self.ordered is None or self.latest_end is None or self.flowed < self.ordered:
            return False
        return following.start - self.latest_end > gap and _has_dose(following)


def _split(group: Sequence[Piece], gap: timedelta) -> list[list[Piece]]:
    going: list[_Going] = []
    for piece in group:
        if not going or not _continues(going[-1], piece, gap):
            going.append(_Going([]))
        going[-1].take(piece)
    return [one.pieces for one in going]


def _continues(going: _Going, following: Piece, gap: timedelta) -> bool:
    last, latest_end = going.pieces[-1], going.latest_end
    ordered = following.given.order is not None
    if last.is_pause:
        return ordered and not going.was_through(following, gap)
    if latest_end is None or (last.end is None and latest_end <= last.start):
        if not ordered or _is_within_ordered(last, following):
            return ordered
        return last.given.status in OPEN_STATUSES and _goes_on(last, following, gap)
    if following.start - latest_end <= gap:
        return True
    return ordered and last.given.status in PAUSING_STATUSES and not going.was_through(following, gap)


def _has_dose(piece: Piece) -> bool:
    return any(drug.dose for drug in piece.given.drugs)


def _goes_on(last: Piece, following: Piece, gap: timedelta) -> bool:
    """Whether what follows a piece without a stop is the same drip: its rate changed, or checked without a new dose."""
    rate = following.given.rate
    if rate is None:
        return False
    if not _has_dose(following):
        return True
    return rate != last.given.rate and not _is_after_ordered_end(last, following, gap)


def _is_within_ordered(last: Piece, following: Piece) -> bool:
    """Whether what hangs was ordered to run until then, so that bags charted by their starts alone are one drip."""
    minutes = last.given.ordered_minutes
    return minutes is not None and following.start - last.start <= timedelta(minutes=minutes)


def _is_after_ordered_end(last: Piece, following: Piece, gap: timedelta) -> bool:
    """Whether the bag that hung should have been through by then, so that a dose after it is the next one."""
    minutes = last.given.ordered_minutes
    return minutes is not None and following.start - last.start > timedelta(minutes=minutes) + gap
