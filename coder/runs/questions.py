"""What is asked about a run: its missing stop once it is due, and whatever holds it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from coder.charges import Answerable
from coder.policy import CodeFamily, MissingStop
from coder.runs.classified import Classified, Mode
from coder.runs.run import Run
from coder.sheet import Sheet

STOP_MISSING = "time.stop-missing"
RUNNING, PUSH = "running", "push"


def watch(run: Run, sheet: Sheet) -> None:
    """A running infusion is asked about once its deadline has passed; until then time alone may change it."""
    deadline = _known_to_run_at(run) + timedelta(hours=sheet.policy.missing_stop_hours)
    if sheet.as_of >= deadline:
        ask_stop(run, sheet)
    else:
        sheet.due.append(deadline)


def _known_to_run_at(run: Run) -> datetime:
    """When it started, or when a person last answered that it still ran."""
    answers = (one for piece in run.pieces for one in piece.administration.answers)
    running = (one.at.astimezone(UTC) for one in answers if one.rule == STOP_MISSING and one.says == RUNNING and one.at)
    return max(running, default=run.start)


def ask_stop(run: Run, sheet: Sheet) -> None:
    """Ask a nurse when it stopped."""
    ask = f"{run.name.capitalize()} was started at {sheet.clock(run.start)}. When did it stop, or is it still running?"
    sheet.ask(STOP_MISSING, run.keys, Answerable.NURSE, ask, run.start)


def counts_as_push(run: Run, sheet: Sheet) -> bool:
    """Whether a person chose that what has no stop is a push, where the site leaves that to a person."""
    if run.running or not (run.stop_missing or run.one_time) or sheet.policy.missing_stop is not MissingStop.PUSH:
        return False
    return run.answered(STOP_MISSING) == PUSH


def untimed(run: Run, mode: Mode, rule: str, family: CodeFamily, sheet: Sheet) -> Classified | None:
    """The run as planned, where its stop is not charted yet or never was; None where it is."""
    if run.running:
        watch(run, sheet)
        return Classified(run, mode, True, (rule, "time.running"), family)
    if run.stop_missing or run.one_time:
        ask_stop(run, sheet)
        return Classified(run, mode, True, (rule, STOP_MISSING), family)
    return None


def held(run: Run, rule: str, says: str, ask: str, of: Answerable, sheet: Sheet) -> Classified:
    """The run left out until a person has answered."""
    sheet.leave_out(rule, run.keys, says, minutes=None if run.one_time else run.minutes, curable=True)
    sheet.ask(rule, run.keys, of, ask, run.start)
    return Classified(run, Mode.HELD)


def left_out(run: Run, rule: str, says: str, sheet: Sheet) -> Classified:
    """The run left out for good, by its rule."""
    sheet.leave_out(rule, run.keys, says, minutes=None if run.one_time else run.minutes)
    return Classified(run, Mode.HELD)
