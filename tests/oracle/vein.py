"""The lines of one access: the initial, what is sequential, concurrent or repeated, and every push."""

from __future__ import annotations

from coder.policy import BolusAndDrip, Concurrent, Midnight, Policy, SameDrugRepeat, Setting
from tests.oracle import line as codes
from tests.oracle.clock import after_first_hour, date_of
from tests.oracle.line import Line
from tests.oracle.runs import PUSH_AT_MOST, Run

ENOUGH = PUSH_AT_MOST + 1


class Access:
    """One access of one visit while its lines are worked out."""

    def __init__(self, visit: int, name: str, policy: Policy, initial: Run | str | None) -> None:
        self.visit, self.name, self.policy, self.initial = visit, name, policy, initial
        self.lines: list[Line] = []

    def add(self, code: str, run: Run, minute: int, hours_of: Line | None = None) -> Line:
        """One unit of a run, on the date of the minute that earned it unless dates follow the start."""
        if self.policy.midnight is Midnight.START:
            minute = run.start
        day = date_of(minute, self.policy.zone)
        line = Line(code, day, 1, self.visit, run.start, run.key, self.name, hours_of=hours_of)
        self.lines.append(line)
        return line


def code_access(access: Access, runs: list[Run], asked: set[str]) -> list[Line]:
    """All infusions and pushes; the runs in `asked`, by key, stay planned until somebody answers."""
    infusions = [run for run in runs if run.mode == "infusion"]
    for drug in sorted({run.drug for run in infusions}):
        _infusions_of_a_drug(access, [run for run in infusions if run.drug == drug], infusions)
    pushes = [run for run in runs if run.mode == "push"]
    for drug in sorted({run.drug for run in pushes}):
        earlier = [run for run in infusions if run.drug == drug]
        _pushes_of_a_drug(access, [run for run in pushes if run.drug == drug], earlier)
    for line in access.lines:
        line.planned = line.key in asked
    return access.lines


def _family(run: Run) -> str:
    return "chemotherapy" if run.family == "chemotherapy" else "therapeutic"


def _infusions_of_a_drug(access: Access, runs: list[Run], everything: list[Run]) -> None:
    """The first infusion of a drug is a service; the others are repeats of it, never a new one."""
    first = access.initial if access.initial in runs else runs[0]
    assert isinstance(first, Run)
    repeats = [run for run in runs if run is not first]
    left = _left_beside_others(access, first, everything)
    if left is None and first.family == "chemotherapy":  # two at once have no code: asked
        return
    if access.policy.same_drug_repeat is SameDrugRepeat.SUM:
        _summed(access, first, left, repeats)
        return
    service = _service(access, first, left)
    if left is not None:
        for minute in after_first_hour(left):
            access.add(codes.HOURS[_family(first)], first, minute, service)
    for run in repeats:
        for minute in [_deciding(run, run.minutes), *after_first_hour(run.minutes)]:
            access.add(codes.HOURS[_family(run)], run, minute).modifiers = list(run.modifiers)


def _summed(access: Access, first: Run, left: list[int] | None, repeats: list[Run]) -> None:
    """The minutes of all runs of a drug are added before its hours are counted; a concurrent run has none."""
    of_minute = {minute: run for run in repeats for minute in run.minutes} | dict.fromkeys(left or [], first)
    service = _service(access, first, left)
    for minute in after_first_hour(sorted(of_minute)):
        access.add(codes.HOURS[_family(first)], of_minute[minute], minute, service)


def _service(access: Access, run: Run, minutes: list[int] | None) -> Line:
    """The initial or the sequential service of a run, or the concurrent one that needs no minutes of its own."""
    table = codes.INFUSION if run is access.initial else codes.SEQUENTIAL
    code = codes.CONCURRENT if minutes is None else table[_family(run)]
    service = access.add(code, run, _deciding(run, minutes or []))
    service.modifiers = list(run.modifiers)
    return service


