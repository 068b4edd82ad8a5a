"""What ran into a vein: hydration, push, infusion, or the start of a prolonged infusion by pump."""

from __future__ import annotations

from coder.charges import Answerable
from coder.policy import CodeFamily
from coder.runs.classified import Classified, Mode
from coder.runs.early_stop import early_stop, stopped_early
from coder.runs.numbers import INFUSION_FLOOR
from coder.runs.questions import counts_as_push, held, left_out, untimed, watch
from coder.runs.run import Run
from coder.sheet import Sheet

HYDRATION = Mode.HYDRATION
THERAPEUTIC = CodeFamily.THERAPEUTIC
CHOSEN_PUSH = "stop.chosen-push"


def hydration(run: Run, sheet: Sheet) -> Classified:
    """Plain fluid for volume; pushed it is none."""
    if run.charted_push:
        return left_out(run, "fluid.pushed", "Plain fluid given as a push is no hydration.", sheet)
    if counts_as_push(run, sheet):
        return left_out(run, CHOSEN_PUSH, "Plain fluid whose stop nobody charted is no hydration.", sheet)
    waits = untimed(run, HYDRATION, "mode.hydration", THERAPEUTIC, sheet)
    return waits or Classified(run, HYDRATION, False, ("mode.hydration",))


def charted_push(run: Run, mode: Mode, family: CodeFamily, sheet: Sheet) -> Classified:
    """A push, where it was short or attended throughout by hand; else asked."""
    rules = ("mode.push-charted", "pca.demand-pushes") if run.demand else ("mode.push-charted",)
    if run.running:
        watch(run, sheet)
        return Classified(run, mode, True, (*rules, "time.running"), family)
    if run.minutes < sheet.numbers_at(run.start)[INFUSION_FLOOR]:
        return Classified(run, mode, False, rules, family)
    if run.attended and run.pump is None:
        return Classified(run, mode, False, (*rules, "mode.push-attended"), family)
    return held(
        run,
        "mode.push-unattended",
        "Charted as a push, with the minutes of an infusion.",
        f"It is charted as a push over {run.minutes} minutes. "
        "Was someone in attendance throughout, or did it run as an infusion?",
        Answerable.NURSE,
        sheet,
    )


def infusion(run: Run, mode: Mode, push: Mode, family: CodeFamily, sheet: Sheet) -> Classified:
    """An infusion by its minutes; under the floor a push, unless it was stopped early."""
    if counts_as_push(run, sheet):
        return Classified(run, push, False, (CHOSEN_PUSH,), family)
    waits = untimed(run, mode, "mode.infusion", family, sheet)
    if waits:
        return waits
    floor = sheet.numbers_at(run.start)[INFUSION_FLOOR]
    if run.minutes >= floor:
        return Classified(run, mode, False, ("mode.infusion",), family)
    if stopped_early(run, floor):
        return early_stop(run, mode, push, family, sheet)
    return Classified(run, push, False, ("mode.push-by-minutes",), family)
