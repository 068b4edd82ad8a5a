"""Minute arithmetic: stretches of time, what is left after subtraction, and when a minute was reached.

Times are UTC here, so that a clock change neither adds nor loses minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

Stretch = tuple[datetime, datetime]


def union(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The same time as disjoint stretches in order; empty ones vanish."""
    merged: list[Stretch] = []
    for start, end in sorted(stretch for stretch in stretches if stretch[0] < stretch[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def overlap(left: Iterable[Stretch], right: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The time that lies in both."""
    others = union(right)
    return union(
        (max(start, other_start), min(end, other_end))
        for start, end in union(left)
        for other_start, other_end in others
        if max(start, other_start) < min(end, other_end)
    )


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The time of `stretches` that does not lie in `taken`."""
    left = list(union(stretches))
    for taken_start, taken_end in union(taken):
        left = [piece for stretch in left for piece in _cut(stretch, taken_start, taken_end)]
    return tuple(left)


def _cut(stretch: Stretch, taken_start: datetime, taken_end: datetime) -> list[Stretch]:
    start, end = stretch
    if taken_end <= start or end <= taken_start:
        return [stretch]
    return [piece for piece in ((start, taken_start), (taken_end, end)) if piece[0] < piece[1]]


def duration(stretches: Iterable[Stretch]) -> timedelta:
    """The summed length of disjoint stretches."""
    return sum((end - start for start, end in stretches), timedelta())


def whole_minutes(length: timedelta) -> int:
    """Whole minutes of a length; seconds are dropped here, after all subtraction."""
    return length // timedelta(minutes=1)


def moment_of_minute(stretches: Sequence[Stretch], minute: int) -> datetime:
    """When the given counted minute (from 1) began."""
    left = timedelta(minutes=minute - 1)
    for start, end in stretches:
        if left < end - start:
            return start + left
        left -= end - start
    return stretches[-1][1]


def hour_units(minutes: int, first_minutes: int, floor_minutes: int) -> int:
    """Hours earned after `first_minutes`: each once `floor_minutes` of it have run."""
    beyond = max(0, minutes - first_minutes)
    return (beyond + 60 - floor_minutes) // 60


def hour_thresholds(units: int, first_minutes: int, floor_minutes: int) -> tuple[int, ...]:
    """The counted minute at which each of `units` hours was earned."""
    return tuple(first_minutes + 60 * unit + floor_minutes for unit in range(units))
