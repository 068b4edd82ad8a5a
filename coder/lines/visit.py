"""One visit: the only place that says in which order the rules apply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from coder.charges import Answerable, Charge, CodedVisit
from coder.documentation.checking import check_documentation
from coder.facts import PatientClass
from coder.inpatient.stay import code_inpatient_part, code_stay
from coder.lines.access import Access, code_access
from coder.lines.bolus import settle_bolus_and_drip
from coder.lines.drawing import draw
from coder.lines.drug_lines import drug_charges
from coder.lines.fluid_time import takers_of
from coder.lines.held import held_as, hold, without_home
from coder.lines.line import access_of, shared_orders
from coder.lines.standalone import standalone_charges
from coder.lines.subcutaneous import subcutaneous_charges
from coder.necessity.attaching import attach
from coder.necessity.linking import link
from coder.necessity.needed import Needed, judge
from coder.policy import Policy, SecondAccess
from coder.rulebook import FIRST_DAY
from coder.runs.classified import Classified, Mode
from coder.runs.modes import classify
from coder.runs.outpatient import runs_of
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.tables import Tables
from coder.visits.visit import Visit

HYDRATION, SUBCUTANEOUS_INFUSION = Mode.HYDRATION, Mode.SUBCUTANEOUS_INFUSION
VEINS = (Mode.INFUSION, Mode.PUSH)
COUNTED_TOGETHER = (*VEINS, Mode.HYDRATION, Mode.SUBCUTANEOUS_INFUSION, Mode.HELD)


def code_visit(visit: Visit, policy: Policy, tables: Tables, as_of: datetime) -> tuple[CodedVisit, datetime | None]:
    """Code one visit, and say when time alone would change it."""
    sheet = Sheet(visit, policy, tables, as_of)
    held = held_as(visit, policy)
    if held:
        hold(held, sheet)
    elif visit.patient_class is PatientClass.INPATIENT:
        code_stay(sheet)
        attach(Needed(link(sheet)), sheet)
    else:
        sheet = without_home(sheet)
        runs = runs_of(sheet)
        outpatient = _in_force(runs.outpatient, sheet)
        needed = judge(outpatient, sheet)
        for run in needed.not_covered:
            draw(run, "not covered", sheet)
        _code(needed.runs, (*runs.beside, *needed.not_covered), sheet)
        code_inpatient_part(outpatient, runs.inpatient, sheet)
        attach(needed, sheet)
    return _result(sheet), min(sheet.due, default=None)


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
        draw(one.run, str(one.mode), sheet)
    sheet.shared_orders = shared_orders(runs)
    settled = settle_bolus_and_drip(classified, sheet)
    _ask_accesses(settled, sheet)
    accesses = _accesses(settled, sheet)
    takers = takers_of(classified, beside) if any(access.fluids for access in accesses) else []
    for access in accesses:
        code_access(access, takers, sheet)
    sheet.charges += subcutaneous_charges([one for one in settled if one.mode is SUBCUTANEOUS_INFUSION], sheet)
    for one in settled:
        if one.mode not in COUNTED_TOGETHER:
            sheet.charges += standalone_charges(one, sheet)
    for one in classified:
        sheet.charges += drug_charges(one.run, one.run.running, sheet)
    check_documentation(settled, sheet)


def _accesses(classified: Sequence[Classified], sheet: Sheet) -> list[Access]:
    """What ran on each access, in order of their names; where the site knows one access, all of it is on that."""
    accesses: dict[str, Access] = {}
    charted: set[str] = set()
    for one in classified:
        if one.mode not in VEINS and one.mode is not HYDRATION:
            continue
        charted.add(one.run.access)
        name = access_of(one.run, sheet)
        access = accesses.get(name)
        if access is None:
            access = accesses[name] = Access(name)
        (access.fluids if one.mode is HYDRATION else access.veins).append(one)
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


def _result(sheet: Sheet) -> CodedVisit:
    return CodedVisit(
        visit=sheet.visit.key,
        patient=sheet.visit.patient,
        encounter=sheet.visit.encounter,
        patient_class=sheet.visit.patient_class.value,
        runs=tuple(sorted(sheet.runs, key=lambda run: run.intervals[0].start)),
        charges=tuple(sorted(sheet.charges, key=_by_date_and_code)),
        queries=tuple(sorted(sheet.queries, key=lambda query: (query.since, query.because, query.administrations))),
        not_billed=tuple(sorted(sheet.not_billed, key=lambda left: (left.administrations, left.because))),
        advisories=tuple(sheet.advisories),
        attending=sheet.visit.attending,
    )


def _by_date_and_code(charge: Charge) -> tuple[object, ...]:
    """By date and code, then in the order of keys, of which the date is the last part."""
    key = charge.key
    return key.service_date, charge.code, key.anchor, key.role, key.component
