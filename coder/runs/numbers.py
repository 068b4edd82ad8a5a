"""The numbers of the rulebook that decide what a run is, as in force on the day it began (`Sheet.numbers_at`)."""

from __future__ import annotations

INFUSION_FLOOR = "infusion_minutes_floor"
PROLONGED_FLOOR = "prolonged_minutes_floor"
RUN_CEILING = "run_minutes_ceiling"
CONTRADICTION = "contradiction_percent_floor"
