"""One access of a visit: its initial service, everything beside it, and its hydration."""

from __future__ import annotations

from collections.abc import Sequence

from coder.charges import Answerable, Charge, ChargeKey, Role
from coder.codes import REPEATED_PUSH, THERAPEUTIC_CONCURRENT, family_codes
from coder.lines import wording
from coder.lines.hierarchy import initial_code, losing_rivals
from coder.lines.hydration import FIRST_HOUR, HOUR_FLOOR
from coder.lines.line import NO_MINUTES, Line, charges_of, clocked_run
from coder.lines.roles import Cast, Part, cast_infusions, cast_pushes, once_per_date
from coder.minutes import hour_thresholds, hour_units
from coder.runs.modes import INFUSION_FLOOR, Classified, Mode
from coder.sheet import Sheet

PUSH_REPEAT_FLOOR = "push_repeat_minutes_floor"


def initial_charges(
    initial: Classified, candidates: Sequence[Classified], modifiers: tuple[str, ...], sheet: Sheet
) -> tuple[Charge, ...]:
    """The initial service of an access and its further hours."""
    said = wording.initial(initial, losing_rivals(initial, candidates))
    rules = ("initial.second-access",) if modifiers else ("initial.hierarchy",)
    if initial.mode is Mode.PUSH:
        return charges_of(_untimed(initial, initial_code(initial), rules, None, said, sheet, modifiers), sheet)
    service = _infusion_line(initial, initial_code(initial), rules, None, said, sheet, modifiers)
    charges = charges_of(service, sheet)
    hours = _hours_line(initial, charges[0].key if charges else None, sheet, modifiers)
    return (*charges, *(charges_of(hours, sheet) if hours else ()))


def beside_charges(
    initial: Classified, runs: Sequence[Classified], key: ChargeKey, modifiers: tuple[str, ...], sheet: Sheet
) -> tuple[Charge, ...]:
    """Every other infusion and push of the access, as add-ons to the initial."""
    dates = {one.anchor: sheet.local(one.run.start).date() for one in runs}
    floor = sheet.tables.on(sheet.local(initial.run.start).date())[PUSH_REPEAT_FLOOR]
    casts = [
        *once_per_date(cast_infusions(initial, runs), dates, sheet.concurrent_dates),
        *cast_pushes(initial, runs, floor),
    ]
    charges: list[Charge] = []
    for cast in casts:
        for line in _cast_lines(cast, key, modifiers, sheet):
            charges += charges_of(line, sheet)
    return tuple(charges)


def _cast_lines(cast: Cast, key: ChargeKey, modifiers: tuple[str, ...], sheet: Sheet) -> list[Line]:
    match cast.part:
        case Part.SEQUENTIAL:
            return _sequential(cast, key, modifiers, sheet)
        case Part.REPEAT:
            return [_repeat(cast, key, sheet, modifiers)]
        case Part.CONCURRENT:
            return [_concurrent(cast, key, sheet)]
        case Part.FURTHER_PUSH | Part.REPEATED_PUSH:
            return [_further_push(cast, key, sheet)]
        case _:
            _leave_out(cast, sheet)
            return []


def _sequential(cast: Cast, key: ChargeKey, modifiers: tuple[str, ...], sheet: Sheet) -> list[Line]:
    one = cast.classified
    said = ("A new drug on the same access, before or after the initial service: sequential.",)
    code = family_codes(one.run.family).sequential
    service = _infusion_line(one, code, ("sequential.new-drug",), key, said, sheet, ())
    hours = _hours_line(one, key, sheet, modifiers)
    return [service, *([hours] if hours else [])]


def _repeat(cast: Cast, key: ChargeKey, sheet: Sheet, modifiers: tuple[str, ...]) -> Line:
    one = cast.classified
    numbers = sheet.tables.on(sheet.local(one.run.start).date())
    clocked = clocked_run(one.run, sheet)
    first, floor = numbers[FIRST_HOUR], numbers[HOUR_FLOOR]
    more = hour_thresholds(hour_units(clocked.counted, first, floor), first, floor)
    earned = (numbers[INFUSION_FLOOR], *more) if clocked.counted >= numbers[INFUSION_FLOOR] else ()
    said = (
        f"The same drug as the run started at {sheet.clock(cast.beside.run.start)}: a separate repeat is at least "
        "one further hour, more by its own clock."
        if cast.beside
        else "",
    )
    return Line(
        Role.SERVICE,
        family_codes(one.run.family).hour,
        (one.run,),
        clocked,
        earned,
        INFUSION_FLOOR,
        (*one.rules, "repeat.each"),
        one.planned,
        modifiers,
        key,
        said,
    )


