"""One visit: the only place that says in which order the rules apply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from coder.charges import Answerable, Charge, CodedVisit, Interval, RunLine
from coder.facts import PatientClass
from coder.lines.access import Access, code_access
from coder.lines.bolus import settle_bolus_and_drip
from coder.lines.drug_lines import drug_charges
from coder.lines.fluid_time import takers_of
from coder.lines.line import shared_orders
from coder.lines.standalone import standalone_charges
from coder.lines.subcutaneous import subcutaneous_charges
from coder.policy import Policy, SecondAccess
from coder.rulebook import FIRST_DAY
from coder.runs.classified import Classified, Mode
from coder.runs.known import MAIN_ACCESS
from coder.runs.modes import classify
from coder.runs.outpatient import inpatient_runs, outpatient_runs
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.tables import Tables
from coder.visits.visit import Visit

VEINS = (Mode.INFUSION, Mode.PUSH)
HELD_CLASSES = {
    PatientClass.UNKNOWN: ("visit.class-unknown", "The patient's class is not known, so no code is.", True),
    PatientClass.INPATIENT: ("class.inpatient", "An inpatient stay bears no CPT code.", False),
    PatientClass.HOME: ("class.home", "Care at home is not billed by the hospital.", False),
}


def code_visit(visit: Visit, policy: Policy, tables: Tables, as_of: datetime) -> tuple[CodedVisit, datetime | None]:
    """Code one visit, and say when time alone would change it."""
    sheet = Sheet(visit, policy, tables, as_of)
    if visit.patient_class in HELD_CLASSES:
        _hold(sheet)
    else:
        runs, beside = outpatient_runs(sheet)
        _code(_in_force(runs, sheet), beside, sheet)
    return _result(sheet), min(sheet.due, default=None)


def _hold(sheet: Sheet) -> None:
    """Leave out everything that was given, by the class alone; what would be asked of it does not matter now."""
    rule, says, curable = HELD_CLASSES[sheet.visit.patient_class]
    unasked = Sheet(sheet.visit, sheet.policy, sheet.tables, sheet.as_of)
    for run in inpatient_runs(unasked):
        sheet.leave_out(rule, run.keys, says, minutes=run.minutes, curable=curable)
        _draw(run, sheet.visit.patient_class.value, sheet)
    for left in unasked.not_billed:
        if left.curable:
            sheet.leave_out(rule, left.administrations, says, curable=curable)
        else:
            sheet.not_billed.append(left)
    about = [key for left in sheet.not_billed if left.because == rule for key in left.administrations]
    if curable and about:
        since = min((one.start for one in sheet.visit.administrations if one.start), default=None)
        sheet.ask(rule, sorted(about), Answerable.CODER, "What was the patient's class during this visit?", since)


def _in_force(runs: Sequence[Run], sheet: Sheet) -> list[Run]:
    kept = []
    for run in runs:
        if sheet.local(run.start).date() < FIRST_DAY:
            sheet.leave_out(
                "date.before-rules",
                run.keys,
                f"The rules here are in force from {FIRST_DAY.isoformat()}.",
                minutes=run.minutes,
            )
        else:
            kept.append(run)
    return kept


def _code(runs: Sequence[Run], beside: Sequence[Run], sheet: Sheet) -> None:
    classified = [classify(run, sheet) for run in runs]
    for one in classified:
        _draw(one.run, one.mode.value, sheet)
    sheet.shared_orders = shared_orders(runs)
    settled = settle_bolus_and_drip(classified, sheet)
    _ask_accesses(settled, sheet)
    accesses = _accesses(settled, sheet)
    takers = takers_of(classified, beside) if any(access.fluids for access in accesses) else []
    for access in accesses:
        code_access(access, takers, sheet)
    sheet.charges += subcutaneous_charges([one for one in settled if one.mode is Mode.SUBCUTANEOUS_INFUSION], sheet)
    for one in settled:
        sheet.charges += standalone_charges(one, sheet)
    for one in classified:
        sheet.charges += drug_charges(one.run, one.run.running, sheet)


def _accesses(classified: Sequence[Classified], sheet: Sheet) -> list[Access]:
    """What ran on each access, in order of their names; where the site knows one access, all of it is on that."""
    one_only = sheet.policy.second_access is SecondAccess.NEVER
    accesses: dict[str, Access] = {}
    charted: set[str] = set()
    for one in classified:
        if one.mode not in VEINS and one.mode is not Mode.HYDRATION:
            continue
        charted.add(one.run.access)
        name = MAIN_ACCESS if one_only else one.run.access
        access = accesses.setdefault(name, Access(name))
        (access.fluids if one.mode is Mode.HYDRATION else access.veins).append(one)
    for access in accesses.values():
        access.holds_all = len(charted) > len(accesses)
        access.documented = _necessity(access) if len(accesses) > 1 else None
    return [accesses[name] for name in sorted(accesses)]


def _necessity(access: Access) -> str | None:
    """The documented necessity of a second access, as first charted."""
    runs = sorted((one.run for one in (*access.veins, *access.fluids)), key=lambda run: (run.start, run.anchor))
    stated = (piece.administration.second_access for run in runs for piece in run.pieces)
    return next((said for said in stated if said), None)


def _ask_accesses(classified: Sequence[Classified], sheet: Sheet) -> None:
    """Different words for a site never prove a second access; they raise a question."""
    if sheet.policy.second_access is SecondAccess.NEVER:
        return
    runs = [one.run for one in classified if one.mode in VEINS]
    unexplained = [
        (run, one.administration) for run in runs for one in run.pieces if not one.administration.second_access
    ]
    words = sorted({given.access for _, given in unexplained if given.access})
    if len(words) < 2:
        return
    sheet.ask(
        "access.second-undocumented",
        tuple(dict.fromkeys(given.key for _, given in unexplained)),
        Answerable.NURSE,
        f"These sites are charted: {', '.join(words)}. Was a second access placed, and if so why was it needed?",
        unexplained[0][0].start,
    )


def _draw(run: Run, mode: str, sheet: Sheet) -> None:
    sheet.runs.append(
        RunLine(
            administrations=run.keys,
            label=run.name,
            access=run.access,
            intervals=tuple(
                Interval(one.administration, sheet.local(one.start), sheet.local(one.end), one.source)
                for one in run.gross
            )
            or (Interval(run.anchor, sheet.local(run.start), sheet.local(run.end), "charted"),),
            pauses=tuple((sheet.local(pause.start), sheet.local(pause.end)) for pause in run.pauses),
            counted=None if run.one_time else run.minutes,
            mode=mode,
            running=run.running,
        )
    )


def _result(sheet: Sheet) -> CodedVisit:
    return CodedVisit(
        visit=sheet.visit.key,
        patient=sheet.visit.patient,
        encounter=sheet.visit.encounter,
        patient_class=sheet.visit.patient_class.value,
        runs=tuple(sheet.runs),
        charges=tuple(sorted(sheet.charges, key=_by_date_and_code)),
        queries=tuple(sorted(sheet.queries, key=lambda query: (query.since, query.because, query.administrations))),
        not_billed=tuple(sorted(sheet.not_billed, key=lambda left: (left.administrations, left.because))),
        advisories=tuple(sheet.advisories),
    )


def _by_date_and_code(charge: Charge) -> tuple[object, ...]:
    return charge.key.service_date, charge.code, charge.key
