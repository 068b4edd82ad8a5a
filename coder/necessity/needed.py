"""Necessity of one visit: what is judged before lines are made of its runs, and what it adds to the lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coder.coverage_table import Verdict
from coder.necessity.asking import Questions
from coder.necessity.judging import Finding, findings, linked_to
from coder.necessity.linking import Linked, link
from coder.necessity.payer import payer_of
from coder.policy import Wanted
from coder.runs.run import Run
from coder.sheet import Sheet

REQUIRED = Wanted.REQUIRED
NOT_COVERED = "necessity.not-covered"


@dataclass(slots=True)
class Needed:
    """The runs to make lines of, those the payer does not cover, and what is known of why they were given.

    `links` has the diagnoses and `approvals` the payers' numbers by administration, `held` the
    administrations whose lines wait for a diagnosis, with the rule and its sentence.
    """

    links: Mapping[str, Linked]
    runs: list[Run] = field(default_factory=list)
    not_covered: list[Run] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)
    approvals: dict[str, str] = field(default_factory=dict)
    held: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def judge(runs: Sequence[Run], sheet: Sheet) -> Needed:
    """Link diagnoses to the runs of a visit, leave out what is not covered for them, and ask what is open."""
    needed = Needed(link(sheet))
    questions = Questions(sheet)
    looked_at = sheet.tables.coverage.looked_at
    all_of_them = bool(needed.links) or sheet.policy.diagnosis is REQUIRED
    for run in runs:
        if not all_of_them and looked_at.isdisjoint(run.infusate):
            needed.runs.append(run)
            continue
        linked = linked_to(run, needed.links)
        found = findings(run, linked, sheet)
        if _is_uncovered(run, found):
            _leave_out(run, found[0], sheet)
            needed.not_covered.append(run)
            continue
        needed.runs.append(run)
        needed.found += found
        questions.about(run, linked, found)
        _approve(run, needed, questions, sheet)
    questions.ask()
    needed.held = questions.held
    return needed


def _is_uncovered(run: Run, found: Sequence[Finding]) -> bool:
    """Whether nothing in the bag is covered."""
    return len(found) == len(run.infusate) and all(one.verdict is Verdict.NOT_COVERED for one in found)


def _leave_out(run: Run, finding: Finding, sheet: Sheet) -> None:
    source = finding.row.source if finding.row else ""
    says = f"{finding.drug.capitalize()} for {finding.code} is not covered: {source}."
    sheet.leave_out(NOT_COVERED, run.keys, says, minutes=None if run.one_time else run.minutes, curable=True)


def _approve(run: Run, needed: Needed, questions: Questions, sheet: Sheet) -> None:
    """Take the number that the payer gave for a drug of the run, where it wants one; ask for it where none is known."""
    table = sheet.tables.coverage
    day = sheet.local(run.start).date()
    wanting = [drug for drug in run.infusate if table.approval(drug, payer_of(sheet), day)]
    if not wanting:
        return
    charted = (piece.administration.authorisation for piece in run.pieces)
    number = next((said for said in charted if said), None) or sheet.visit.authorisation
    if number:
        needed.approvals.update(dict.fromkeys(run.keys, number))
    else:
        questions.approval_of(run, wanting[0])
