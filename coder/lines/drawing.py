"""Runs as drawn on a visit's time line."""

from __future__ import annotations

from coder.charges import Interval, RunLine
from coder.lines.line import local_gross
from coder.runs.run import Run
from coder.sheet import Sheet


def draw(run: Run, mode: str, sheet: Sheet) -> None:
    """Put a run on the time line, with what it became."""
    sheet.runs.append(
        RunLine(
            administrations=run.keys,
            label=run.name,
            access=run.access,
            intervals=local_gross(run, sheet)
            or (Interval(run.anchor, sheet.local(run.start), sheet.local(run.end), "charted"),),
            pauses=tuple((sheet.local(pause.start), sheet.local(pause.end)) for pause in run.pauses)
            if run.pauses
            else (),
            counted=None if run.one_time else run.minutes,
            mode=mode,
            running=run.running,
        )
    )
