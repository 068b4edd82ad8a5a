"""The mode of a run: stitched minutes first, then how it was charted; a route code decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from coder.charges import Answerable
from coder.facts import Route
from coder.policy import CodeFamily
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.tables import DrugFamily

INFUSION_FLOOR = "infusion_minutes_floor"
RUN_CEILING = "run_minutes_ceiling"


class Mode(StrEnum):
    """What a run is to the coder."""

    INFUSION = "infusion"
    PUSH = "push"
    INJECTION = "injection"
    HYDRATION = "hydration"
    SUBCUTANEOUS_INFUSION = "subcutaneous infusion"
    ARTERIAL_PUSH = "arterial push"
    ARTERIAL_INFUSION = "arterial infusion"
    PROLONGED = "prolonged by pump"
    ON_BODY = "on-body injector"
    INSTILLATION = "instillation"
    LESIONS = "into lesions"
    REFILL = "pump refill"
    FLUSH = "flush alone"
    DECLOT = "declotting"
    UNLISTED = "unlisted"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Classified:
    """A run with its mode; `planned` while its stop is not charted, `rules` say how it was decided.

    `family` is the family of codes, `modifiers` are 52 or 53 where the service was reduced or discontinued.
    """

    run: Run
    mode: Mode
    planned: bool
    rules: tuple[str, ...]
    family: CodeFamily = CodeFamily.THERAPEUTIC
    modifiers: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """The run's anchor."""
        return self.run.anchor


def classify(run: Run, sheet: Sheet) -> Classified:
    """The mode of one run; asks where the chart leaves it open."""
    if _is_implausible(run, sheet):
        return Classified(run, Mode.HELD, True, ("time.too-long",))
    if run.route in (Route.SUBCUTANEOUS, Route.INTRAMUSCULAR):
        return _injection(run, sheet)
    if run.family is DrugFamily.FLUID:
        return _hydration(run, sheet)
    if run.charted_push:
        return _charted_push(run, sheet)
    return _infusion(run, sheet)


def _infusion(run: Run, sheet: Sheet) -> Classified:
    if run.running:
        _watch(run, sheet)
        return Classified(run, Mode.INFUSION, True, ("mode.infusion", "time.running"))
    if run.stop_missing or run.one_time:
        _ask_stop(run, sheet)
        return Classified(run, Mode.INFUSION, True, ("mode.infusion", "time.stop-missing"))
    floor = _floor(run, sheet)
    if run.minutes < floor:
        return Classified(run, Mode.PUSH, False, ("mode.push-by-minutes",))
    return Classified(run, Mode.INFUSION, False, ("mode.infusion",))


def _is_implausible(run: Run, sheet: Sheet) -> bool:
    """Whether it is charted as longer than anybody runs an infusion; a mistyped year must not become a bill."""
    ceiling = sheet.tables.on(sheet.local(run.start).date())[RUN_CEILING]
    if run.minutes <= ceiling:
        return False
    sheet.leave_out(
        "time.too-long",
        run.keys,
        f"Charted as running for {run.minutes} minutes; up to {ceiling} are taken at their word.",
        minutes=run.minutes,
        curable=True,
    )
    sheet.ask(
        "time.too-long",
        run.keys,
        Answerable.NURSE,
        f"{run.name.capitalize()} is charted as running for more than {ceiling // 1440} days. "
        "When did it start and stop?",
        run.start,
    )
    return True


def _floor(run: Run, sheet: Sheet) -> int:
    return sheet.tables.on(sheet.local(run.start).date())[INFUSION_FLOOR]


def _injection(run: Run, sheet: Sheet) -> Classified:
    if run.minutes >= _floor(run, sheet) or run.family is DrugFamily.FLUID:
        says = "This rule set does not code an infusion by this route."
        sheet.leave_out("mode.route-not-coded", run.keys, says, minutes=run.minutes)
        return Classified(run, Mode.HELD, True, ("mode.route-not-coded",))
    if run.running:
        _watch(run, sheet)
        return Classified(run, Mode.INJECTION, True, ("mode.injection", "time.running"))
    return Classified(run, Mode.INJECTION, False, ("mode.injection",))


def _hydration(run: Run, sheet: Sheet) -> Classified:
    if run.charted_push:
        sheet.leave_out("fluid.pushed", run.keys, "Plain fluid given as a push is no hydration.", minutes=run.minutes)
        return Classified(run, Mode.HELD, True, ("fluid.pushed",))
    if run.running:
        _watch(run, sheet)
        return Classified(run, Mode.HYDRATION, True, ("mode.hydration", "time.running"))
    if run.stop_missing or run.one_time:
        _ask_stop(run, sheet)
        return Classified(run, Mode.HYDRATION, True, ("mode.hydration", "time.stop-missing"))
    return Classified(run, Mode.HYDRATION, False, ("mode.hydration",))


def _charted_push(run: Run, sheet: Sheet) -> Classified:
    if run.running:
        _watch(run, sheet)
        return Classified(run, Mode.PUSH, True, ("mode.push-charted", "time.running"))
    if run.minutes < _floor(run, sheet) or run.attended:
        return Classified(run, Mode.PUSH, False, ("mode.push-charted",))
    sheet.leave_out(
        "mode.push-unattended",
        run.keys,
        "Charted as a push, with the minutes of an infusion.",
        minutes=run.minutes,
        curable=True,
    )
    sheet.ask(
        "mode.push-unattended",
        run.keys,
        Answerable.NURSE,
        f"It is charted as a push over {run.minutes} minutes. "
        "Was someone in attendance throughout, or did it run as an infusion?",
        run.start,
    )
    return Classified(run, Mode.HELD, True, ("mode.push-unattended",))


def _watch(run: Run, sheet: Sheet) -> None:
    """A running infusion is asked about once its deadline has passed; until then time alone may change it."""
    deadline = run.start + timedelta(hours=sheet.policy.missing_stop_hours)
    if sheet.as_of >= deadline:
        _ask_stop(run, sheet)
    else:
        sheet.due.append(deadline)


def _ask_stop(run: Run, sheet: Sheet) -> None:
    sheet.ask(
        "time.stop-missing",
        run.keys,
        Answerable.NURSE,
        f"{run.name.capitalize()} was started at {sheet.clock(run.start)}. When did it stop, or is it still running?",
        run.start,
    )
