"""The mode of a run: stitched minutes first, then how it was charted; a route code decides nothing."""

from __future__ import annotations

from coder.charges import Answerable
from coder.facts import Purpose, Route
from coder.policy import CodeFamily
from coder.runs.cavities import into_cavity, into_lesions
from coder.runs.classified import Classified, Mode
from coder.runs.contradicted import contradicted
from coder.runs.families import code_family
from coder.runs.injections import under_the_skin
from coder.runs.numbers import RUN_CEILING
from coder.runs.pumps import prolonged, refill
from coder.runs.questions import held, left_out
from coder.runs.run import Run
from coder.runs.unlisted import unlisted
from coder.runs.veins import charted_push, hydration, infusion
from coder.sheet import Sheet
from coder.tables import DrugFamily

INFUSION, PUSH = Mode.INFUSION, Mode.PUSH
INTRAVENOUS = Route.INTRAVENOUS
FLUID = DrugFamily.FLUID
CAVITIES = (Route.INTRAPLEURAL, Route.INTRAPERITONEAL, Route.INTRATHECAL, Route.INTRAVENTRICULAR)


def classify(run: Run, sheet: Sheet) -> Classified:
    """The mode and the family of one run; asks where the chart leaves it open."""
    family, rules = code_family(run, sheet)
    one = _by_purpose(run, family, sheet) or _by_route(run, family, sheet)
    if not rules:
        return one
    return Classified(one.run, one.mode, one.planned, (*one.rules, *rules), one.family, one.modifiers)


def _by_purpose(run: Run, family: CodeFamily, sheet: Sheet) -> Classified | None:
    """What was done to a line or a pump, whatever the route."""
    purpose = run.pieces[0].administration.purpose
    if purpose is None:
        return None
    match purpose:
        case Purpose.FLUSH:
            return Classified(run, Mode.FLUSH, False, ("mode.port-flush",), family)
        case Purpose.DECLOT:
            return Classified(run, Mode.DECLOT, False, ("mode.declot",), family)
        case Purpose.PUMP_REFILL:
            return refill(run, family, sheet)
        case _:
            return None


def _by_route(run: Run, family: CodeFamily, sheet: Sheet) -> Classified:
    route = run.route
    if route is INTRAVENOUS:
        return _vein(run, family, sheet)
    doubtful = _doubtful(run, sheet)
    if doubtful:
        return doubtful
    if route in (Route.SUBCUTANEOUS, Route.INTRAMUSCULAR):
        return under_the_skin(run, family, sheet)
    if route is Route.INTRA_ARTERIAL:
        return _artery(run, family, sheet)
    if route in CAVITIES:
        return into_cavity(run, family, sheet)
    if route is Route.INTRALESIONAL:
        return into_lesions(run, family, sheet)
    return unlisted(run, family, sheet)


def _vein(run: Run, family: CodeFamily, sheet: Sheet) -> Classified:
    by_pump = prolonged(run, family, sheet) if run.family is not FLUID else None
    if by_pump:
        return by_pump
    doubtful = _doubtful(run, sheet)
    if doubtful:
        return doubtful
    if run.family is FLUID:
        return hydration(run, sheet)
    if run.charted_push:
        return charted_push(run, PUSH, family, sheet)
    return infusion(run, INFUSION, PUSH, family, sheet)


def _artery(run: Run, family: CodeFamily, sheet: Sheet) -> Classified:
    if run.family is FLUID:
        return left_out(run, "mode.route-not-coded", "Fluid by this route is not coded by these rules.", sheet)
    by_pump = prolonged(run, family, sheet)
    if by_pump:
        return by_pump
    if run.charted_push:
        return charted_push(run, Mode.ARTERIAL_PUSH, family, sheet)
    one = infusion(run, Mode.ARTERIAL_INFUSION, Mode.ARTERIAL_PUSH, family, sheet)
    if one.mode is Mode.ARTERIAL_INFUSION and family is not CodeFamily.CHEMOTHERAPY:
        return unlisted(run, family, sheet)
    return one


def _doubtful(run: Run, sheet: Sheet) -> Classified | None:
    return _ask_times(run, sheet) if _is_implausible(run, sheet) else contradicted(run, sheet)


def _is_implausible(run: Run, sheet: Sheet) -> bool:
    """Whether it is charted as longer than anybody runs an infusion; a mistyped year must not become a bill."""
    return run.minutes > sheet.numbers_at(run.start)[RUN_CEILING]


def _ask_times(run: Run, sheet: Sheet) -> Classified:
    ceiling = sheet.numbers_at(run.start)[RUN_CEILING]
    return held(
        run,
        "time.too-long",
        f"Charted as running for {run.minutes} minutes; up to {ceiling} are taken at their word.",
        f"{run.name.capitalize()} is charted as running for more than {ceiling // 1440} days. "
        "When did it start and stop?",
        Answerable.NURSE,
        sheet,
    )
