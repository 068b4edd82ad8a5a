"""Services that stand by themselves: they compete for no initial, and nothing is counted beside them."""

from __future__ import annotations

from coder.charges import Charge
from coder.codes import (
    ANTIBODY,
    ANTIBODY_COUNSELLED,
    ARTERIAL_PUSH,
    CHEMOTHERAPY_ARTERIAL_HOUR,
    CHEMOTHERAPY_ARTERIAL_INFUSION,
    CHEMOTHERAPY_ARTERIAL_PROLONGED,
    CHEMOTHERAPY_ARTERIAL_PUSH,
    CHEMOTHERAPY_PROLONGED,
    CHEMOTHERAPY_UNLISTED,
    DECLOT,
    HOME_PROLONGED,
    HOSPITAL_PROLONGED,
    IMPLANTED_PUMP_REFILL,
    INJECTION_BY_FAMILY,
    LESIONS_FEW,
    LESIONS_MANY,
    ON_BODY_INJECTOR,
    PERITONEAL_CAVITY,
    PLEURAL_CAVITY,
    PORT_FLUSH,
    PORTABLE_PUMP_REFILL,
    RESERVOIR,
    SPINE,
    UNLISTED,
)
from coder.facts import AccessDevice, Pump, PumpOwner, Route
from coder.lines import wording
from coder.lines.line import Line, access_of, charges_of
from coder.lines.timed import Timed, Under, hours_line, service_line, timed, untimed_line
from coder.policy import CodeFamily, SplitDose
from coder.runs.classified import Classified, Mode
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.tables import DrugFamily

LESIONS_CEILING = "lesions_few_ceiling"
Coding = tuple[str, tuple[str, ...], str]
FIXED: dict[Mode, Coding] = {
    Mode.ON_BODY: (ON_BODY_INJECTOR, (), "An on-body injector was put on."),
    Mode.FLUSH: (PORT_FLUSH, (), "An implanted port was flushed and nothing else was given that day."),
    Mode.DECLOT: (DECLOT, (), "A clot in an access was dissolved, which is a service of its own."),
}


def standalone_charges(one: Classified, sheet: Sheet) -> tuple[Charge, ...]:
    """The charges of a run that stands by itself; none for what does not."""
    if one.mode is Mode.INJECTION:
        return charges_of(_injection(one, sheet), sheet)
    if one.mode is Mode.ARTERIAL_INFUSION:
        return _arterial_infusion(one, sheet)
    if one.mode is Mode.PROLONGED:
        return _prolonged(one, sheet)
    coded = _code(one, sheet)
    if coded is None:
        return ()
    code, rules, said = coded
    return charges_of(untimed_line(_timed(one, sheet), code, rules, (said,)), sheet)


def _timed(one: Classified, sheet: Sheet) -> Timed:
    """An access is named only for what enters a vein."""
    return timed(one, access_of(one.run, sheet) if one.run.route is Route.INTRAVENOUS else None, sheet)


def _code(one: Classified, sheet: Sheet) -> Coding | None:
    """The code, the rules and the sentence of a service that needs no minutes."""
    run, chemotherapy = one.run, one.family is CodeFamily.CHEMOTHERAPY
    match one.mode:
        case Mode.ARTERIAL_PUSH:
            code = CHEMOTHERAPY_ARTERIAL_PUSH if chemotherapy else ARTERIAL_PUSH
            return code, ("arterial.alone",), "Given into an artery in the time of an injection."
        case Mode.INSTILLATION:
            return _cavity(run), (), f"An antineoplastic by route {run.route}."
        case Mode.LESIONS:
            return _lesions(run, sheet)
        case Mode.REFILL:
            kind = "implanted" if run.pump is Pump.IMPLANTABLE else "portable"
            code = IMPLANTED_PUMP_REFILL if run.pump is Pump.IMPLANTABLE else PORTABLE_PUMP_REFILL
            return code, (), f"A pump was refilled and looked after: {kind}."
        case Mode.UNLISTED:
            code = CHEMOTHERAPY_UNLISTED if chemotherapy else UNLISTED
            return code, (), "No code names this way of giving it; planned until a coder has decided."
        case _:
            return FIXED.get(one.mode)


