"""Pumps: the start of an infusion that a portable or implanted pump carries on for hours, and refilling one."""

from __future__ import annotations

from coder.charges import Answerable
from coder.facts import Pump, Route
from coder.policy import CodeFamily, Setting
from coder.runs.classified import Classified, Mode
from coder.runs.numbers import PROLONGED_FLOOR
from coder.runs.questions import held, left_out, watch
from coder.runs.run import Run
from coder.runs.unlisted import unlisted
from coder.sheet import Sheet

CARRIED = (Pump.PORTABLE, Pump.IMPLANTABLE)
SPINAL = (Route.INTRATHECAL, Route.INTRAVENTRICULAR)
RULE = "mode.prolonged"


def prolonged(run: Run, family: CodeFamily, sheet: Sheet) -> Classified | None:
    """The start of a prolonged infusion by a portable or implanted pump; None where it is counted by minutes.

    What was charted decides; while it runs, how long it was ordered to run, since the start is the service.
    """
    if run.pump not in CARRIED or run.charted_push:
        return None
    floor = sheet.numbers_at(run.start)[PROLONGED_FLOOR]
    ordered = run.ordered_minutes
    if run.minutes >= floor or (run.open_ended and ordered is not None and ordered >= floor):
        return _started(run, family, sheet)
    if run.open_ended and run.continues_at_home and ordered is None:
        return _ask_how_long(run, family, sheet)
    return None


def _started(run: Run, family: CodeFamily, sheet: Sheet) -> Classified | None:
    if family is CodeFamily.CHEMOTHERAPY:
        return Classified(run, Mode.PROLONGED, False, (RULE,), family)
    if run.route is Route.INTRA_ARTERIAL:
        return None
    if sheet.policy.setting is Setting.FACILITY:
        return Classified(run, Mode.PROLONGED, False, (RULE,), family)
    return unlisted(run, family, sheet) if run.continues_at_home else None


def _ask_how_long(run: Run, family: CodeFamily, sheet: Sheet) -> Classified:
    """It goes on at home by pump and nobody charted for how long."""
    watch(run, sheet)
    ask = f"{run.name.capitalize()} goes on at home by pump. For how many hours was it ordered to run?"
    sheet.ask("pump.length-unknown", run.keys, Answerable.PRESCRIBER, ask, run.start)
    return Classified(run, Mode.PROLONGED, True, (RULE, "pump.length-unknown"), family)


def refill(run: Run, family: CodeFamily, sheet: Sheet) -> Classified:
    """A portable or implanted pump refilled; of any other kind of pump the kind is asked."""
    if run.route in SPINAL:
        says = "Refilling a pump for the spine or the brain has codes of its own outside this family."
        return left_out(run, "pump.spinal-refill", says, sheet)
    if run.pump in CARRIED:
        return Classified(run, Mode.REFILL, False, ("mode.refill",), family)
    return held(
        run,
        "pump.kind-unknown",
        "A pump was refilled; whether a portable or an implanted one is not charted.",
        "What kind of pump was refilled: a portable one, an implanted one, or another?",
        Answerable.NURSE,
        sheet,
    )
