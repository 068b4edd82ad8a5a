"""One visit: the only place that says in which order the rules apply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from coder.charges import Answerable, Charge, ChargeKey, CodedVisit, Interval, RunLine
from coder.codes import INJECTION_BY_FAMILY
from coder.facts import PatientClass
from coder.lines.access import beside_charges, initial_charges, injection_charges
from coder.lines.drug_lines import drug_charges
from coder.lines.hierarchy import pick_initial, rank
from coder.lines.hydration import Hydration, hydration_charges
from coder.lines.line import waiting
from coder.policy import Policy
from coder.rulebook import FIRST_DAY
from coder.runs.modes import Classified, Mode, classify
from coder.runs.run import Run
from coder.runs.sift import sift
from coder.runs.stitching import stitch
from coder.sheet import Sheet
from coder.tables import Tables
from coder.visits.visit import Visit

DISTINCT = ("59",)
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
        kept, blood = sift(sheet)
        runs = stitch(kept, policy.bag_gap_minutes)
        _code(_in_force(runs, sheet), stitch(blood, policy.bag_gap_minutes), sheet)
    return _result(sheet), min(sheet.due, default=None)


def _hold(sheet: Sheet) -> None:
    """Leave out everything that was given, by the class alone; what would be asked of it does not matter now."""
    rule, says, curable = HELD_CLASSES[sheet.visit.patient_class]
    unasked = Sheet(sheet.visit, sheet.policy, sheet.tables, sheet.as_of)
    kept, _ = sift(unasked)
    runs = stitch(kept, sheet.policy.bag_gap_minutes)
    for run in runs:
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


def _code(runs: Sequence[Run], blood: Sequence[Run], sheet: Sheet) -> None:
    classified = [classify(run, sheet) for run in runs]
    for one in classified:
        _draw(one.run, one.mode.value, sheet)
    classified = _bolus_and_drip(classified, sheet)
    _ask_accesses(classified, sheet)
    veins = [one for one in classified if one.mode in (Mode.INFUSION, Mode.PUSH)]
    fluids = [one for one in classified if one.mode is Mode.HYDRATION]
    firsts = _initials(veins)
    has_initial = bool(firsts)
    for access in sorted({one.run.access for one in [*veins, *fluids]}):
        on_access = [one for one in veins if one.run.access == access]
        initial = next((one for one in firsts if one in on_access), None)
        key = _code_access(initial, on_access, firsts, sheet) if initial else None
        pieces = [one for one in fluids if one.run.access == access]
        others = [one for one in classified if one not in pieces]
        hydration = hydration_charges(Hydration(pieces, others, blood, key, DISTINCT if has_initial else ()), sheet)
        sheet.charges += waiting(hydration) if initial and initial.planned else hydration
        has_initial = has_initial or bool(hydration)
    _injections_and_drugs(classified, sheet)


def _initials(veins: Sequence[Classified]) -> list[Classified]:
    """The initial of each access, the one that needs no modifier first."""
    accesses = sorted({one.run.access for one in veins})
    initials = [pick_initial([one for one in veins if one.run.access == access]) for access in accesses]
    return sorted(initials, key=lambda one: (rank(one), one.run.start, one.anchor))


def _code_access(
    initial: Classified, on_access: Sequence[Classified], firsts: Sequence[Classified], sheet: Sheet
) -> ChargeKey:
    modifiers = () if initial is firsts[0] else DISTINCT
    charges = initial_charges(initial, on_access, modifiers, sheet)
    beside = beside_charges(initial, on_access, charges[0].key, modifiers, sheet)
    sheet.charges += charges
    sheet.charges += waiting(beside) if initial.planned else beside
    return charges[0].key


def _injections_and_drugs(classified: Sequence[Classified], sheet: Sheet) -> None:
    for one in classified:
        if one.mode is Mode.INJECTION and one.run.family in INJECTION_BY_FAMILY:
            sheet.charges += injection_charges(one, INJECTION_BY_FAMILY[one.run.family], sheet)
        sheet.charges += drug_charges(one.run, one.run.running, sheet)


def _bolus_and_drip(classified: Sequence[Classified], sheet: Sheet) -> list[Classified]:
    """A push and an infusion of one drug in one visit: both lines wait for an answer."""
    pushed = {one.run.infusate for one in classified if one.mode is Mode.PUSH}
    dripped = {one.run.infusate for one in classified if one.mode is Mode.INFUSION}
    both = pushed & dripped
    for infusate in sorted(both):
        about = [key for one in classified if _is_vein(one) and one.run.infusate == infusate for key in one.run.keys]
        sheet.ask(
            "bolus-and-drip.query",
            about,
            Answerable.NURSE,
            f"{' with '.join(infusate).capitalize()} is charted both as a push and as an infusion. "
            "Were these two separately ordered doses?",
            next(one.run.start for one in classified if one.run.infusate == infusate),
        )
    return [
        replace(one, planned=True, rules=(*one.rules, "bolus-and-drip.query"))
        if _is_vein(one) and one.run.infusate in both
        else one
        for one in classified
    ]


def _is_vein(one: Classified) -> bool:
    return one.mode in (Mode.INFUSION, Mode.PUSH)


def _ask_accesses(classified: Sequence[Classified], sheet: Sheet) -> None:
    """Different words for a site never prove a second access; they raise a question."""
    pieces = [piece for one in classified if _is_vein(one) for piece in one.run.pieces]
    unexplained = [piece for piece in pieces if not piece.administration.second_access]
    words = sorted({piece.administration.access for piece in unexplained if piece.administration.access})
    if len(words) < 2:
        return
    about = tuple(dict.fromkeys(piece.administration.key for piece in unexplained))
    sheet.ask(
        "access.second-undocumented",
        about,
        Answerable.NURSE,
        f"These sites are charted: {', '.join(words)}. Was a second access placed, and if so why was it needed?",
        classified[0].run.start,
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
    )


def _by_date_and_code(charge: Charge) -> tuple[object, ...]:
    return charge.key.service_date, charge.code, charge.key
