"""Hydration: the minutes in which fluid ran and nothing else did."""

from __future__ import annotations

from coder.policy import Midnight, Policy
from tests.oracle import line as codes
from tests.oracle.clock import after_first_hour, date_of, every_hour
from tests.oracle.initial import HYDRATION_FLOOR
from tests.oracle.line import Line
from tests.oracle.runs import Run


def hydration_pieces(runs: list[Run], policy: Policy) -> list[list[int]]:
    """The counted minutes: all together, or piece by piece where a payer does not add across a drug."""
    others = {minute for run in runs if run.mode not in ("hydration", "nothing") for minute in run.minutes}
    fluids = [run for run in runs if run.mode == "hydration"]
    counted = sorted({minute for run in fluids for minute in run.minutes} - others)
    if policy.sum_hydration_segments:
        return [counted] if counted else []
    pieces: list[list[int]] = []
    for minute in counted:
        last = pieces[-1][-1] if pieces else None
        if last is not None and (minute == last + 1 or _only_a_pause(last, minute, fluids, others)):
            pieces[-1].append(minute)
        else:
            pieces.append([minute])
    return pieces


def _only_a_pause(last: int, minute: int, fluids: list[Run], others: set[int]) -> bool:
    """Whether a run was only paused from one minute to the other, and no drug ran between."""
    one_run = any(run.start <= last and minute < run.end for run in fluids)
    return one_run and not any(between in others for between in range(last, minute))


def hydration_lines(runs: list[Run], is_initial: bool, visit: int, access: str, policy: Policy) -> list[Line]:
    """The initial and its hours, or add-on hours under another initial; pieces under 31 minutes are nothing."""
    fluids = [run for run in runs if run.mode == "hydration"]
    lines: list[Line] = []

    def add(code: str, minute: int, hours_of: Line | None = None) -> Line:
        dated = min(run.start for run in fluids if minute in run.minutes) if from_start else minute
        lines.append(Line(code, date_of(dated, policy.zone), 1, visit, start, "", access, hours_of=hours_of))
        return lines[-1]

    from_start = policy.midnight is Midnight.START
    initial = None
    for piece in [one for one in hydration_pieces(runs, policy) if len(one) >= HYDRATION_FLOOR]:
        start = piece[0]
        if is_initial and initial is None:
            initial = add(codes.HYDRATION, piece[HYDRATION_FLOOR - 1])
            for minute in after_first_hour(piece):
                add(codes.HYDRATION_HOURS, minute, initial)
        else:
            for minute in every_hour(piece):
                add(codes.HYDRATION_HOURS, minute, initial)
    return lines
