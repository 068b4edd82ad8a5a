"""By which clock deadlines pass: the wall's, or the one that the records themselves tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from console.health.state import HealthState, wall_clock
from console.serve.clock_name import ClockName

Clock = Callable[[], datetime | None]


def clock_of(name: ClockName, state: HealthState) -> Clock:
    """The clock of this name."""
    return wall_clock if name is ClockName.WALL else lambda: log_time(state)


def log_time(state: HealthState) -> datetime | None:
    """The time up to which every partition has been heard; None while that is not known.

    While some partitions are behind, it is the time of the slowest of them, so that no deadline passes
    before what would have met it is read; once none is, it is that of the newest record.
    """
    inputs = tuple(state.inputs.values())
    places = [place for health in inputs for place in tuple(health.partitions.values())]
    known = [place for place in places if place is not None]
    if len(known) < len(places) or any(health.trouble for health in inputs):
        return None
    behind = [place.posted_up_to for place in known if place.messages]
    heard = [time for time in (behind or [place.posted_up_to for place in known]) if time is not None]
    return None if len(heard) < len(behind) else (min if behind else max)(heard, default=None)
