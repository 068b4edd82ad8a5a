"""Every golden case in coder/cases comes out as it says: each line, its reasons, and nothing else."""

from __future__ import annotations

from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from coder.charges import Charge, CodedVisit
from coder.coding import code
from mappers.cases import Case, ExpectedCharge, load_cases
from mappers.tables import load_tables

FOLDER = Path(str(resources.files("coder"))) / "cases"
CASES = [(path.stem, case) for path in sorted(FOLDER.glob("*.yaml")) for case in load_cases(path)]


def _visits(case: Case) -> tuple[CodedVisit, ...]:
    return code(case.facts, case.policy, load_tables(), case.as_of).visits


def _matches(wanted: ExpectedCharge, charge: Charge) -> bool:
    return (
        (wanted.code, wanted.units, wanted.modifiers, wanted.status)
        == (charge.code, charge.units, charge.modifiers, charge.status.value)
        and (wanted.day is None or wanted.day == charge.key.service_date)
        and set(wanted.because) <= set(charge.because)
    )


def _line(charge: Charge) -> str:
    reasons = ", ".join(charge.because)
    modifiers = "".join(f"-{modifier}" for modifier in charge.modifiers)
    return f"{charge.key.service_date} {charge.code}{modifiers} x{charge.units} {charge.status} because {reasons}"


def _differences(case: Case, visits: tuple[CodedVisit, ...]) -> list[str]:
    charges = [charge for visit in visits for charge in visit.charges]
    if not case.with_drug_lines:
        charges = [charge for charge in charges if charge.code[0].isdigit()]
    said = []
    for wanted in case.charges:
        found = next((charge for charge in charges if _matches(wanted, charge)), None)
        if found is None:
            said.append(f"missing: {wanted}")
        else:
            charges.remove(found)
    return said + [f"surplus: {_line(charge)}" for charge in charges]


def _rules_differ(case: Case, visits: tuple[CodedVisit, ...]) -> list[str]:
    unstated = set() if case.with_drug_lines else {"drug.dose-missing"}
    left = Counter(one.because for visit in visits for one in visit.not_billed if one.because not in unstated)
    asked = Counter(one.because for visit in visits for one in visit.queries if one.because not in unstated)
    wanted_left = Counter(one.because for one in case.not_billed)
    wanted_asked = Counter(one.because for one in case.queries)
    return [
        f"{what}: said {dict(said)}, wanted {dict(wanted)}"
        for what, said, wanted in (("not billed", left, wanted_left), ("queries", asked, wanted_asked))
        if said != wanted
    ]


@pytest.mark.parametrize(("file", "case"), CASES, ids=[f"{file}: {case.name}" for file, case in CASES])
def test_case(file: str, case: Case) -> None:
    visits = _visits(case)
    differences = _differences(case, visits) + _rules_differ(case, visits)
    assert not differences, f"{file}: {case.name}\n{case.about}\n" + "\n".join(differences)


def test_not_billed_codes_and_askers() -> None:
    for _, case in CASES:
        visits = _visits(case)
        left = {(one.because, one.code) for visit in visits for one in visit.not_billed}
        asked = {(one.because, one.of.value) for visit in visits for one in visit.queries}
        assert all((one.because, one.code) in left for one in case.not_billed if one.code), case.name
        assert all((one.because, one.of) in asked for one in case.queries if one.of), case.name


def test_cases_have_unique_names() -> None:
    names = Counter(case.name for _, case in CASES)
    assert [name for name, count in names.items() if count > 1] == []
