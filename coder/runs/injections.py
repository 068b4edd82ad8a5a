"""Under the skin and into muscle: injection, on-body injector, or infusion by pump."""

from __future__ import annotations

from coder.charges import Answerable
from coder.facts import Pump, Route
from coder.policy import CodeFamily
from coder.runs.classified import Classified, Mode
from coder.runs.numbers import INFUSION_FLOOR
from coder.runs.questions import held, left_out, untimed, watch
from coder.runs.run import Run
from coder.runs.unlisted import unlisted
from coder.sheet import Sheet
from coder.tables import DrugFamily

INFUSED = (Mode.SUBCUTANEOUS_INFUSION, "mode.subcutaneous-infusion")
INJECTED = (Mode.INJECTION, "mode.injection")


def under_the_skin(run: Run, family: CodeFamily, sheet: Sheet) -> Classified:
    """What was given under the skin or into muscle, by its minutes and its pump."""
    if run.family is DrugFamily.FLUID:
        return left_out(run, "mode.route-not-coded", "Fluid by this route is not coded by these rules.", sheet)
    if run.pump is Pump.ON_BODY and run.route is Route.SUBCUTANEOUS:
        return Classified(run, Mode.ON_BODY, False, ("mode.on-body",), family)
    pumped = run.route is Route.SUBCUTANEOUS and run.pump is not None and not run.charted_push
    if pumped:
        waits = untimed(run, *(INFUSED if family is CodeFamily.THERAPEUTIC else INJECTED), family, sheet)
        if waits:
            return waits
    if run.minutes < sheet.numbers_at(run.start)[INFUSION_FLOOR] or (run.attended and run.pump is None):
        return _injection(run, family, sheet)
    return _pumped(run, family, sheet) if pumped else _ask_pump(run, sheet)


def _injection(run: Run, family: CodeFamily, sheet: Sheet) -> Classified:
    rules = ("mode.rsv-antibody",) if run.family is DrugFamily.RSV_ANTIBODY else ("mode.injection",)
    if run.running:
        watch(run, sheet)
        return Classified(run, Mode.INJECTION, True, (*rules, "time.running"), family)
    return Classified(run, Mode.INJECTION, False, rules, family)


def _pumped(run: Run, family: CodeFamily, sheet: Sheet) -> Classified:
    """An infusion under the skin by pump; of an antineoplastic no code names it."""
    if family is CodeFamily.THERAPEUTIC:
        mode, rule = INFUSED
        return Classified(run, mode, False, (rule,), family)
    return unlisted(run, family, sheet)


def _ask_pump(run: Run, sheet: Sheet) -> Classified:
    return held(
        run,
        "mode.pump-unknown",
        "Too long for an injection; a pump that gave it is not charted.",
        f"It is charted as given over {run.minutes} minutes. By which route was it given, and by hand or by a pump?",
        Answerable.NURSE,
        sheet,
    )
