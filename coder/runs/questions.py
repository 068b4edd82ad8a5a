"""What is asked about a run: its missing stop once it is due, and whatever holds it."""

from __future__ import annotations

from datetime import timedelta

from coder.charges import Answerable
from coder.policy import CodeFamily
from coder.runs.classified import Classified, Mode
from coder.runs.run import Run
from coder.sheet import Sheet


def watch(run: Run, sheet: Sheet) -> None:
    """A running infusion is asked about once its deadline has passed; until then time alone may change it."""
    deadline = run.start + timedelta(hours=sheet.policy.missing_stop_hours)
    if sheet.as_of >= deadline:
        ask_stop(run, sheet)
    else:
        sheet.due.append(deadline)


def ask_stop(run: Run, sheet: Sheet) -> None:
    """Ask a nurse when it stopped."""
    ask = f"{run.name.capitalize()} was started at {sheet.clock(run.start)}. When did it stop, or is it still running?"
    sheet.ask("time.stop-missing", run.keys, Answerable.NURSE, ask, run.start)


def untimed(run: Run, mode: Mode, rule: str, family: CodeFamily, sheet: Sheet) -> Classified | None:
    """The run as planned, where its stop is not charted yet or never was; None where it is."""
    if run.running:
        watch(run, sheet)
        return Classified(run, mode, True, (rule, "time.running"), family)
    if run.stop_missing or run.one_time:
        ask_stop(run, sheet)
        return Classified(run, mode, True, (rule, "time.stop-missing"), family)
    return None


def held(run: Run, rule: str, says: str, ask: str, of: Answerable, sheet: Sheet) -> Classified:
    """The run left out until a person has answered."""
    sheet.leave_out(rule, run.keys, says, minutes=None if run.one_time else run.minutes, curable=True)
    sheet.ask(rule, run.keys, of, ask, run.start)
    return Classified(run, Mode.HELD, True, (rule,))


def left_out(run: Run, rule: str, says: str, sheet: Sheet) -> Classified:
    """The run left out for good, by its rule."""
    sheet.leave_out(rule, run.keys, says, minutes=None if run.one_time else run.minutes)
    return Classified(run, Mode.HELD, True, (rule,))
