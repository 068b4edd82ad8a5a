"""Lines of runs that are counted by the minute: the service, its further hours, and services that need no minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from coder.charges import ChargeKey, Role, Subtraction
from coder.lines.line import NO_MINUTES, Clocked, Line, Source, clocked_run, source_of, subtraction
from coder.minutes import Stretch, duration, hour_thresholds, hour_units, overlap, union, whole_minutes, without
from coder.runs.classified import Classified
from coder.runs.numbers import INFUSION_FLOOR
from coder.sheet import Sheet
from coder.values import value

SERVICE, HOURS = Role.SERVICE, Role.HOURS
FIRST_HOUR = "first_hour_minutes"
HOUR_FLOOR = "additional_hour_minutes_floor"
TAKEN_BY_LONGER = "concurrent.deduct"
SUMMED = "repeat.sum"


class Under(NamedTuple):
    """The initial service that add-ons are part of; while it is planned they wait."""

    key: ChargeKey
    planned: bool


@value(frozen=True, slots=True)
class Timed:
    """A run, or several counted as one, with its ledger of minutes and the numbers of its day."""

    one: Classified
    source: Source
    clocked: Clocked
    numbers: Mapping[str, int]
    planned: bool


def timed(one: Classified, access: str | None, sheet: Sheet) -> Timed:
    """A run with what all of its lines are made of."""
    source = source_of((one.run,), sheet, access)
    return Timed(one, source, clocked_run(one.run, sheet), sheet.tables.on(source.day), one.planned)


def timed_together(runs: Sequence[Timed], sheet: Sheet) -> Timed:
    """Several runs as one clock; a minute in which two of them ran counts once."""
    several = sorted(runs, key=lambda it: (it.one.run.start, it.one.run.anchor))
    first = several[0]
    source = source_of(tuple(it.one.run for it in several), sheet, first.source.access)
    net: tuple[Stretch, ...] = ()
    twice: list[Subtraction] = []
    for it in several:
        shared = overlap(net, it.clocked.net)
        twice += [subtraction(it.one.run.anchor, start, end, SUMMED, sheet) for start, end in shared]
        net = union((*net, *it.clocked.net))
    clocked = Clocked(
        tuple(interval for it in several for interval in it.clocked.gross),
        (*(taken for it in several for taken in it.clocked.subtracted), *twice),
        net,
        whole_minutes(duration(net)),
    )
    return Timed(first.one, source, clocked, first.numbers, any(it.planned for it in several))


def deducted(whole: Timed, taken: Sequence[tuple[Classified, tuple[Stretch, ...]]], sheet: Sheet) -> Timed:
    """The same run without the time that longer infusions take off it."""
    clocked = whole.clocked
    off = [
        subtraction(by.run.anchor, start, end, TAKEN_BY_LONGER, sheet)
        for by, stretches in taken
        for start, end in stretches
    ]
    left = without(clocked.net, [stretch for _, stretches in taken for stretch in stretches])
    less = Clocked(clocked.gross, (*clocked.subtracted, *off), left, whole_minutes(duration(left)))
    return Timed(whole.one, whole.source, less, whole.numbers, whole.planned)


def service_line(
    it: Timed, code: str, rules: tuple[str, ...], said: tuple[str, ...], under: Under | None = None
) -> Line:
    """The first code of an infusion; one stopped early that still counts as an infusion needs no minutes."""
    floor = it.numbers[INFUSION_FLOOR]
    earned: tuple[int, ...] = (floor,)
    if it.clocked.counted < floor:
        earned = () if _may_run_on(it) else NO_MINUTES
    return _line(it, SERVICE, code, earned, INFUSION_FLOOR, rules, said, under)


def untimed_line(
    it: Timed,
    code: str,
    rules: tuple[str, ...],
    said: tuple[str, ...],
    under: Under | None = None,
    units: int = 1,
) -> Line:
    """A service that needs no minutes, once or as often as it was given."""
    return _line(it, SERVICE, code, NO_MINUTES * units, None, rules, said, under)


def hours_line(
    it: Timed, code: str, under: Under, rules: tuple[str, ...] = ("time.additional-hours",), said: tuple[str, ...] = ()
) -> Line | None:
    """The further hours of an infusion, or None where none is earned."""
    earned = further_hours(it)
    if not earned:
        return None
    return _line(it, HOURS, code, earned, HOUR_FLOOR, rules, said, under)


def repeat_line(it: Timed, code: str, under: Under, said: tuple[str, ...]) -> Line:
    """A separate repeat of a drug: one further hour at least, more by its own clock."""
    floor = it.numbers[INFUSION_FLOOR]
    earned = further_hours(it)
    if it.clocked.counted >= floor:
        earned = (floor, *earned)
    elif not _may_run_on(it):
        earned = NO_MINUTES
    return _line(it, SERVICE, code, earned, INFUSION_FLOOR, ("repeat.each",), said, under)


def _may_run_on(it: Timed) -> bool:
    """Whether a stop is not charted, so that too few minutes may yet become enough."""
    return it.one.run.open_ended


def further_hours(it: Timed) -> tuple[int, ...]:
    """The counted minutes at which hours after the first were earned."""
    first, floor = it.numbers[FIRST_HOUR], it.numbers[HOUR_FLOOR]
    return hour_thresholds(hour_units(it.clocked.counted, first, floor), first, floor)


def _line(
    it: Timed,
    role: Role,
    code: str,
    earned: tuple[int, ...],
    threshold_name: str | None,
    rules: tuple[str, ...],
    said: tuple[str, ...],
    under: Under | None,
) -> Line:
    part_of, waits = under or (None, False)
    modifiers = it.one.modifiers if role is SERVICE else ()
    rules = (*it.one.rules, *rules)
    return Line(
        role, code, it.source, it.clocked, earned, threshold_name, rules, it.planned, modifiers, part_of, said, waits
    )
