"""The numbers of the rulebook that decide what a run is, as in force on the day it began."""

from __future__ import annotations

from collections.abc import Mapping

from coder.runs.run import Run
from coder.sheet import Sheet

INFUSION_FLOOR = "infusion_minutes_floor"
PROLONGED_FLOOR = "prolonged_minutes_floor"
RUN_CEILING = "run_minutes_ceiling"
CONTRADICTION = "contradiction_percent_floor"


def numbers_of(run: Run, sheet: Sheet) -> Mapping[str, int]:
    """All numbers in force on the service date a run began."""
    return sheet.numbers_at(run.start)
