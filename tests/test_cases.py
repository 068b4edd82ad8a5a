"""Every golden case in coder/cases comes out as it says: each line, its reasons, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import TypeVar

import pytest

from coder.charges import Charge, CodedVisit, NotBilled, Query, Role
from coder.coding import code
from mappers.cases import Case, ExpectedAdvisory, ExpectedCharge, ExpectedRule, NeverLine, load_cases
from mappers.tables import load_tables

FOLDER = Path(str(resources.files("coder"))) / "cases"
Wanted = TypeVar("Wanted", ExpectedRule, ExpectedAdvisory)
CASES = [(path.stem, case) for path in sorted(FOLDER.glob("*.yaml")) for case in load_cases(path)]


def _visits(case: Case) -> tuple[CodedVisit, ...]:
    return code(case.facts, case.policies, case.tables(load_tables()), case.as_of).visits


def _charges(case: Case, visits: tuple[CodedVisit, ...]) -> list[Charge]:
    charges = [charge for visit in visits for charge in visit.charges]
    return charges if case.with_drug_lines else [charge for charge in charges if charge.key.role is not Role.DRUG]


def _matches(wanted: ExpectedCharge, charge: Charge) -> bool:
    return (
        (wanted.code, wanted.units, wanted.modifiers, wanted.status)
        == (charge.code, charge.units, charge.modifiers, charge.status.value)
        and (wanted.day is None or wanted.day == charge.key.service_date)
        and set(wanted.because) <= set(charge.because)
        and set(wanted.of) <= set(charge.service)
        and wanted.reason in (None, charge.reason)
        and wanted.authorisation in (None, charge.authorisation)
    )


def _line(charge: Charge) -> str:
    reasons = ", ".join(charge.because)
    modifiers = "".join(f"-{modifier}" for modifier in charge.modifiers)
    of = " ".join(charge.service)
    return (
        f"{charge.key.service_date} {charge.code}{modifiers} x{charge.units} {charge.status} of {of} because {reasons}"
    )


def _differences(case: Case, charges: list[Charge]) -> list[str]:
    left = list(charges)
    said = []
    for wanted in case.charges:
        found = next((charge for charge in left if _matches(wanted, charge)), None)
        if found is None:
            said.append(f"missing: {wanted}")
        else:
            left.remove(found)
    return said + [f"surplus: {_line(charge)}" for charge in left]


def _never_said(case: Case, charges: list[Charge]) -> list[str]:
    lines = [f"may never be: {_line(charge)}" for charge in charges if any(_is(one, charge) for one in case.never)]
    exactly = Counter((charge.code, charge.units, charge.modifiers) for charge in charges)
    for answer in case.never_exactly:
        if exactly == Counter((line.code, line.units, line.modifiers) for line in answer):
            lines.append(f"may never be the whole answer: {answer}")
    return lines


def _is(never: NeverLine, charge: Charge) -> bool:
    return (
        never.code in (None, charge.code)
        and never.units in (None, charge.units)
        and (never.modifier is None or never.modifier in charge.modifiers)
    )


def _rules_differ(case: Case, visits: tuple[CodedVisit, ...]) -> list[str]:
    unstated = set() if case.with_drug_lines else {"drug.dose-missing"}
    left = [one for visit in visits for one in visit.not_billed if one.because not in unstated]
    asked = [one for visit in visits for one in visit.queries if one.because not in unstated]
    advised = [one for visit in visits for one in visit.advisories]
    return [
        *_unlike("not billed", case.not_billed, [_as_wanted(one) for one in left], _rule_fits),
        *_unlike("queries", case.queries, [_as_wanted(one) for one in asked], _rule_fits),
        *_unlike(
            "advisories",
            case.advisories,
            [ExpectedAdvisory(one.because, one.codes) for one in advised],
            _advisory_fits,
        ),
    ]


def _as_wanted(said: NotBilled | Query) -> ExpectedRule:
    if isinstance(said, Query):
        return ExpectedRule(said.because, of=said.of.value)
    return ExpectedRule(said.because, said.code, None, said.minutes, said.curable)


def _unlike(what: str, wanted: Sequence[Wanted], said: Sequence[Wanted], fits: Callable[..., bool]) -> list[str]:
    """What is wanted and not said, and what is said beyond it; a wanted field left open fits anything."""
    left = list(said)
    differences = []
    for one in wanted:
        found = next((other for other in left if fits(one, other)), None)
        if found is None:
            differences.append(f"{what} missing: {one}")
        else:
            left.remove(found)
    return differences + [f"{what} surplus: {one}" for one in left]


def _rule_fits(wanted: ExpectedRule, said: ExpectedRule) -> bool:
    return (
        wanted.because == said.because
        and wanted.code in (None, said.code)
        and wanted.of in (None, said.of)
        and wanted.minutes in (None, said.minutes)
        and wanted.curable in (None, said.curable)
    )


def _advisory_fits(wanted: ExpectedAdvisory, said: ExpectedAdvisory) -> bool:
    return wanted.because == said.because and set(wanted.codes) <= set(said.codes)


@pytest.mark.parametrize(("file", "case"), CASES, ids=[f"{file}: {case.name}" for file, case in CASES])
def test_case(file: str, case: Case) -> None:
    visits = _visits(case)
    charges = _charges(case, visits)
    differences = _differences(case, charges) + _never_said(case, charges) + _rules_differ(case, visits)
    assert not differences, f"{file}: {case.name}\n{case.about}\n" + "\n".join(differences)


def test_cases_have_unique_names() -> None:
    names = Counter(case.name for _, case in CASES)
    assert [name for name, count in names.items() if count > 1] == []