def _concurrent(cast: Cast, key: ChargeKey, sheet: Sheet) -> Line:
    one, beside = cast.classified, cast.beside
    said = (
        f"Ran alongside {beside.run.name} for {cast.minutes} minutes, more than half of the later drug's: concurrent, "
        "counted once a date, not by time."
        if beside
        else "",
    )
    return _untimed(one, THERAPEUTIC_CONCURRENT, ("concurrent.majority",), key, said, sheet)


def _further_push(cast: Cast, key: ChargeKey, sheet: Sheet) -> Line:
    one = cast.classified
    if cast.part is Part.FURTHER_PUSH:
        said = ("A push of another drug beside the initial service.",)
        return _untimed(one, family_codes(one.run.family).further_push, ("push.new-drug",), key, said, sheet)
    said = (f"The same drug again {cast.minutes} minutes after its last reported push.",)
    return _untimed(one, REPEATED_PUSH, ("push.repeat",), key, said, sheet)


def _leave_out(cast: Cast, sheet: Sheet) -> None:
    run = cast.classified.run
    if cast.part is Part.PUSH_TOO_SOON:
        sheet.leave_out(
            "push.repeat-within",
            run.keys,
            f"The same drug again only {cast.minutes} minutes after its last reported push.",
            code=REPEATED_PUSH,
        )
    elif cast.part is Part.CONCURRENT_AGAIN:
        sheet.leave_out(
            "concurrent.once-per-date",
            run.keys,
            "A concurrent infusion is reported once a date.",
            code=THERAPEUTIC_CONCURRENT,
            minutes=run.minutes,
        )
    elif cast.part is Part.CONCURRENT_CHEMOTHERAPY:
        sheet.leave_out(
            "concurrent.chemotherapy",
            run.keys,
            "No code exists for two chemotherapy infusions at once.",
            minutes=run.minutes,
            curable=True,
        )
        sheet.ask(
            "concurrent.chemotherapy",
            run.keys,
            Answerable.NURSE,
            f"{run.name.capitalize()} is charted as running together with another infusion. "
            "Are both sets of times right?",
            run.start,
        )


def _infusion_line(
    one: Classified,
    code: str,
    rules: tuple[str, ...],
    key: ChargeKey | None,
    said: tuple[str, ...],
    sheet: Sheet,
    modifiers: tuple[str, ...],
) -> Line:
    floor = sheet.tables.on(sheet.local(one.run.start).date())[INFUSION_FLOOR]
    clocked = clocked_run(one.run, sheet)
    earned = (floor,) if clocked.counted >= floor else ()
    return Line(
        Role.SERVICE,
        code,
        (one.run,),
        clocked,
        earned,
        INFUSION_FLOOR,
        (*one.rules, *rules),
        one.planned,
        modifiers,
        key,
        said,
    )


def _hours_line(one: Classified, key: ChargeKey | None, sheet: Sheet, modifiers: tuple[str, ...]) -> Line | None:
    numbers = sheet.tables.on(sheet.local(one.run.start).date())
    first, floor = numbers[FIRST_HOUR], numbers[HOUR_FLOOR]
    clocked = clocked_run(one.run, sheet)
    units = hour_units(clocked.counted, first, floor)
    if not units:
        return None
    return Line(
        Role.HOURS,
        family_codes(one.run.family).hour,
        (one.run,),
        clocked,
        hour_thresholds(units, first, floor),
        HOUR_FLOOR,
        (*one.rules, "time.additional-hours"),
        one.planned,
        modifiers,
        key,
    )


def _untimed(
    one: Classified,
    code: str,
    rules: tuple[str, ...],
    key: ChargeKey | None,
    said: tuple[str, ...],
    sheet: Sheet,
    modifiers: tuple[str, ...] = (),
) -> Line:
    return Line(
        Role.SERVICE,
        code,
        (one.run,),
        clocked_run(one.run, sheet),
        NO_MINUTES,
        None,
        (*one.rules, *rules),
        one.planned,
        modifiers,
        key,
        said,
    )


def injection_charges(one: Classified, code: str, sheet: Sheet) -> tuple[Charge, ...]:
    """An injection under the skin or into muscle: it competes for nothing."""
    said = ("Each separately ordered injection counts once.",)
    return charges_of(_untimed(one, code, ("injection.each",), None, said, sheet), sheet)
