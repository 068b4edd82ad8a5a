"""Services that stand by themselves: injections, pumps under the skin, arteries, prolonged infusions by pump."""

from __future__ import annotations

from coder.policy import Midnight, Policy
from tests.oracle import line as codes
from tests.oracle.clock import after_first_hour, date_of
from tests.oracle.line import Line
from tests.oracle.runs import PUSH_AT_MOST, Run


def lines_alone(runs: list[Run], visit: int, policy: Policy) -> list[Line]:
    """One line for each, whatever else was given in the visit."""
    lines: list[Line] = []

    def add(code: str, run: Run, minute: int) -> None:
        minute = run.start if policy.midnight is Midnight.START else minute
        in_vein = run.access if run.mode == "prolonged" else None
        lines.append(Line(code, date_of(minute, policy.zone), 1, visit, run.start, run.key, in_vein))

    for run in runs:
        family = "chemotherapy" if run.family == "chemotherapy" else "therapeutic"
        if run.mode == "injection":
            for _ in range(run.injections):
                add(codes.INJECTION[run.family], run, run.start)
        elif run.mode == "arterial push":
            add(codes.ARTERIAL_PUSH[family], run, run.start)
        elif run.mode == "prolonged":
            add(codes.PUMP[family], run, run.start)
        elif run.mode == "arterial prolonged":
            add(codes.ARTERIAL_PROLONGED, run, run.start)
        elif run.mode in ("skin infusion", "arterial infusion"):
            under_skin = run.mode == "skin infusion"
            add(codes.SKIN_INFUSION if under_skin else codes.ARTERIAL_INFUSION, run, run.minutes[PUSH_AT_MOST])
            for minute in after_first_hour(run.minutes):
                add(codes.SKIN_HOURS if under_skin else codes.ARTERIAL_HOURS, run, minute)
    return lines
