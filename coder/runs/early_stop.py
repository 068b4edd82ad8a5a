"""An infusion stopped before its ordered end, while its minutes are still a push's: what it is by policy."""

from __future__ import annotations

from coder.policy import CodeFamily, EarlyStop
from coder.runs.classified import Classified, Mode
from coder.runs.run import Run
from coder.sheet import Sheet

MODIFIERS = {EarlyStop.DISCONTINUED: ("53",), EarlyStop.REDUCED: ("52",), EarlyStop.INTENT: ()}


def stopped_early(run: Run, floor: int) -> bool:
    """Whether what has fewer minutes than an infusion was ordered as one and charted as stopped."""
    ordered = run.ordered_minutes
    return run.stopped and ordered is not None and ordered >= floor


def early_stop(run: Run, infusion: Mode, push: Mode, family: CodeFamily, sheet: Sheet) -> Classified:
    """By its minutes a push; else the infusion it was meant to be, with 53, with 52 or as it stands."""
    meaning = sheet.policy.stopped_early
    rule = f"early-stop.{meaning}"
    if meaning is EarlyStop.MINUTES:
        return Classified(run, push, False, ("mode.push-by-minutes", rule), family)
    return Classified(run, infusion, False, ("mode.infusion", rule), family, MODIFIERS[meaning])
