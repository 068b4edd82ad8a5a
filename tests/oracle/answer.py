"""The whole naive answer: which code, on which date, with which modifiers, how often, and whether it waits."""

from __future__ import annotations

from collections import Counter
from datetime import date

from coder.facts import Administration, Encounter, PatientFacts
from coder.policy import Policy
from coder.tables import Tables
from tests.oracle import line as codes
from tests.oracle.alone import lines_alone
from tests.oracle.claims import edited
from tests.oracle.clock import minute_of
from tests.oracle.hydration import hydration_lines, hydration_pieces
from tests.oracle.initial import initial_of
from tests.oracle.line import INITIALS, Line
from tests.oracle.runs import MAIN, runs_of
from tests.oracle.vein import Access, bolus_and_drip, code_access

Answer = Counter[tuple[date, str, tuple[str, ...], str]]


def answer(facts: PatientFacts, policy: Policy, tables: Tables) -> Answer:
    """Units by date, code, modifiers and status."""
    lines = [
        line
        for number, encounters in enumerate(_visits(facts.encounters))
        for line in _visit(number, encounters, facts.administrations, policy, tables)
    ]
    units: Answer = Counter()
    for line in edited(lines, policy, tables):
        units[line.day, line.code, tuple(line.modifiers), "planned" if line.planned else "billable"] += line.units
    return units


def _visits(encounters: tuple[Encounter, ...]) -> list[list[Encounter]]:
    """Encounters that touch or overlap are one visit."""
    visits: list[list[Encounter]] = []
    timed = [one for one in encounters if one.start]
    visits += [[one] for one in encounters if not one.start]
    for encounter in sorted(timed, key=lambda one: (one.start, one.key)):
        ends = [minute_of(one.end) for one in visits[-1] if one.end] if visits else []
        if encounter.start and ends and minute_of(encounter.start) <= max(ends):
            visits[-1].append(encounter)
        else:
            visits.append([encounter])
    return visits


def _visit(
    number: int, encounters: list[Encounter], given: tuple[Administration, ...], policy: Policy, tables: Tables
) -> list[Line]:
    keys = {one.key for one in encounters}
    given_runs = runs_of([one for one in given if one.encounter in keys], policy, tables)
    runs, asked = bolus_and_drip(given_runs, policy)
    longest = max((len(piece) for piece in hydration_pieces(given_runs, policy)), default=0)
    reason = next((one.reason for one in encounters if one.reason), None)
    in_veins = [run for run in runs if run.mode in ("infusion", "push")]
    lines = lines_alone(runs, number, policy)
    for name in sorted({run.access for run in in_veins} | {MAIN}):
        on_access = [run for run in in_veins if run.access == name]
        initial = initial_of(on_access, longest if name == MAIN else 0, reason, policy)
        of_access = code_access(Access(number, name, policy, initial), on_access, asked)
        if name == MAIN and initial is not None:
            of_access += hydration_lines(given_runs, initial == "hydration", number, name, policy)
        _wait_for_the_initial(of_access)
        lines += of_access
    return _one_concurrent_a_date(lines)


def _wait_for_the_initial(lines: list[Line]) -> None:
    initial = next((line for line in lines if line.code in INITIALS), None)
    for line in lines:
        line.planned = line.planned or bool(initial and initial.planned)


def _one_concurrent_a_date(lines: list[Line]) -> list[Line]:
    kept: list[Line] = []
    for line in sorted(lines, key=lambda line: (line.start, line.key)):
        if line.code == codes.CONCURRENT and any(one.code == line.code and one.day == line.day for one in kept):
            continue
        kept.append(line)
    return kept
