"""Hydration: fluid alone on an access, as the initial service or beside another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from coder.charges import Answerable, Charge, Role
from coder.codes import HYDRATION_HOUR, HYDRATION_INITIAL
from coder.drugs.units import convert
from coder.lines import wording
from coder.lines.drug_amounts import charted_doses
from coder.lines.fluid_time import FluidTime, Taker, clocked_fluids, fluid_time
from coder.lines.line import Clocked, Line, Source, charges_of, source_of, subtraction
from coder.lines.timed import FIRST_HOUR, HOUR_FLOOR, Under
from coder.minutes import Stretch, duration, hour_thresholds, hour_units, overlap, whole_minutes, without
from coder.runs.classified import Classified
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.values import value

FLOOR = "hydration_minutes_floor"
SEGMENTS = "hydration.segments"


@value(frozen=True, slots=True)
class Hydration:
    """The fluid of one access that counts: its ledger of minutes, and each piece that is counted by itself.

    `pieces` are whole minutes; together they are one piece unless the payer refuses to add them.
    """

    source: Source
    clocked: Clocked
    pieces: tuple[int, ...]
    planned: bool
    rules: tuple[str, ...]
    said: tuple[str, ...]
    numbers: Mapping[str, int]


def measured(
    fluids: Sequence[Classified], access: str, takers: Sequence[Taker], has_veins: bool, sheet: Sheet
) -> Hydration | None:
    """The hydration of an access, or None where it is too short or too little; then why is said."""
    source = source_of(tuple([one.run for one in fluids]), sheet, access)
    numbers = sheet.tables.on(source.day)
    time = fluid_time(fluids, takers, sheet)
    clocked, pieces = _pieces(clocked_fluids(fluids, time, sheet), time, numbers[FLOOR], sheet)
    planned = time.uncertain or any(one.planned for one in fluids)
    code = HYDRATION_HOUR if has_veins else HYDRATION_INITIAL
    if not pieces and not planned:
        _leave_out_short(source, clocked, code, numbers[FLOOR], sheet)
        return None
    enough = _is_enough(source, code, clocked.counted, sheet)
    if enough is False:
        return None
    sheet.hydrated += clocked.net
    rules = dict.fromkeys(rule for one in fluids for rule in one.rules)
    rules |= dict.fromkeys(one.rule for one in time.subtracted)
    split = not sheet.policy.sum_hydration_segments and len(time.spans) > 1
    return Hydration(
        source,
        clocked,
        pieces,
        planned or enough is None,
        (*rules, SEGMENTS) if split else tuple(rules),
        wording.segments(pieces, sheet.policy) if len(time.spans) > 1 else (),
        numbers,
    )


def initial_hydration(it: Hydration, rules: tuple[str, ...], said: tuple[str, ...], sheet: Sheet) -> tuple[Charge, ...]:
    """Hydration as the initial service of its access, and its further hours."""
    first, floor = it.numbers[FIRST_HOUR], it.numbers[HOUR_FLOOR]
    earned = (it.numbers[FLOOR],) if it.pieces else ()
    service = _line(it, Role.SERVICE, HYDRATION_INITIAL, earned, FLOOR, rules, said)
    charges = charges_of(service, sheet)
    hours: list[int] = []
    for place, (before, minutes) in enumerate(_running_total(it.pieces)):
        covered = first if place == 0 else 0
        hours += (before + one for one in hour_thresholds(hour_units(minutes, covered, floor), covered, floor))
    if not hours:
        return charges
    under = Under(charges[0].key, False)
    more = _line(it, Role.HOURS, HYDRATION_HOUR, tuple(hours), HOUR_FLOOR, ("hydration.hours",), (), under)
    return (*charges, *charges_of(more, sheet))


def secondary_hydration(it: Hydration, under: Under, sheet: Sheet) -> tuple[Charge, ...]:
    """Hydration beside another initial service: every hour is an add-on."""
    floor = it.numbers[HOUR_FLOOR]
    hours = tuple(
        before + one
        for before, minutes in _running_total(it.pieces)
        for one in hour_thresholds(hour_units(minutes, 0, floor), 0, floor)
    )
    said = ("Another service of this access is the initial, so every hour here is an add-on.",)
    rules = ("hydration.secondary",)
    return charges_of(_line(it, Role.SERVICE, HYDRATION_HOUR, hours, HOUR_FLOOR, rules, said, under), sheet)


def _running_total(pieces: Sequence[int]) -> list[tuple[int, int]]:
    """Each piece with the minutes counted before it."""
    before = 0
    placed = []
    for minutes in pieces:
        placed.append((before, minutes))
        before += minutes
    return placed


def _line(
    it: Hydration,
    role: Role,
    code: str,
    earned: tuple[int, ...],
    threshold_name: str,
    rules: tuple[str, ...],
    said: tuple[str, ...],
    under: Under | None = None,
) -> Line:
    part_of, waits = under or (None, False)
    rules, said = (*it.rules, *rules), (*said, *it.said)
    return Line(role, code, it.source, it.clocked, earned, threshold_name, rules, it.planned, (), part_of, said, waits)


def _pieces(clocked: Clocked, time: FluidTime, floor_minutes: int, sheet: Sheet) -> tuple[Clocked, tuple[int, ...]]:
    """The pieces long enough to count; those that are too short are taken off the ledger."""
    if sheet.policy.sum_hydration_segments:
        return clocked, (clocked.counted,) if clocked.counted >= floor_minutes else ()
    pieces = [(span, whole_minutes(duration(overlap(clocked.net, [span])))) for span in time.spans]
    long_enough = tuple(minutes for _, minutes in pieces if minutes >= floor_minutes)
    if not long_enough:
        return clocked, ()
    too_short = [span for span, minutes in pieces if minutes < floor_minutes]
    return _without_short(clocked, too_short, sum(long_enough), sheet), long_enough


def _without_short(clocked: Clocked, too_short: Sequence[Stretch], counted: int, sheet: Sheet) -> Clocked:
    owner = clocked.gross[0].administration
    off = [subtraction(owner, start, end, SEGMENTS, sheet) for start, end in overlap(clocked.net, too_short)]
    return Clocked(clocked.gross, (*clocked.subtracted, *off), without(clocked.net, too_short), counted)


def _leave_out_short(source: Source, clocked: Clocked, code: str, floor_minutes: int, sheet: Sheet) -> None:
    pieced = clocked.counted >= floor_minutes
    sheet.leave_out(
        "hydration.floor",
        source.keys,
        f"No piece of fluid alone has {floor_minutes} minutes ({sheet.policy.said('sum_hydration_segments')})."
        if pieced
        else f"{clocked.counted} minutes of fluid alone; the first unit needs {floor_minutes}.",
        code=code,
        minutes=clocked.counted,
    )


def _is_enough(source: Source, code: str, minutes: int, sheet: Sheet) -> bool | None:
    """Whether the charted volume is reported at all; None while it is not known, and then a nurse is asked."""
    least = sheet.policy.hydration_min_ml
    if least <= 0:
        return True
    volume = _millilitres(source.runs)
    if volume is None:
        ask = "How much fluid was given in all, in mL?"
        sheet.ask("hydration.volume-missing", source.keys, Answerable.NURSE, ask, source.runs[0].start)
        return None
    if volume >= least:
        return True
    says = f"{volume:f} mL of fluid; from {least} mL on it is reported ({sheet.policy.said('hydration_min_ml')})."
    sheet.leave_out("hydration.volume", source.keys, says, code=code, minutes=minutes)
    return False


def _millilitres(runs: Sequence[Run]) -> Decimal | None:
    """The charted volume of all bags, or None where one is not charted."""
    doses = [dose for run in runs for known in run.drugs for dose in charted_doses(run, known)]
    amounts = [convert(dose, "mL") if dose else None for dose in doses]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(amounts) else None