def _injection(one: Classified, sheet: Sheet) -> Line:
    run = one.run
    if run.family is DrugFamily.RSV_ANTIBODY:
        counselled = any(piece.administration.counselled for piece in run.pieces)
        said = "Counselling is charted." if counselled else "No counselling is charted."
        code = ANTIBODY_COUNSELLED if counselled else ANTIBODY
        return untimed_line(_timed(one, sheet), code, ("injection.counselled",), (said,))
    injections = max((piece.administration.injections or 1) for piece in run.pieces)
    rules: tuple[str, ...] = ("injection.each",)
    units = 1
    if injections > 1:
        rules = (*rules, f"injection.split-{sheet.policy.split_dose}")
        units = injections if sheet.policy.split_dose is SplitDose.EACH else 1
    said = wording.injection(injections, sheet.policy)
    return untimed_line(_timed(one, sheet), INJECTION_BY_FAMILY[one.family], rules, (said,), units=units)


def _arterial_infusion(one: Classified, sheet: Sheet) -> tuple[Charge, ...]:
    it = _timed(one, sheet)
    said = ("An antineoplastic infused into an artery: it stands by itself.",)
    charges = charges_of(service_line(it, CHEMOTHERAPY_ARTERIAL_INFUSION, ("arterial.alone",), said), sheet)
    hours = hours_line(it, CHEMOTHERAPY_ARTERIAL_HOUR, Under(charges[0].key, False))
    return (*charges, *charges_of(hours, sheet)) if hours else charges


def _prolonged(one: Classified, sheet: Sheet) -> tuple[Charge, ...]:
    """The start of a prolonged infusion by pump, once a date whatever was started."""
    code, rule, said = _prolonged_code(one)
    it = _timed(one, sheet)
    if any(charge.code == code and charge.key.service_date == it.source.day for charge in sheet.charges):
        says = "The start of a prolonged infusion by pump is reported once a date."
        sheet.leave_out("prolonged.once-per-date", one.run.keys, says, code=code)
        return ()
    return charges_of(untimed_line(it, code, (rule,), (said,)), sheet)


def _prolonged_code(one: Classified) -> tuple[str, str, str]:
    run = one.run
    if one.family is not CodeFamily.CHEMOTHERAPY:
        said = "More than eight hours by pump and no antineoplastic: its start at the hospital."
        return HOSPITAL_PROLONGED, "prolonged.hospital", said
    if run.route is Route.INTRA_ARTERIAL:
        said = "More than eight hours by pump into an artery: its start."
        return CHEMOTHERAPY_ARTERIAL_PROLONGED, "prolonged.arterial", said
    if run.pump_owner is PumpOwner.SITE and run.continues_at_home:
        said = "Started here by the site's own pump and continued at home; the visit that takes it off is included."
        return HOME_PROLONGED, "prolonged.home", said
    said = "More than eight hours by pump: its start, beside whatever else was given that day."
    return CHEMOTHERAPY_PROLONGED, "prolonged.start", said


def _cavity(run: Run) -> str:
    if run.route is Route.INTRAPLEURAL:
        return PLEURAL_CAVITY
    if run.route is Route.INTRAPERITONEAL:
        return PERITONEAL_CAVITY
    through_head = run.route is Route.INTRAVENTRICULAR or run.access_device is AccessDevice.RESERVOIR
    return RESERVOIR if through_head else SPINE


def _lesions(run: Run, sheet: Sheet) -> Coding:
    count = run.lesions or 0
    ceiling = sheet.tables.on(sheet.local(run.start).date())[LESIONS_CEILING]
    if count > ceiling:
        return LESIONS_MANY, ("lesions.number",), f"{count} lesions, more than {ceiling}."
    return LESIONS_FEW, ("lesions.number",), f"{count} lesions, up to {ceiling} are one code."
