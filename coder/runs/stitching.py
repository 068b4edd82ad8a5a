"""Stitching: administrations into runs, before anything is classified.

A new bag, a changed or checked rate and a documented pause continue a run; an undocumented gap does so
up to the site's limit. A further dose at the same rate after one without a stop begins another run: the
stop is asked for, not guessed. What is not charted as running is never counted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from coder.charges import Interval
from coder.facts import Administration, AdministrationStatus, Method, Route
from coder.minutes import duration, whole_minutes, without
from coder.runs.run import Pause, Run
from coder.runs.sift import Known

OPEN_STATUSES = (AdministrationStatus.IN_PROGRESS, AdministrationStatus.ON_HOLD)
PAUSING_STATUSES = (AdministrationStatus.ON_HOLD, AdministrationStatus.STOPPED)


@dataclass(frozen=True, slots=True)
class _Piece:
    """One administration with its times in UTC; a rate of nought makes it a pause."""

    known: Known
    start: datetime
    end: datetime | None
    is_pause: bool

    @property
    def given(self) -> Administration:
        return self.known.administration

    @property
    def key(self) -> str:
        return self.known.administration.key


def stitch(known: Iterable[Known], bag_gap_minutes: int) -> tuple[Run, ...]:
    """Runs in order of start, then longer first, then anchor; every administration must have a start."""
    groups: dict[tuple[object, ...], list[_Piece]] = {}
    for piece in sorted((_piece(one) for one in known), key=lambda piece: (piece.start, piece.key)):
        groups.setdefault(_group(piece.known), []).append(piece)
    gap = timedelta(minutes=bag_gap_minutes)
    runs = [_run(pieces) for group in groups.values() for pieces in _split(group, gap)]
    return tuple(sorted((run for run in runs if run), key=lambda run: (run.start, -run.minutes, run.anchor)))


def _piece(known: Known) -> _Piece:
    given = known.administration
    if given.start is None:
        raise ValueError("an administration without a start cannot be stitched")
    end = given.end.astimezone(UTC) if given.end else None
    is_pause = given.rate is not None and given.rate.value == 0
    return _Piece(known, given.start.astimezone(UTC), end, is_pause)


def _group(known: Known) -> tuple[object, ...]:
    given = known.administration
    alone = given.method is Method.PUSH or given.route is not Route.INTRAVENOUS
    return (known.infusate, given.order, known.access, given.route, given.key if alone else None)


def _split(group: Sequence[_Piece], gap: timedelta) -> list[list[_Piece]]:
    runs: list[list[_Piece]] = []
    latest_end: datetime | None = None
    for piece in group:
        if runs and _continues(runs[-1][-1], latest_end, piece, gap):
            runs[-1].append(piece)
        else:
            runs.append([piece])
            latest_end = None
        if piece.end and (latest_end is None or piece.end > latest_end):
            latest_end = piece.end
    return runs


def _continues(last: _Piece, latest_end: datetime | None, following: _Piece, gap: timedelta) -> bool:
    ordered = following.given.order is not None
    if last.is_pause:
        return ordered
    if latest_end is None or (last.end is None and latest_end <= last.start):
        return ordered and last.given.status in OPEN_STATUSES and _goes_on(last.given, following.given)
    if following.start - latest_end <= gap:
        return True
    return ordered and last.given.status in PAUSING_STATUSES


def _goes_on(last: Administration, following: Administration) -> bool:
    """Whether what follows a piece without a stop is the same drip: its rate changed, or checked without a new dose."""
    if following.rate is None:
        return False
    return following.rate != last.rate or not any(drug.dose for drug in following.drugs)


def _run(pieces: Sequence[_Piece]) -> Run | None:
    flowing = [piece for piece in pieces if not piece.is_pause]
    if not flowing:
        return None
    starts = sorted({piece.start for piece in pieces})
    ends = sorted(piece.end for piece in flowing if piece.end)
    gross, open_at = _gross(flowing, starts, ends)
    pauses = tuple(_pause(piece, starts, ends) for piece in pieces if piece.is_pause)
    net = without(((one.start, one.end) for one in gross), ((pause.start, pause.end) for pause in pauses))
    paused_now = pieces[-1].is_pause and not any(end >= pieces[-1].start for end in ends[-1:])
    running = paused_now or _still_open(flowing, open_at)
    return Run(
        anchor=flowing[0].key,
        pieces=tuple(piece.known for piece in pieces),
        gross=gross,
        pauses=pauses,
        net=net,
        minutes=whole_minutes(duration(net)),
        start=flowing[0].start,
        end=max([interval.end for interval in gross] + [flowing[0].start]),
        running=running,
        stop_missing=open_at is not None and not running,
    )


def _still_open(flowing: Sequence[_Piece], open_at: datetime | None) -> bool:
    last = flowing[-1]
    if last.given.status not in OPEN_STATUSES:
        return False
    if open_at is not None:
        return True
    closed = (piece.end for piece in flowing if piece.end and piece.given.status not in OPEN_STATUSES)
    return not any(end >= last.start for end in closed)


def _gross(
    flowing: Sequence[_Piece], starts: Sequence[datetime], ends: Sequence[datetime]
) -> tuple[tuple[Interval, ...], datetime | None]:
    """Charted intervals without overlap, and the moment from which nothing more is charted, if any."""
    intervals: list[Interval] = []
    covered: datetime | None = None
    open_at: datetime | None = None
    for piece in flowing:
        end, source = _closing(piece, starts, ends)
        if end is None:
            open_at, end, source = piece.start, piece.start, "last-charted"
        clipped = max(piece.start, covered) if covered else piece.start
        if clipped < end:
            intervals.append(Interval(piece.key, clipped, end, source))
        covered = max(covered, end) if covered else end
    return tuple(intervals), open_at


def _closing(piece: _Piece, starts: Sequence[datetime], ends: Sequence[datetime]) -> tuple[datetime | None, str]:
    if piece.end is not None:
        return piece.end, "charted"
    following = _after(piece.start, starts)
    if following:
        return following, "next-rate"
    return (ends[-1], "charted") if ends and ends[-1] > piece.start else (None, "")


def _after(moment: datetime, moments: Sequence[datetime]) -> datetime | None:
    place = bisect_right(moments, moment)
    return moments[place] if place < len(moments) else None


def _pause(piece: _Piece, starts: Sequence[datetime], ends: Sequence[datetime]) -> Pause:
    end = piece.end or _after(piece.start, starts) or _after(piece.start, ends) or piece.start
    return Pause(piece.key, piece.start, end)