def _deciding(run: Run, minutes: list[int]) -> int:
    """The sixteenth minute; the first of an infusion that was stopped before it and counts as it was meant."""
    return minutes[PUSH_AT_MOST] if len(minutes) > PUSH_AT_MOST else run.start


def _left_beside_others(access: Access, run: Run, everything: list[Run]) -> list[int] | None:
    """The minutes of a run that are its own; None where it is concurrent with another."""
    if run is access.initial:
        return run.minutes
    rivals = [one for one in everything if run.family != "chemotherapy" or one.family == "chemotherapy"]
    stronger = [other for other in rivals if other.drug != run.drug and _yields(access, run, other)]
    if access.policy.concurrent is Concurrent.DEDUCT:
        taken = {minute for other in stronger for minute in other.minutes}
        left = [minute for minute in run.minutes if minute not in taken]
        return left if len(left) == len(run.minutes) or len(left) >= ENOUGH else None
    return None if any(_is_concurrent(access, run, other) for other in stronger) else run.minutes


def _yields(access: Access, run: Run, other: Run) -> bool:
    """Whether of two infusions at once it is `run` that is the concurrent one."""
    if other is access.initial or (other.family == "chemotherapy") != (run.family == "chemotherapy"):
        return other is access.initial or other.family == "chemotherapy"
    return _is_shorter(run, other) if access.policy.concurrent is Concurrent.DEDUCT else _is_later(run, other)


def _is_shorter(run: Run, other: Run) -> bool:
    return (-len(run.minutes), run.start, run.key) > (-len(other.minutes), other.start, other.key)


def _is_later(run: Run, other: Run) -> bool:
    """The later start; of two that start together the shorter, then the later key."""
    return (run.start, -len(run.minutes), run.key) > (other.start, -len(other.minutes), other.key)


def _is_concurrent(access: Access, run: Run, other: Run) -> bool:
    together = len(set(run.minutes) & set(other.minutes))
    later = run if _is_later(run, other) else other
    enough = {
        Concurrent.ANY: together > 0,
        Concurrent.MIN16: together >= ENOUGH,
        Concurrent.MAJORITY: 2 * together > len(later.minutes),
    }
    return enough[access.policy.concurrent]


def _pushes_of_a_drug(access: Access, runs: list[Run], infusions: list[Run]) -> None:
    """The initial or a new drug's push, then the same drug again once more than thirty minutes have passed."""
    reported: int | None = None
    for run in runs:
        since = reported
        if since is None and not run.charted_push:  # a short bag repeats an infusion before it
            since = max((one.end for one in infusions if one.start < run.start), default=None)
        if run is access.initial:
            access.add(codes.PUSH[_family(run)], run, run.start)
        elif since is None:
            access.add(codes.FURTHER_PUSH[_family(run)], run, run.start)
        elif access.policy.setting is Setting.PROFESSIONAL or run.start - since <= 30:
            continue
        else:
            access.add(codes.SAME_PUSH, run, run.start)
        reported = run.start


def bolus_and_drip(runs: list[Run], policy: Policy) -> tuple[list[Run], set[str]]:
    """What is left of the visit's runs where a drug was both pushed and infused, and the keys of those asked about."""
    infused = {run.drug: run for run in reversed(runs) if run.mode == "infusion"}
    boluses = [run for run in runs if run.mode == "push" and run.drug in infused and _is_bolus(run, infused[run.drug])]
    if policy.bolus_and_drip is BolusAndDrip.DRIP:
        return [run for run in runs if run not in boluses], set()
    drugs = {run.drug for run in boluses} if policy.bolus_and_drip is BolusAndDrip.QUERY else set()
    in_question = boluses + [run for run in runs if run.mode == "infusion"]
    return runs, {run.key for run in in_question if run.drug in drugs}


def _is_bolus(push: Run, infusion: Run) -> bool:
    """A short bag after the infusion on its access is no bolus but a repeat of it."""
    return push.charted_push or push.start < infusion.start or push.access != infusion.access
