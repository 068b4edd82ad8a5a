"""Which service of an access is the initial one."""

from __future__ import annotations

from coder.facts import VisitReason
from coder.policy import Policy, Setting
from tests.oracle.runs import Run

HYDRATION_FLOOR = 31
RANKS = [("chemotherapy", "infusion"), ("chemotherapy", "push"), ("therapeutic", "infusion"), ("therapeutic", "push")]
WANTED_FOR = {
    VisitReason.CHEMOTHERAPY: RANKS[:2],
    VisitReason.INFUSION: RANKS[2:3],
    VisitReason.INJECTION: RANKS[3:],
}


def initial_of(runs: list[Run], hydration: int, reason: VisitReason | None, policy: Policy) -> Run | str | None:
    """The initial run of an access, "hydration", or None where nothing competes."""
    ranked = {rank: [run for run in runs if (_family(run), run.mode) == rank] for rank in RANKS}
    has_chemotherapy = any(ranked[rank] for rank in RANKS[:2])
    if policy.setting is Setting.PROFESSIONAL and reason and not has_chemotherapy:
        if reason is VisitReason.HYDRATION and hydration >= HYDRATION_FLOOR:
            return "hydration"
        for rank in WANTED_FOR.get(reason, []):
            if ranked[rank]:
                return _first(ranked[rank])
    for rank in RANKS:
        if ranked[rank]:
            return _first(ranked[rank])
    return "hydration" if hydration >= HYDRATION_FLOOR else None


def _family(run: Run) -> str:
    return "chemotherapy" if run.family == "chemotherapy" else "therapeutic"


def _first(rivals: list[Run]) -> Run:
    """The longest of those that overlap the earliest, then the earlier, then by key."""
    earliest = min(rivals, key=lambda run: (run.start, run.key))
    beside = [run for run in rivals if run is earliest or set(run.minutes) & set(earliest.minutes)]
    return min(beside, key=lambda run: (-len(run.minutes), run.start, run.key))
