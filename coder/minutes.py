"""Minute arithmetic: stretches of time, what is left after subtraction, and when a minute was reached.

Times are UTC here, so that a clock change neither adds nor loses minutes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

Stretch = tuple[datetime, datetime]
MINUTE, NO_TIME = timedelta(minutes=1), timedelta()


def union(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The same time as disjoint stretches in order; empty ones vanish."""
    pieces = sorted([stretch for stretch in stretches if stretch[0] < stretch[1]])
    if len(pieces) < 2:
        return tuple(pieces)
    merged: list[Stretch] = []
    for start, end in pieces:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def overlap(left: Iterable[Stretch], right: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The time that lies in both."""
    ours, others = union(left), union(right)
    shared: list[Stretch] = []
    mine = other = 0
    while mine < len(ours) and other < len(others):
        start = max(ours[mine][0], others[other][0])
        end = min(ours[mine][1], others[other][1])
        if start < end:
            shared.append((start, end))
        if ours[mine][1] <= others[other][1]:
            mine += 1
        else:
            other += 1
    return tuple(shared)


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The time of `stretches` that does not lie in `taken`."""
    takers = union(taken)
    left: list[Stretch] = []
    first = 0
    for start, end in union(stretches):
        while first < len(takers) and takers[first][1] <= start:
            first += 1
        place, moment = first, start
        while place < len(takers) and takers[place][0] < end:
            if moment < takers[place][0]:
                left.append((moment, takers[place][0]))
            moment = takers[place][1]
            place += 1
        if moment < end:
            left.append((moment, end))
    return tuple(left)


def cut_out(left: list[Stretch], start: datetime, end: datetime) -> tuple[Stretch, ...]:
    """Cut one stretch out of disjoint ones in order, in place; what was cut."""
    first = place = bisect_right(left, start, key=_end)
    cut: list[Stretch] = []
    kept: list[Stretch] = []
    while place < len(left) and left[place][0] < end:
        piece_start, piece_end = left[place]
        cut.append((max(piece_start, start), min(piece_end, end)))
        kept += ((piece_start, start),) if piece_start < start else ()
        kept += ((end, piece_end),) if end < piece_end else ()
        place += 1
    left[first:place] = kept
    return tuple(cut)


def _end(stretch: Stretch) -> datetime:
    return stretch[1]


def duration(stretches: Iterable[Stretch]) -> timedelta:
    """The summed length of disjoint stretches."""
    return sum([end - start for start, end in stretches], NO_TIME)


def whole_minutes(length: timedelta) -> int:
    """Whole minutes of a length; seconds are dropped here, after all subtraction."""
    return length // MINUTE


def moments_of_minutes(stretches: Sequence[Stretch], minutes: Sequence[int]) -> tuple[datetime, ...]:
    """When each of some counted minutes (from 1, rising) began."""
    moments: list[datetime] = []
    before, place = timedelta(), 0
    for minute in minutes:
        counted = timedelta(minutes=minute - 1)
        while place < len(stretches) and counted >= before + (stretches[place][1] - stretches[place][0]):
            before += stretches[place][1] - stretches[place][0]
            place += 1
        inside = place < len(stretches)
        moments.append(stretches[place][0] + (counted - before) if inside else stretches[-1][1])
    return tuple(moments)


def hour_units(minutes: int, first_minutes: int, floor_minutes: int) -> int:
    """Hours earned after `first_minutes`: each once `floor_minutes` of it have run."""
    beyond = max(0, minutes - first_minutes)
    return (beyond + 60 - floor_minutes) // 60


def hour_thresholds(units: int, first_minutes: int, floor_minutes: int) -> tuple[int, ...]:
    """The counted minute at which each of `units` hours was earned."""
    return tuple([first_minutes + 60 * unit + floor_minutes for unit in range(units)])
