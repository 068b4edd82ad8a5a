"""Every published and disputed scenario that is beside this checkout has its twin among the golden cases."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from coder.facts import Administration
from mappers.cases import Case, ExpectedCharge
from tests.test_cases import CASES

SCENARIOS = Path(__file__).parents[2] / "shared" / "cases"
FIRST_DAY = date(2026, 3, 3)

pytestmark = pytest.mark.skipif(not SCENARIOS.is_dir(), reason="../shared/cases is not beside this checkout")

TWINS: dict[str, list[Case]] = defaultdict(list)
for _, _case in CASES:
    if _case.row:
        TWINS[_case.row].append(_case)

Line = tuple[str, tuple[str, ...], int | None]


def rows(name: str) -> list[dict[str, Any]]:
    """The rows that say how an administration is coded; drug lines alone have an issue of their own."""
    path = SCENARIOS / f"{name}.jsonl"
    told = [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []
    return [row for row in told if not _is_drug_line(row)]


def _is_drug_line(row: dict[str, Any]) -> bool:
    return any(event["mode"] == "drug-line" for event in row["events"])


def told_lines(lines: list[dict[str, Any]]) -> Counter[Line]:
    """The lines of an answer without those of drugs."""
    units: Counter[Line] = Counter()
    for line in lines:
        if not line["code"].startswith("J"):
            units[line["code"], tuple(line["modifiers"]), line.get("day")] += line["units"]
    return units


def twin_lines(charges: tuple[ExpectedCharge, ...], wanted: Counter[Line]) -> Counter[Line]:
    """What a twin expects, with the day where the answer names one for the code."""
    dated = {code for code, _, day in wanted if day}
    units: Counter[Line] = Counter()
    for charge in charges:
        day = (charge.day - FIRST_DAY).days + 1 if charge.code in dated and charge.day else None
        units[charge.code, charge.modifiers, day] += charge.units or 0
    return units


def says(case: Case, lines: list[dict[str, Any]], *, partial: bool = False) -> bool:
    """Whether a twin expects this answer, or all of its lines at least."""
    wanted = told_lines(lines)
    expected = twin_lines(case.charges, wanted)
    return wanted <= expected if partial else wanted == expected


def refuses(case: Case, lines: list[dict[str, Any]]) -> bool:
    """Whether a twin forbids this answer: as a whole, or each of its lines."""
    wanted = told_lines(lines)
    whole = any(twin_lines(answer, wanted) == wanted for answer in case.never_exactly)
    return whole or {code for code, _, _ in wanted} <= {never.code for never in case.never}


def minutes_of(one: Administration) -> int | None:
    return (one.end - one.start) // timedelta(minutes=1) if one.start and one.end else None


def has_the_facts(case: Case, row: dict[str, Any]) -> bool:
    """Whether a twin is of the same setting, has as much given, and each stated length."""
    stated = Counter(event["minutes"] for event in row["events"] if event["minutes"] is not None)
    given = Counter(minutes_of(one) for one in case.facts.administrations)
    professional = row["setting"] not in ("facility", "inpatient")
    same_size = len(row["events"]) == len(case.facts.administrations)
    return stated <= given and same_size and professional == (case.policy.setting.value == "professional")


def has_the_policy(case: Case, stated: dict[str, str]) -> bool:
    return set(stated.items()) <= set(case.stated_policy)


@pytest.mark.parametrize("row", rows("published"), ids=lambda row: row["id"])
def test_published(row: dict[str, Any]) -> None:
    twins = [case for case in TWINS[row["id"]] if has_the_facts(case, row)]
    partial = row.get("partial", False)
    found = [case for case in twins if says(case, row["expected"], partial=partial)]
    assert [case for case in found if has_the_policy(case, row.get("policy", {}))], f"{len(twins)} twins of these facts"
    for forbidden in row.get("must_not", []):
        assert any(forbidden in (never.code, never.modifier) for case in found for never in case.never), forbidden


@pytest.mark.parametrize("row", rows("disputed"), ids=lambda row: row["id"])
def test_disputed(row: dict[str, Any]) -> None:
    twins = [case for case in TWINS[row["id"]] if has_the_facts(case, row)]
    assert any(says(case, row["default"]) for case in twins), "the default answer"
    for answer in row.get("by_policy", []):
        chosen = [case for case in twins if has_the_policy(case, answer["policy"])]
        assert any(says(case, answer["lines"]) for case in chosen), answer["policy"]
    if "with_second_access" in row:
        assert any(says(case, row["with_second_access"]) for case in twins), "with a second access"
    if "refused" in row:
        assert any(refuses(case, row["refused"]) for case in twins), "the refused answer"


def test_no_twin_of_a_row_that_is_gone() -> None:
    assert sorted(set(TWINS) - {row["id"] for name in ("published", "disputed") for row in rows(name)}) == []
