"""What every other run of an access is beside the initial: sequential, concurrent, repeat, further push."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from coder.minutes import whole_minutes
from coder.runs.modes import Classified, Mode
from coder.runs.run import overlap_minutes
from coder.tables import DrugFamily


class Part(StrEnum):
    """The part a run plays in its visit."""

    INITIAL = "initial"
    SEQUENTIAL = "sequential"
    CONCURRENT = "concurrent"
    CONCURRENT_AGAIN = "concurrent again"
    CONCURRENT_CHEMOTHERAPY = "concurrent chemotherapy"
    REPEAT = "repeat"
    FURTHER_PUSH = "further push"
    REPEATED_PUSH = "repeated push"
    PUSH_TOO_SOON = "push too soon"


@dataclass(frozen=True, slots=True)
class Cast:
    """A run, its part, the run that decided it (alongside which, or repeated after which), and by how much."""

    classified: Classified
    part: Part
    beside: Classified | None = None
    minutes: int | None = None


def cast_infusions(initial: Classified, runs: Sequence[Classified]) -> tuple[Cast, ...]:
    """Parts of all infusions but the initial, in order of start."""
    infusions = [one for one in runs if one.mode is Mode.INFUSION]
    heard = {initial.run.infusate: initial}
    parts: list[Cast] = []
    for one in infusions:
        if one is initial:
            continue
        part = _infusion(one, initial, infusions, heard)
        heard.setdefault(one.run.infusate, one)
        parts.append(part)
    return tuple(parts)


def _infusion(
    one: Classified,
    initial: Classified,
    infusions: Sequence[Classified],
    heard: dict[tuple[str, ...], Classified],
) -> Cast:
    first = heard.get(one.run.infusate)
    if first is not None:
        return Cast(one, Part.REPEAT, first)
    beside = next((other for other in infusions if _yields(one, other, initial)), None)
    if beside is None:
        return Cast(one, Part.SEQUENTIAL)
    together = overlap_minutes(one.run, beside.run)
    if one.run.family is DrugFamily.CHEMOTHERAPY:
        return Cast(one, Part.CONCURRENT_CHEMOTHERAPY, beside, together)
    return Cast(one, Part.CONCURRENT, beside, together)


def _yields(one: Classified, other: Classified, initial: Classified) -> bool:
    """Whether `one` is the concurrent one of a pair: never the initial, chemotherapy never to less, else the later."""
    if one is other or one.run.infusate == other.run.infusate or not concurrent(one, other):
        return False
    if other is initial:
        return True
    chemotherapy = [run.run.family is DrugFamily.CHEMOTHERAPY for run in (one, other)]
    if chemotherapy[0] != chemotherapy[1]:
        return chemotherapy[1]
    return later_of(one, other) is one


def later_of(one: Classified, other: Classified) -> Classified:
    """The later drug of a pair; of equal starts the shorter, then the higher link key."""
    return max(one, other, key=lambda run: (run.run.start, -run.run.minutes, run.anchor))


def concurrent(one: Classified, other: Classified) -> bool:
    """Two infusions are concurrent when they share more than half of the later drug's minutes."""
    return 2 * overlap_minutes(one.run, other.run) > later_of(one, other).run.minutes


def once_per_date(casts: Sequence[Cast], date_of: dict[str, date], used: set[date]) -> tuple[Cast, ...]:
    """Only the first concurrent infusion of a date keeps its part; `used` are the dates that have one."""
    kept: list[Cast] = []
    for cast in casts:
        if cast.part is Part.CONCURRENT and date_of[cast.classified.anchor] in used:
            kept.append(Cast(cast.classified, Part.CONCURRENT_AGAIN, cast.beside, cast.minutes))
            continue
        if cast.part is Part.CONCURRENT:
            used.add(date_of[cast.classified.anchor])
        kept.append(cast)
    return tuple(kept)


def cast_pushes(initial: Classified, runs: Sequence[Classified], floor_minutes: int) -> tuple[Cast, ...]:
    """Parts of all pushes but the initial, in order of start; a repeat is timed from the last reported push."""
    reported = {initial.run.infusate: initial} if initial.mode is Mode.PUSH else {}
    parts: list[Cast] = []
    for one in runs:
        if one.mode is not Mode.PUSH:
            continue
        cast = _push(one, initial, reported.get(one.run.infusate), floor_minutes)
        if cast.part is not Part.PUSH_TOO_SOON:
            reported[one.run.infusate] = one
        if one is not initial:
            parts.append(cast)
    return tuple(parts)


def _push(one: Classified, initial: Classified, last: Classified | None, floor_minutes: int) -> Cast:
    if one is initial:
        return Cast(one, Part.INITIAL)
    if last is None:
        return Cast(one, Part.FURTHER_PUSH)
    since = minutes_between(last.run.start, one.run.start)
    part = Part.REPEATED_PUSH if since >= floor_minutes else Part.PUSH_TOO_SOON
    return Cast(one, part, last, since)


def minutes_between(earlier: datetime, later: datetime) -> int:
    """Whole minutes from one moment to a later one."""
    return whole_minutes(later - earlier)
