"""The coder against the naive one of tests/oracle, on random patients.

The gate takes the seeds 0 to 4999; `make deep` others, many more (ORACLE_SEEDS=5000-204999). A seed that
fails is printed with what was charted; `random_patient(seed)` makes the patient again.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import pytest

from coder.charges import CodedVisit, Role
from coder.coding import code
from coder.facts import PatientFacts, Route
from coder.policy import Policy
from mappers.cases import Case
from mappers.tables import load_tables
from tests.oracle.answer import Answer, answer
from tests.oracle.encounters import ZONE, looked_at, random_patient
from tests.test_cases import CASES

ROUTES = {Route.INTRAVENOUS, Route.SUBCUTANEOUS, Route.INTRAMUSCULAR, Route.INTRA_ARTERIAL}
PARTS = 20
FIRST, LAST = (int(seed) for seed in os.environ.get("HANGTIME_ORACLE_SEEDS", "0-4999").split("-"))
PART = -(-(LAST - FIRST + 1) // PARTS)
RANGES = [range(first, min(first + PART, LAST + 1)) for first in range(FIRST, LAST + 1, PART)]
TABLES = load_tables()


def _billed(visits: Iterable[CodedVisit]) -> Answer:
    units: Answer = Counter()
    for visit in visits:
        for charge in visit.charges:
            if charge.key.role is not Role.DRUG:
                units[charge.key.service_date, charge.code, charge.modifiers, charge.status.value] += charge.units or 0
    return units


def _told(facts: PatientFacts, policy: Policy, only_ours: Answer, only_naive: Answer) -> str:
    charted = "\n".join(
        f"  {one.key} {_clock(one.start)} to {_clock(one.end)} {' + '.join(drug.text or '' for drug in one.drugs)} "
        f"{one.route} {one.method or ''} {one.status} {one.access}/{one.second_access} {one.order} "
        f"{one.purpose or ''} {one.pump or ''} {one.ordered_minutes or ''} {one.attended or ''}"
        for one in sorted(facts.administrations, key=lambda one: (one.start, one.key))
    )
    visits = "\n".join(
        f"  {one.key} {_clock(one.start)} to {_clock(one.end)} {one.patient_class} {one.reason or ''}"
        for one in facts.encounters
    )
    return f"{policy}\n{visits}\n{charted}\nonly ours: {dict(only_ours)}\nonly naive: {dict(only_naive)}"


def _clock(moment: datetime | None) -> str:
    return f"{moment.astimezone(ZONE):%m-%d %H:%M}" if moment else "-"


@pytest.mark.parametrize("seeds", RANGES, ids=[f"seeds {seeds[0]} to {seeds[-1]}" for seeds in RANGES])
def test_the_naive_coder_agrees(seeds: range) -> None:
    for seed in seeds:
        facts, policy = random_patient(seed)
        ours = _billed(code(facts, policy, TABLES, looked_at(facts)).visits)
        naive = answer(facts, policy, TABLES)
        assert ours == naive, f"seed {seed}\n{_told(facts, policy, ours - naive, naive - ours)}"


PUBLISHED = [case for file, case in CASES if file.startswith(("published", "disputed"))]
WITHIN = [case for case in PUBLISHED if {one.route for one in case.facts.administrations} <= ROUTES]


@pytest.mark.parametrize("case", WITHIN, ids=[case.name for case in WITHIN])
def test_the_naive_coder_gives_the_published_answers(case: Case) -> None:
    """So that both do not err alike: what others published is what the naive coder says by itself."""
    naive: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for (_, naive_code, modifiers, status), units in answer(case.facts, case.policy, TABLES).items():
        assert status == "billable"
        naive[naive_code, modifiers] += units
    wanted: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for charge in case.charges:
        wanted[charge.code, charge.modifiers] += charge.units or 0
    assert naive == wanted
