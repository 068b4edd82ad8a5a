"""The runs of the outpatient part of a visit, and those beside them that only take time from hydration."""

from __future__ import annotations

from collections.abc import Iterable

from coder.runs.run import Run
from coder.runs.sift import sift
from coder.runs.stitching import STITCHED_ROUTES, stitch
from coder.sheet import Sheet

INPATIENT = "class.inpatient"
BEFORE_TAKEOVER = "run.before-takeover"


def outpatient_runs(sheet: Sheet) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """The runs to code, cut at the inpatient order, and what else ran into a vein; the rest is left out by name."""
    kept, beside = sift(sheet)
    gap_minutes, until = sheet.policy.bag_gap_minutes, sheet.visit.outpatient_until
    runs = stitch(kept, gap_minutes, until)
    others = stitch(beside, gap_minutes, until) if beside else ()
    return tuple(run for run in runs if _is_outpatient(run, sheet) and _is_ours(run, sheet)), others


def inpatient_runs(sheet: Sheet) -> Iterable[Run]:
    """Everything that ran in a visit without CPT, to be drawn and left out."""
    kept, _ = sift(sheet)
    return stitch(kept, sheet.policy.bag_gap_minutes)


def _is_outpatient(run: Run, sheet: Sheet) -> bool:
    until = sheet.visit.outpatient_until
    if until is None or run.start < until:
        return True
    says = f"Started at {sheet.clock(run.start)}, after the inpatient order of {sheet.clock(until)}: no CPT code."
    sheet.leave_out(INPATIENT, run.keys, says, minutes=None if run.one_time else run.minutes)
    return False


def _is_ours(run: Run, sheet: Sheet) -> bool:
    """Whether any of it was given here: what was over before the takeover was given by somebody else."""
    if run.taken_over_at is None or run.net or run.running:
        return True
    if not run.gross and run.open_ended and run.route in STITCHED_ROUTES:
        return True
    sheet.leave_out(BEFORE_TAKEOVER, run.keys, f"Over before it was taken over at {sheet.clock(run.taken_over_at)}.")
    return False
