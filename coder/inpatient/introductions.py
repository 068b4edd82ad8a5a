"""What ran during an inpatient stay: the procedures that the site codes, each once a date; the rest left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from coder.charges import Answerable, Charge, ChargeKey, ChargeStatus, CodeSystem, Minutes, Role
from coder.facts import Purpose, Route
from coder.inpatient.regions import regions_of
from coder.inpatient.substances import ANTINEOPLASTICS, INPATIENT, Procedure, Uncoded, is_wanted, procedure_of, unwanted
from coder.lines.line import Who, clocked_run, within_day
from coder.runs.known import KnownDrug
from coder.runs.outpatient import is_ours
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.tables import DrugFamily

NOT_TO_TREAT = (Purpose.FLUSH, Purpose.DECLOT)
MAY_BE_ANTINEOPLASTIC = (DrugFamily.CHEMOTHERAPY, DrugFamily.HORMONAL)
NO_REGION = Uncoded("pcs.no-code", "by this route it has no code")
NOT_TO_TREAT_THE_PATIENT = Uncoded(INPATIENT, "it was not given to treat the patient")
ANSWERED = {"antineoplastic": ("05",), "antibody": ("0M",), "other": ("GC",)}
UNNAMED_SUBSTANCE, UNKNOWN_ACCESS = "pcs.substance-unknown", "pcs.access-unknown"


class _Given(NamedTuple):
    """One drug of a run, at its place in the mixture, and the procedure that giving it was."""

    run: Run
    place: int
    drug: str
    procedure: Procedure


def procedures(runs: Iterable[Run], sheet: Sheet, rolled_in: Sequence[Run] = ()) -> tuple[Charge, ...]:
    """The charges of an inpatient's runs, in order of start; what has no code is left out by its reason.

    `rolled_in` are runs of the outpatient days before, whose lines the site withdraws into the inpatient claim:
    of those without a code the withdrawn lines tell.
    """
    given: dict[tuple[date, str], list[_Given]] = {}
    for run in (*rolled_in, *runs):
        day = sheet.local(run.start).date()
        coded, reason = _coded(run, day, sheet)
        for one in coded:
            given.setdefault((day, one.procedure.code), []).append(one)
        if reason and run not in rolled_in:
            sheet.leave_out(reason.rule, run.keys, f"{_no_cpt(run, sheet)}; {reason.says}.", minutes=_minutes(run))
    return tuple(_charge(day, several, sheet) for (day, _), several in given.items())


def _coded(run: Run, day: date, sheet: Sheet) -> tuple[list[_Given], Uncoded | None]:
    """The drugs of a run that are procedures, or why none is; neither where something is asked."""
    drugs = _treating(run)
    if not is_ours(run, sheet) or _asks_substance(run, drugs, sheet):
        return [], None
    if not drugs:
        return [], NOT_TO_TREAT_THE_PATIENT
    kinds = {known.place: _kinds(known, run, sheet) for known in drugs}
    if not any(is_wanted(known.drug, kinds[known.place], sheet) for known in drugs):
        return [], unwanted(drugs[0].drug, kinds[drugs[0].place], sheet)
    regions = regions_of(run, sheet.tables.procedures.central)
    if not regions:
        return [], NO_REGION
    found = [
        [(known, procedure_of(known.drug, kinds[known.place], region, day, sheet)) for known in drugs]
        for region in regions
    ]
    coded = [_Given(run, known.place, known.drug.name, one) for known, one in found[0] if isinstance(one, Procedure)]
    if len(regions) > 1 and any(isinstance(one, Procedure) for several in found for _, one in several):
        _ask_access(run, sheet)
        return [], None
    return coded, None if coded else _weightiest([one for _, one in found[0] if isinstance(one, Uncoded)])


def _weightiest(reasons: Sequence[Uncoded]) -> Uncoded:
    """Of several drugs in a bag, the reason of one that the site would code, else of the first."""
    return next((one for one in reasons if one.rule != INPATIENT), reasons[0])


def _no_cpt(run: Run, sheet: Sheet) -> str:
    until = sheet.visit.outpatient_until
    if until is None:
        return "An inpatient stay bears no CPT code"
    return f"Started at {sheet.clock(run.start)}, after the inpatient order of {sheet.clock(until)}: no CPT code"


def _treating(run: Run) -> list[KnownDrug]:
    """The drugs of a run that were given to treat the patient; a fluid where nothing else was in the bag."""
    if run.purpose in NOT_TO_TREAT:
        return []
    return [known for known in run.drugs if known.drug.name in run.infusate]


def _kinds(known: KnownDrug, run: Run, sheet: Sheet) -> tuple[str, ...]:
    """The kinds of substance that a drug is, by the table; else as a person answered."""
    named = sheet.tables.procedures.kinds.get(known.drug.name)
    if named:
        return named
    return ANSWERED.get(run.answered(UNNAMED_SUBSTANCE) or "", ())


def _ask_access(run: Run, sheet: Sheet) -> None:
    """Ask into which vessel it ran, where the chart does not say and a code depends on it."""
    vessel = "artery" if run.route is Route.INTRA_ARTERIAL else "vein"
    says = f"Whether it ran into a peripheral or a central {vessel} is not charted."
    sheet.leave_out(UNKNOWN_ACCESS, run.keys, says, minutes=_minutes(run), curable=True)
    ask = f"Did the line that {run.name} ran through end in a peripheral or in a central {vessel}?"
    sheet.ask(UNKNOWN_ACCESS, run.keys, Answerable.NURSE, ask, run.start)


def _asks_substance(run: Run, drugs: Sequence[KnownDrug], sheet: Sheet) -> bool:
    """Ask what kind of substance an antineoplastic is that no table names, where the site codes antineoplastics."""
    kinds = sheet.tables.procedures.kinds
    unnamed = [one.drug for one in drugs if one.drug.family in MAY_BE_ANTINEOPLASTIC and one.drug.name not in kinds]
    if not unnamed or ANTINEOPLASTICS not in sheet.policy.pcs_allow or run.answered(UNNAMED_SUBSTANCE):
        return False
    name = unnamed[0].name
    says = f"Which kind of substance {name} is stands in no table here."
    sheet.leave_out(UNNAMED_SUBSTANCE, run.keys, says, minutes=_minutes(run), curable=True)
    ask = f"Is {name} an antineoplastic, an antibody against a tumour, or another kind of substance?"
    sheet.ask(UNNAMED_SUBSTANCE, run.keys, Answerable.CODER, ask, run.start)
    return True


def _minutes(run: Run) -> int | None:
    return None if run.one_time else run.minutes


def _charge(day: date, several: Sequence[_Given], sheet: Sheet) -> Charge:
    """One procedure of a date, with all that was given as that."""
    first, visit = several[0], sheet.visit
    runs = list({one.run.anchor: one.run for one in several}.values())
    pieces = [piece for run in runs for piece in run.pieces]
    start, end = within_day(day, first.run.start, max(run.end for run in runs), sheet)
    part = sheet.part(pieces[0].administration)
    who = Who.of(pieces)
    running = bool([run for run in runs if _still_runs(run, sheet)])
    return Charge(
        key=ChargeKey(first.run.anchor, Role.PROCEDURE, first.place, day),
        status=ChargeStatus.PLANNED if running else ChargeStatus.BILLABLE,
        system=CodeSystem.ICD_10_PCS,
        code=first.procedure.code,
        modifiers=(),
        units=1,
        start=start,
        end=end,
        patient=visit.patient,
        visit=visit.key,
        subject=visit.subject,
        context=part.context,
        service=tuple(dict.fromkeys(key for run in runs for key in run.keys)),
        service_references=who.references,
        because=_rules(first.procedure, len(runs), running),
        label=first.procedure.label,
        ordered_by=who.ordered_by,
        given_by=who.given_by,
        minutes=_ledger(runs, sheet),
        department=part.department,
        account=part.account,
        explanation=_explanation(several, len(runs), sheet),
    )


def _still_runs(run: Run, sheet: Sheet) -> bool:
    """Whether it still runs; once its stop is overdue the procedure stands without it."""
    deadline = run.start + timedelta(hours=sheet.policy.missing_stop_hours)
    if not run.running or sheet.as_of >= deadline:
        return False
    sheet.due.append(deadline)
    return True


def _ledger(runs: Sequence[Run], sheet: Sheet) -> Minutes:
    clocked = [clocked_run(run, sheet) for run in runs]
    return Minutes(
        gross=tuple(interval for one in clocked for interval in one.gross),
        subtracted=tuple(taken for one in clocked for taken in one.subtracted),
        counted=sum(one.counted for one in clocked),
    )


def _rules(procedure: Procedure, times: int, running: bool) -> tuple[str, ...]:
    once = ("pcs.once-a-date",) if times > 1 else ()
    return (procedure.rule, *once, *(("time.running",) if running else ()))


def _explanation(several: Sequence[_Given], times: int, sheet: Sheet) -> tuple[str, ...]:
    procedure, run = several[0].procedure, several[0].run
    names = ", ".join(dict.fromkeys(one.drug for one in several))
    said = [
        f"ICD-10-PCS {procedure.code}, tables of {procedure.edition.isoformat()}: {procedure.label.lower()} ({names}).",
        f"Entered {_site(run)}.",
        f"Coded for inpatients as one of {procedure.allowed_by} ({sheet.policy.said('pcs_allow')}).",
        f"Dated {sheet.local(run.start).date().isoformat()}, the day on which it began; a procedure counts once.",
    ]
    answer = run.answered(UNNAMED_SUBSTANCE)
    if answer:
        said.append(f"That it is of the kind {answer} was answered.")
    if times > 1:
        said.append(f"Given {times} times on this date as the same procedure: reported once.")
    return tuple(said)


def _site(run: Run) -> str:
    device = run.access_device
    charted = next((one.administration.access for one in run.pieces if one.administration.access), None)
    words = f"at the site charted as {charted}" if charted else f"by the {run.route} route"
    return f"{words}, through the line charted as {device}" if device else words
