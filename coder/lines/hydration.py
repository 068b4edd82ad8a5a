"""Hydration: fluid alone, its pieces summed over the visit, without any minute another infusion ran."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coder.charges import Answerable, Charge, ChargeKey, Role, Subtraction
from coder.codes import HYDRATION_HOUR, HYDRATION_INITIAL
from coder.lines.line import Clocked, Line, charges_of, clocked_run, local_interval, subtraction
from coder.minutes import Stretch, duration, hour_thresholds, hour_units, overlap, union, whole_minutes, without
from coder.runs.modes import Classified, Mode
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.tables import DrugFamily

FLOOR = "hydration_minutes_floor"
HOUR_FLOOR = "additional_hour_minutes_floor"
FIRST_HOUR = "first_hour_minutes"


@dataclass(frozen=True, slots=True)
class Hydration:
    """The fluid of one access: its pieces, what else ran in the visit, and blood.

    Under `initial` it is secondary; without one it is itself the initial, and `modifiers` mark it
    distinct where another access has an initial already.
    """

    fluids: Sequence[Classified]
    others: Sequence[Classified]
    blood: Sequence[Run]
    initial: ChargeKey | None
    modifiers: tuple[str, ...] = ()


def hydration_charges(hydration: Hydration, sheet: Sheet) -> tuple[Charge, ...]:
    """The hydration charges of one access."""
    if not hydration.fluids:
        return ()
    runs = tuple(one.run for one in hydration.fluids)
    clocked, uncertain = _clocked(runs, hydration, sheet)
    planned = uncertain or any(one.planned for one in hydration.fluids)
    numbers = sheet.tables.on(sheet.local(runs[0].start).date())
    if clocked.counted < numbers[FLOOR] and not planned:
        sheet.leave_out(
            "hydration.floor",
            [key for run in runs for key in run.keys],
            f"{clocked.counted} minutes of fluid alone; the first unit needs {numbers[FLOOR]}.",
            code=HYDRATION_HOUR if hydration.initial else HYDRATION_INITIAL,
            minutes=clocked.counted,
        )
        return ()
    sheet.hydrated += clocked.net
    rules = tuple(dict.fromkeys([rule for one in hydration.fluids for rule in one.rules]))
    if hydration.initial:
        return _secondary(runs, clocked, planned, rules, hydration.initial, sheet)
    return _initial(runs, clocked, planned, rules, hydration.modifiers, sheet)


def _initial(
    runs: tuple[Run, ...],
    clocked: Clocked,
    planned: bool,
    rules: tuple[str, ...],
    modifiers: tuple[str, ...],
    sheet: Sheet,
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
        (*rules, "hydration.initial", *(["initial.second-access"] if modifiers else [])),
        planned,
        modifiers,
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
        modifiers,
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


def _clocked(runs: Sequence[Run], hydration: Hydration, sheet: Sheet) -> tuple[Clocked, bool]:
    """The summed ledger of minutes, and whether a run without a charted stop may still take time away."""
    pieces = [clocked_run(run, sheet) for run in runs]
    net: tuple[Stretch, ...] = ()
    taken: list[Subtraction] = []
    for run, piece in zip(runs, pieces, strict=True):
        twice = overlap(piece.net, [*net, *sheet.hydrated])
        taken += [subtraction(run.anchor, start, end, "hydration.once", sheet) for start, end in twice]
        net = union([*net, *without(piece.net, twice)])
    uncertain = False
    for run, rule in _takers(hydration):
        stretches = run.net
        if run.open_ended and net and run.end < net[-1][1]:
            uncertain = True
            stretches = union([*run.net, (run.end, net[-1][1])])
            _ask_blood(run, sheet)
        taken += [subtraction(run.anchor, start, end, rule, sheet) for start, end in overlap(net, stretches)]
        net = without(net, stretches)
    gross = tuple(local_interval(interval, sheet) for run in runs for interval in run.gross)
    pauses = tuple(one for piece in pieces for one in piece.subtracted)
    return Clocked(gross, (*pauses, *taken), net, whole_minutes(duration(net))), uncertain


def _takers(hydration: Hydration) -> list[tuple[Run, str]]:
    """What takes minutes away from the fluid: every other run into a vein or under the skin, pushes, blood."""
    infusions = [one for one in hydration.others if one.mode not in (Mode.INJECTION, Mode.HYDRATION)]
    rules = [(one.run, "hydration.push" if one.mode is Mode.PUSH else "hydration.overlap") for one in infusions]
    return [*rules, *((run, "hydration.overlap") for run in hydration.blood)]


def _ask_blood(run: Run, sheet: Sheet) -> None:
    """A transfusion's stop matters only here, so it is asked only here."""
    if run.family is DrugFamily.BLOOD:
        sheet.ask(
            "time.stop-missing",
            run.keys,
            Answerable.NURSE,
            f"A transfusion was started at {sheet.clock(run.start)}. When did it stop?",
            run.start,
        )
