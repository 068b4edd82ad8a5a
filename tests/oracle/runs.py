"""What ran: administrations of one infusate under one order on one access taken together, with their minutes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from coder.facts import Administration, AdministrationStatus, Method, Pump, Purpose, Route
from coder.policy import EarlyStop, Policy, SecondAccess, Setting, SplitDose
from coder.tables import DrugFamily, Tables
from tests.oracle.clock import minute_of

MAIN = "main"
PUSH_AT_MOST = 15
EIGHT_HOURS = 480
GIVEN = {AdministrationStatus.COMPLETED, AdministrationStatus.STOPPED, AdministrationStatus.IN_PROGRESS}
NOT_HYDRATION = {Purpose.KEEP_VEIN_OPEN, Purpose.CARRIER, Purpose.FLUSH}


@dataclass(eq=False)
class Run:
    """One run: its minutes in order, what it is (`mode`) and whose code family it has."""

    key: str
    drug: tuple[str, ...]
    family: str
    is_fluid: bool
    route: Route
    access: str
    site: str | None
    start: int
    end: int
    minutes: list[int]
    charted_push: bool
    attended: bool
    pump: Pump | None
    purpose: Purpose | None
    stopped_before: bool
    injections: int
    modifiers: list[str] = field(default_factory=list)
    mode: str = "held"


def runs_of(given: Iterable[Administration], policy: Policy, tables: Tables) -> list[Run]:
    """All runs of one visit, by start and key, each with its mode."""
    pieces: dict[tuple[object, ...], list[Administration]] = {}
    for one in sorted(given, key=lambda one: (one.start, one.key)):
        if one.status not in GIVEN:
            continue
        alone = one.method is Method.PUSH or one.order is None or (one.end is None and one.rate is None)
        infusate = tuple(drug.text for drug in one.drugs)
        name = (one.key,) if alone else (one.order, infusate, one.route, _access(one, policy))
        pieces.setdefault(name, []).append(one)
    runs = [_run(part, policy, tables) for ones in pieces.values() for part in _parts(ones, policy)]
    for run in runs:
        run.mode = _mode(run, policy)
    return sorted(runs, key=lambda run: (run.start, run.key))


def _access(one: Administration, policy: Policy) -> str:
    documented = one.second_access and policy.second_access is SecondAccess.DOCUMENTED
    return one.access or MAIN if documented else MAIN


def _parts(ones: list[Administration], policy: Policy) -> list[list[Administration]]:
    """Cut where neither a pause was charted nor the gap is short enough."""
    parts = [[ones[0]]]
    for one in ones[1:]:
        last = parts[-1]
        end = max(_end(before) for before in last)
        paused = last[-1].status is AdministrationStatus.STOPPED or _is_pause(last[-1]) or last[-1].end is None
        if paused or _start(one) - end <= policy.bag_gap_minutes:
            last.append(one)
        else:
            parts.append([one])
    return parts


def _is_pause(one: Administration) -> bool:
    return one.rate is not None and not one.rate.value


def _ran(ones: list[Administration]) -> list[int]:
    """The minutes that ran: a rate lasts until its end or the next one charted, and a rate of nought is a pause."""
    ran: set[int] = set()
    paused: set[int] = set()
    for one, following in zip(ones, [*ones[1:], None], strict=True):
        end = _end(one) if one.end or following is None else _start(following)
        (paused if _is_pause(one) else ran).update(range(_start(one), end))
    return sorted(ran - paused)


def _start(one: Administration) -> int:
    assert one.start is not None
    return minute_of(one.start)


def _end(one: Administration) -> int:
    return minute_of(one.end) if one.end else _start(one)


def _run(ones: list[Administration], policy: Policy, tables: Tables) -> Run:
    first, last = ones[0], ones[-1]
    drug = tuple(one.text or "" for one in first.drugs)
    families = [tables.formulary.drugs[tables.formulary.by_text[name]].family for name in drug]
    of_drugs = [family for family in families if family is not DrugFamily.FLUID]
    ordered = sum(one.ordered_minutes or 0 for one in ones)
    ran = _ran(ones)
    assert first.route is not None
    return Run(
        key=first.key,
        drug=tuple(sorted(drug)),
        family=next((one.value for one in of_drugs if one is DrugFamily.CHEMOTHERAPY), None)
        or (of_drugs[0].value if of_drugs else "therapeutic"),
        is_fluid=not of_drugs,
        route=first.route,
        access=_access(first, policy),
        site=first.access,
        start=_start(first),
        end=max(_end(one) for one in ones),
        minutes=ran,
        charted_push=first.method is Method.PUSH,
        attended=bool(first.attended),
        pump=first.pump,
        purpose=first.purpose,
        injections=(first.injections or 1) if policy.split_dose is SplitDose.EACH else 1,
        stopped_before=last.status is AdministrationStatus.STOPPED and len(ran) < ordered,
    )


def _mode(run: Run, policy: Policy) -> str:
    if run.family == DrugFamily.BLOOD.value or (run.purpose is Purpose.FLUSH and not run.is_fluid):
        return "nothing"
    if run.route is Route.INTRAVENOUS:
        return _fluid_mode(run) if run.is_fluid else _vein_mode(run, policy)
    is_long = len(run.minutes) > PUSH_AT_MOST
    if run.route is Route.INTRA_ARTERIAL:
        return _arterial_mode(run, is_long)
    if not is_long:
        return "injection"
    return "skin infusion" if run.route is Route.SUBCUTANEOUS and run.pump else "held"


def _fluid_mode(run: Run) -> str:
    return "nothing" if run.charted_push or run.purpose in NOT_HYDRATION else "hydration"


def _arterial_mode(run: Run, is_long: bool) -> str:
    if not is_long:
        return "arterial push"
    if run.family != "chemotherapy":
        return "held"
    return "arterial prolonged" if run.pump and len(run.minutes) > EIGHT_HOURS else "arterial infusion"


def _vein_mode(run: Run, policy: Policy) -> str:
    if len(run.minutes) <= PUSH_AT_MOST:
        return "push" if run.charted_push or not _counts_as_meant(run, policy) else "infusion"
    if run.charted_push:
        return "push" if run.attended and not run.pump else "held"
    by_pump = run.pump in (Pump.PORTABLE, Pump.IMPLANTABLE) and len(run.minutes) > EIGHT_HOURS
    if by_pump and (run.family == "chemotherapy" or policy.setting is Setting.FACILITY):
        return "prolonged"
    return "infusion"


def _counts_as_meant(run: Run, policy: Policy) -> bool:
    """Whether an infusion stopped early stays one; its modifier is noted."""
    if not run.stopped_before or policy.stopped_early is EarlyStop.MINUTES:
        return False
    run.modifiers = {EarlyStop.DISCONTINUED: ["53"], EarlyStop.REDUCED: ["52"]}.get(policy.stopped_early, [])
    return True
