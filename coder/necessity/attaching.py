"""What necessity adds to lines: the diagnoses linked, the payer's number, and what the table says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from coder.charges import Advisory, Charge
from coder.coverage_table import Verdict
from coder.lines.waiting import waiting
from coder.necessity.asking import SECONDARY_ONLY
from coder.necessity.judging import Finding
from coder.necessity.linking import CHARTED, OF_THE_VISIT, ORDERED, Linked
from coder.necessity.needed import NOT_COVERED, Needed
from coder.sheet import Sheet

COVERED = "necessity.covered"
AGE_UNKNOWN = "necessity.age-unknown"
APPROVED = "authorisation.carried"
SAYS = {
    CHARTED: "charted with it",
    ORDERED: "charted with another dose of its order",
    OF_THE_VISIT: "of the visit",
}
ADVISED = {
    Verdict.WARNED: "necessity.warned",
    Verdict.OFF_LABEL: "necessity.off-label",
    Verdict.NOT_COVERED: NOT_COVERED,
}


def attach(needed: Needed, sheet: Sheet) -> None:
    """Give the lines of a visit their diagnoses and numbers, hold those that wait, and say what is advised."""
    if needed.links or needed.approvals:
        covered = _covered(needed.found)
        sheet.charges = [_told(charge, needed, covered) for charge in sheet.charges]
    if needed.held:
        sheet.charges = waiting(sheet.charges, needed.held)
    for finding in needed.found:
        _advise(finding, sheet)


def _covered(found: Iterable[Finding]) -> Mapping[str, str]:
    """What is said of each administration with a drug that is covered."""
    said: dict[str, str] = {}
    for one in found:
        if one.verdict is Verdict.COVERED and one.row:
            words = f"{one.drug.capitalize()} is covered for {one.code}: {one.row.source}."
            said.update((key, f"{said[key]} {words}" if key in said else words) for key in one.run.keys)
    return said


def _told(charge: Charge, needed: Needed, covered: Mapping[str, str]) -> Charge:
    linked = list(dict.fromkeys(needed.links[key] for key in charge.service if key in needed.links))
    says = list(dict.fromkeys(covered[key] for key in charge.service if key in covered))
    number = next((needed.approvals[key] for key in charge.service if key in needed.approvals), None)
    if not linked and number is None:
        return charge
    rules = [one.rule for one in linked] + [SECONDARY_ONLY for one in linked if one.after]
    rules += ([COVERED] if says else []) + ([APPROVED] if number else [])
    words = [_link_words(one) for one in linked] + says
    words += [f"Approved by the payer under {number}."] if number else []
    return replace(
        charge,
        reason=_reason(linked),
        authorisation=number,
        because=tuple(dict.fromkeys((*charge.because, *rules))),
        explanation=(*charge.explanation, *words),
    )


def _reason(linked: Sequence[Linked]) -> tuple[str, ...]:
    """The diagnoses that may stand first, then the others, each once."""
    first = [code for one in linked for code in one.codes]
    return tuple(dict.fromkeys((*first, *(code for one in linked for code in one.after))))


def _link_words(linked: Linked) -> str:
    codes = (*linked.codes, *linked.after)
    return f"Linked diagnos{'i' if len(codes) == 1 else 'e'}s: {', '.join(codes)}, {SAYS[linked.rule]}."


def _advise(finding: Finding, sheet: Sheet) -> None:
    rule, says = _advice(finding)
    if rule is None:
        return
    keys = set(finding.run.keys)
    codes = tuple(dict.fromkeys(charge.code for charge in sheet.charges if keys & set(charge.service)))
    sheet.advisories.append(Advisory(sheet.visit.key, sheet.visit.patient, codes, rule, says))


def _advice(finding: Finding) -> tuple[str | None, str]:
    name, row = finding.drug.capitalize(), finding.row
    if finding.by_age:
        return AGE_UNKNOWN, f"Whether {name.lower()} is covered depends on the patient's age, which is not known."
    if row is None or row.verdict not in ADVISED:
        return None, ""
    says = {
        Verdict.WARNED: f"{name} for {finding.code} alone may be refused: {row.source}.",
        Verdict.OFF_LABEL: f"{name} for {finding.code} was outside its label for this patient and date: {row.source}.",
        Verdict.NOT_COVERED: f"{name}, part of a mixture, is not covered for {finding.code}: {row.source}.",
    }
    return ADVISED[row.verdict], says[row.verdict]
