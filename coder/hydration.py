"""Hydration: fluid alone, its pieces summed over the visit, without any minute another infusion ran."""

from __future__ import annotations

from collections.abc import Sequence

from coder.charges import Charge, ChargeKey, Role, Subtraction
from coder.codes import HYDRATION_HOUR, HYDRATION_INITIAL
from coder.lines import Clocked, Line, charges_of, clocked_run, local_interval, subtraction
from coder.minutes import Stretch, duration, hour_thresholds, hour_units, overlap, union, whole_minutes, without
from coder.modes import Classified, Mode
from coder.runs import Run
from coder.sheet import Sheet

FLOOR = "hydration_minutes_floor"
HOUR_FLOOR = "additional_hour_minutes_floor"
FIRST_HOUR = "first_hour_minutes"


def hydration_charges(
    fluids: Sequence[Classified],
    others: Sequence[Classified],
    blood: Sequence[Run],
    initial: ChargeKey | None,
    sheet: Sheet,
) -> tuple[Charge, ...]:
    """The hydration charges of one access; under `initial` it is secondary, without one it is the initial."""
    if not fluids:
        return ()
    runs = tuple(one.run for one in fluids)
    clocked, uncertain = _clocked(runs, others, blood, sheet)
    planned = uncertain or any(one.planned for one in fluids)
    numbers = sheet.tables.on(sheet.local(runs[0].start).date())
    if clocked.counted < numbers[FLOOR] and not planned:
        sheet.leave_out(
            "hydration.floor",
            [key for run in runs for key in run.keys],
            f"{clocked.counted} minutes of fluid alone; the first unit needs {numbers[FLOOR]}.",
            code=HYDRATION_HOUR if initial else HYDRATION_INITIAL,
            minutes=clocked.counted,
        )
        return ()
    rules = tuple(dict.fromkeys([rule for one in fluids for rule in one.rules]))
    return (
        _secondary(runs, clocked, planned, rules, initial, sheet)
        if initial
        else _initial(runs, clocked, planned, rules, sheet)
    )


def _initial(
    runs: tuple[Run, ...], clocked: Clocked, planned: bool, rules: tuple[str, ...], sheet: Sheet
) -> tuple[Charge, ...]:
    numbers = sheet.tables.on(sheet.local(runs[0].start).date())
    floor, first, hour = numbers[FLOOR], numbers[FIRST_HOUR], numbers[HOUR_FLOOR]
    service = Line(
        Role.SERVICE,
        HYDRATION_INITIAL,
        runs,
        clocked,
        (floor,) if clocked.counted >= floor else (),
        FLOOR,
        (*rules, "hydration.initial"),
        planned,
        explanation=("Hydration is the initial service: nothing stronger ran on this access.",),
    )
    charges = charges_of(service, sheet)
    hours = Line(
        Role.HOURS,
        HYDRATION_HOUR,
        runs,
        clocked,
        hour_thresholds(hour_units(clocked.counted, first, hour), first, hour),
        HOUR_FLOOR,
        (*rules, "hydration.hours"),
        planned,
        part_of=charges[0].key,
    )
    return (*charges, *(charges_of(hours, sheet) if hours.thresholds else ()))


def _secondary(
    runs: tuple[Run, ...],
    clocked: Clocked,
    planned: bool,
    rules: tuple[str, ...],
    initial: ChargeKey,
    sheet: Sheet,
) -> tuple[Charge, ...]:
    numbers = sheet.tables.on(sheet.local(runs[0].start).date())
    hours = hour_units(clocked.counted, 0, numbers[HOUR_FLOOR])
    line = Line(
        Role.SERVICE,
        HYDRATION_HOUR,
        runs,
        clocked,
        hour_thresholds(hours, 0, numbers[HOUR_FLOOR]),
        HOUR_FLOOR,
        (*rules, "hydration.secondary"),
        planned,
        part_of=initial,
        explanation=("Another service of this access is the initial, so every hour here is an add-on.",),
    )
    return charges_of(line, sheet)


def _clocked(
    runs: Sequence[Run], others: Sequence[Classified], blood: Sequence[Run], sheet: Sheet
) -> tuple[Clocked, bool]:
    """The summed ledger of minutes, and whether a run without a charted stop may still take time away."""
    pieces = [clocked_run(run, sheet) for run in runs]
    net: tuple[Stretch, ...] = ()
    taken: list[Subtraction] = []
    for run, piece in zip(runs, pieces, strict=True):
        twice = overlap(piece.net, net)
        taken += [subtraction(run.anchor, start, end, "hydration.once", sheet) for start, end in twice]
        net = union([*net, *piece.net])
    uncertain = False
    for run, mode, planned in [
        *((one.run, one.mode, one.planned) for one in others),
        *((run, Mode.INFUSION, False) for run in blood),
    ]:
        stretches, open_ended = _takes(run, mode, planned, net)
        uncertain = uncertain or open_ended
        rule = "hydration.push" if mode is Mode.PUSH else "hydration.overlap"
        taken += [subtraction(run.anchor, start, end, rule, sheet) for start, end in overlap(net, stretches)]
        net = without(net, stretches)
    gross = tuple(local_interval(interval, sheet) for run in runs for interval in run.gross)
    pauses = tuple(one for piece in pieces for one in piece.subtracted)
    return Clocked(gross, (*pauses, *taken), net, whole_minutes(duration(net))), uncertain


def _takes(run: Run, mode: Mode, planned: bool, net: Sequence[Stretch]) -> tuple[tuple[Stretch, ...], bool]:
    if mode in (Mode.PUSH, Mode.INJECTION):
        return (run.net if mode is Mode.PUSH else ()), False
    if planned and net and run.end < net[-1][1]:
        return union([*run.net, (run.end, net[-1][1])]), True
    return run.net, False
