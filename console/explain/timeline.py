"""The scale of a visit's time line: from when to when, and where the ticks stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from coder.charges import RunLine

TICK_STEPS_MINUTES = (1, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440)
SHORTEST_SPAN = timedelta(minutes=10)
SHORTEST_STRETCH_SHARE = 30
MARKED_MODES = frozenset(
    {
        "push", "injection", "arterial push", "on-body injector", "instillation", "into lesions", "pump refill",
        "flush alone",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of time laid on a line; places on it run from 0 to 1."""

    start: datetime
    end: datetime
    zone: tzinfo

    def place(self, instant: datetime) -> float:
        """Where `instant` lies between the start (0) and the end (1)."""
        share = (instant - self.start) / (self.end - self.start)
        return min(1.0, max(0.0, share))

    def ticks(self, at_most: int) -> tuple[datetime, ...]:
        """Round local times on the axis, at most `at_most` of them."""
        span_minutes = (self.end - self.start) / timedelta(minutes=1)
        steps = (step for step in TICK_STEPS_MINUTES if span_minutes / step < at_most)
        return self._ticks_every(next(steps, _whole_days(span_minutes, at_most)))

    def _ticks_every(self, step_minutes: int) -> tuple[datetime, ...]:
        """Steps of the clock on the wall, so that a day is a day when summer time begins."""
        wall = self.start.astimezone(self.zone).replace(tzinfo=None)
        midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
        step = timedelta(minutes=step_minutes)
        wall = midnight + -((midnight - wall) // step) * step
        ticks = []
        while (tick := wall.replace(tzinfo=self.zone).astimezone(UTC)) <= self.end:
            ticks.append(tick)
            wall += step
        return tuple(dict.fromkeys(tick for tick in ticks if tick >= self.start))

    def clock(self, instant: datetime) -> str:
        """The local time of day, with the days since the axis began where there are any."""
        local = instant.astimezone(self.zone)
        days = (local.date() - self.start.astimezone(self.zone).date()).days
        return f"{local:%H:%M} +{days}d" if days else f"{local:%H:%M}"

    def tick_words(self, instant: datetime) -> str:
        """What stands at a tick: the time of day, or at midnight the date that begins."""
        local = instant.astimezone(self.zone)
        return f"{local:%m-%d}" if (local.hour, local.minute) == (0, 0) else f"{local:%H:%M}"


def axis_of(runs: Sequence[RunLine], zone: tzinfo) -> Axis | None:
    """The axis that holds all runs, or None where no run has a charted time."""
    instants = [instant for run in runs for instant in instants_of(run)]
    if not instants:
        return None
    start, end = min(instants).astimezone(UTC), max(instants).astimezone(UTC)
    return Axis(start, max(end, start + SHORTEST_SPAN), zone)


def instants_of(run: RunLine) -> tuple[datetime, ...]:
    """Every instant at which the run starts, stops, pauses or goes on, in order."""
    spans = [(interval.start, interval.end) for interval in run.intervals] + list(run.pauses)
    return tuple(sorted(instant for span in spans for instant in span))


def is_mark(run: RunLine, axis: Axis) -> bool:
    """Whether the run is drawn as a mark: one charted time, or what is given at once and too short for a stretch."""
    times = instants_of(run)
    if not times or run.running:
        return False
    length = times[-1] - times[0]
    return not length or (run.mode in MARKED_MODES and length < (axis.end - axis.start) / SHORTEST_STRETCH_SHARE)


def span_words(run: RunLine, axis: Axis) -> str:
    """From when to when the run was charted, in words short enough for a label."""
    times = instants_of(run)
    if not times:
        return "no time charted"
    if times[0] == times[-1]:
        return axis.clock(times[0])
    first, last = axis.clock(times[0]), axis.clock(times[-1])
    start, _, start_day = first.partition(" ")
    return f"{start}–{last}" if last.endswith(f" {start_day}") or not start_day else f"{first}–{last}"


def counted_words(run: RunLine) -> str:
    """The minutes that counted, or nothing where none are needed."""
    return "" if run.counted is None else f"{run.counted} min"


def mode_words(run: RunLine) -> str:
    """The mode, and that it still runs where it does."""
    return f"{run.mode}, running" if run.running else run.mode


def _whole_days(span_minutes: float, at_most: int) -> int:
    day_minutes = TICK_STEPS_MINUTES[-1]
    return day_minutes * (int(span_minutes / day_minutes / at_most) + 1)
