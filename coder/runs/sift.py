"""What of a visit can be coded with CPT at all; the rest is left out by name or asked about."""

from __future__ import annotations

from coder.charges import Answerable
from coder.facts import Administration, AdministrationStatus, Purpose, Route
from coder.minutes import whole_minutes
from coder.policy import DemandDoses
from coder.runs import fluids
from coder.runs.integral import belongs_to
from coder.runs.known import Known, ask_drug, recognise
from coder.runs.stops import on_the_clock
from coder.sheet import Sheet
from coder.tables import DrugFamily

ENTERED_IN_ERROR = AdministrationStatus.ENTERED_IN_ERROR
OTHER = Route.OTHER
FLUSH = Purpose.FLUSH
LEFT_OUT_FAMILIES = {
    DrugFamily.BLOOD: ("given.transfusion", "A transfusion is its own service; its administration is not an infusion."),
    DrugFamily.CONTRAST: ("given.contrast", "Contrast belongs to the imaging study it was given for."),
    DrugFamily.TRACER: ("given.tracer", "A tracer belongs to the study it was given for."),
    DrugFamily.STRESS_AGENT: ("given.stress-agent", "A stress agent belongs to the test it was given for."),
    DrugFamily.VACCINE: ("given.vaccine", "A vaccine has administration codes of its own."),
    DrugFamily.ALLERGEN: ("given.allergen", "Allergen immunotherapy has administration codes of its own."),
}
NOT_CERTAIN = (AdministrationStatus.NOT_DONE, AdministrationStatus.UNKNOWN)
NEEDS_NO_ROUTE = (Purpose.FLUSH, Purpose.DECLOT, Purpose.PUMP_REFILL)


def sift(sheet: Sheet) -> tuple[tuple[Known, ...], tuple[Known, ...]]:
    """The administrations to code, and those not coded whose time into a vein still takes hydration away."""
    kept: list[Known] = []
    beside: list[Known] = []
    for charted in sheet.visit.administrations:
        administration = on_the_clock(charted, sheet.policy)
        if administration.ignored or administration.status is ENTERED_IN_ERROR:
            continue
        if administration.status in NOT_CERTAIN:
            _leave_out_uncertain(administration, sheet)
            continue
        if administration.purpose and fluids.without_drug(administration, sheet):
            continue
        known = recognise(administration, sheet)
        reason = _reason(administration, known, sheet)
        if reason is not None:
            rule, says, code = reason
            sheet.leave_out(rule, [administration.key], says, code=code, minutes=_span_minutes(administration))
            if known and _takes_time(known):
                beside.append(known)
        elif known is None:
            ask_drug(administration, sheet)
        elif not (administration.purpose and fluids.set_aside(known, sheet)) and _can_run(administration, sheet):
            kept.append(known)
    if FLUSH in [known.administration.purpose for known in kept]:
        kept = fluids.without_flushes_beside(kept, sheet)
    return tuple(kept), tuple(beside)


def _reason(administration: Administration, known: Known | None, sheet: Sheet) -> tuple[str, str, str | None] | None:
    """The rule, the sentence and, where it has one, the code by which something is recognised and not coded here."""
    if known and known.family in LEFT_OUT_FAMILIES:
        return (*LEFT_OUT_FAMILIES[known.family], None)
    part_of = belongs_to(administration, sheet)
    if part_of:
        return (*part_of, None)
    for one in known.drugs if known else ():
        code = one.drug.administration_code
        if code:
            return "given.own-code", f"Giving {one.drug.name} has a code of its own outside this family, {code}.", code
    if administration.demand and sheet.policy.pca_demand_doses is DemandDoses.NONE:
        says = f"A dose the patient asked of a pump is no service of its own ({sheet.policy.said('pca_demand_doses')})."
        return "pca.demand-none", says, None
    return None


def _takes_time(known: Known) -> bool:
    """Blood, whose missing stop is asked for there, and whatever else ran into a vein from one time to another."""
    administration = known.administration
    if administration.start is None:
        return False
    if known.family is DrugFamily.BLOOD:
        return True
    return administration.route is Route.INTRAVENOUS and administration.end is not None


def _span_minutes(administration: Administration) -> int | None:
    if administration.start is None or administration.end is None:
        return None
    return whole_minutes(administration.end - administration.start)


def _leave_out_uncertain(administration: Administration, sheet: Sheet) -> None:
    about = [administration.key]
    if administration.status is AdministrationStatus.NOT_DONE:
        sheet.leave_out("given.not-done", about, "Charted as not given.")
        return
    sheet.leave_out("given.status-unknown", about, "Whether it was given is not charted.", curable=True)
    ask = "Was this dose given, partly given, or not given?"
    sheet.ask("given.status-unknown", about, Answerable.NURSE, ask, administration.start)


def _can_run(administration: Administration, sheet: Sheet) -> bool:
    about = [administration.key]
    if administration.start is None and administration.taken_over_at is None:
        sheet.leave_out("time.start-missing", about, "No time of day is charted for it.", curable=True)
        sheet.ask("time.start-missing", about, Answerable.NURSE, "At what time was it started?", None)
        return False
    if administration.purpose in NEEDS_NO_ROUTE:
        return True
    if administration.route is None:
        sheet.leave_out("mode.route-unknown", about, "The route is not charted.", curable=True)
        sheet.ask("mode.route-unknown", about, Answerable.NURSE, "By which route was it given?", administration.start)
        return False
    if administration.route is OTHER:
        sheet.leave_out("mode.route-not-coded", about, "By this route nothing is injected or infused.")
        return False
    return True
