"""The runs of a visit: of its outpatient part, those beside them, and those of its inpatient part."""

from __future__ import annotations

from typing import NamedTuple

from coder.runs.run import Run
from coder.runs.sift import sift
from coder.runs.stitching import STITCHED_ROUTES, stitch
from coder.sheet import Sheet

BEFORE_TAKEOVER = "run.before-takeover"


class Runs(NamedTuple):
    """The runs of a visit: those to code with CPT, those that only ran beside them, those after the inpatient order."""

    outpatient: tuple[Run, ...]
    beside: tuple[Run, ...]
    inpatient: tuple[Run, ...]


def runs_of(sheet: Sheet) -> Runs:
    """The runs to code, cut at the inpatient order, and what else ran into a vein; the rest is left out by name."""
    kept, beside = sift(sheet)
    gap_minutes, until = sheet.policy.bag_gap_minutes, sheet.visit.outpatient_until
    runs = stitch(kept, gap_minutes, until)
    others = stitch(beside, gap_minutes, until) if beside else ()
    if until is None:
        return Runs(tuple([run for run in runs if run.taken_over_at is None or is_ours(run, sheet)]), others, ())
    before = tuple(run for run in runs if run.start < until and is_ours(run, sheet))
    return Runs(before, others, tuple(run for run in runs if run.start >= until))


def all_runs(sheet: Sheet) -> tuple[Run, ...]:
    """Everything that ran in a visit without CPT, in order of start."""
    kept, _ = sift(sheet)
    return stitch(kept, sheet.policy.bag_gap_minutes)


def is_ours(run: Run, sheet: Sheet) -> bool:
    """Whether any of it was given here: what was over before the takeover was given by somebody else."""
    if run.taken_over_at is None or run.net or run.running:
        return True
    if not run.gross and run.open_ended and run.route in STITCHED_ROUTES:
        return True
    sheet.leave_out(BEFORE_TAKEOVER, run.keys, f"Over before it was taken over at {sheet.clock(run.taken_over_at)}.")
    return False
