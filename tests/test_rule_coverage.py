"""No rule, number or policy without golden cases that show what it decides."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import fields, replace
from enum import StrEnum
from functools import cache
from typing import Any

import pytest

from coder.charges import CodedVisit
from coder.coding import code
from coder.policies.overrides import Policies
from coder.policy import EarlyStop, Policy
from coder.rulebook import RULES
from coder.tables import Tables
from mappers.cases import Case
from mappers.tables import load_tables
from tests.test_cases import CASES

TABLES = load_tables()
Outcome = Counter[tuple[object, ...]]


def _visits(case: Case, policy: Policy, tables: Tables = TABLES) -> tuple[CodedVisit, ...]:
    return code(case.facts, Policies(policy, case.overrides), case.tables(tables), case.as_of).visits


def _outcome(case: Case, policy: Policy, tables: Tables = TABLES) -> Outcome:
    """What is billed, asked, left out and advised, without its wording."""
    outcome: Outcome = Counter()
    for visit in _visits(case, policy, tables):
        for charge in visit.charges:
            outcome[charge.key.service_date, charge.code, charge.modifiers, charge.units, charge.status] += 1
        for left in visit.not_billed:
            outcome[left.because, left.code, left.minutes] += 1
        outcome.update((query.because,) for query in visit.queries)
        outcome.update((advisory.because, advisory.codes) for advisory in visit.advisories)
    return outcome


def _fired(case: Case) -> Iterator[str]:
    for visit in _visits(case, case.policy):
        for charge in visit.charges:
            yield from charge.because
            yield from (taken.rule for taken in (charge.minutes.subtracted if charge.minutes else ()))
        yield from (left.because for left in visit.not_billed)
        yield from (query.because for query in visit.queries)
        yield from (advisory.because for advisory in visit.advisories)


def _stated(case: Case) -> Iterator[str]:
    for charge in case.charges:
        yield from charge.because
    yield from (said.because for said in (*case.not_billed, *case.queries))
    yield from (advisory.because for advisory in case.advisories)


STATED = {rule for _, case in CASES for rule in _stated(case)}


@cache
def _files_of(rule: str) -> dict[str, set[str]]:
    """The cases a rule fires in, by file."""
    return {file: cases for (file, fired), cases in _firings().items() if fired == rule}


@cache
def _firings() -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for file, case in CASES:
        for rule in _fired(case):
            found[file, rule].add(case.name)
    return found


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_is_stated_by_a_case(rule: str) -> None:
    assert rule in STATED, f"no golden case in coder/cases says because: {rule}"


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_fires_in_a_case_and_not_in_another_beside_it(rule: str) -> None:
    files = _files_of(rule)
    assert files, f"{rule} fires in no golden case"
    shown = [file for file, fired in files.items() if {case.name for name, case in CASES if name == file} - fired]
    assert shown, f"{rule} fires in every case of {', '.join(files)}"


def test_cases_state_only_rules_that_exist() -> None:
    assert sorted(STATED - set(RULES)) == []
    assert sorted({rule for _, rule in _firings()} - set(RULES)) == []


def _with_number(name: str, change: int) -> Tables:
    number = TABLES.numbers[name]
    values = tuple((since, value + change) for since, value in number.values)
    return replace(TABLES, numbers={**TABLES.numbers, name: replace(number, values=values)}, cache={})


@pytest.mark.parametrize("name", sorted(TABLES.numbers))
def test_every_number_is_shown_at_its_edge_and_just_beside_it(name: str) -> None:
    """One less or one more of a number changes a case that says it lies at that edge."""
    edges = [(edge.side, case) for _, case in CASES for edge in case.edges if edge.number == name]
    sides = {side for side, _ in edges}
    assert "at" in sides, f"no golden case says edge: {name} at"
    assert sides - {"at"}, f"no golden case says edge: {name} below (or above)"
    for change in (-1, 1):
        tables = _with_number(name, change)
        changed = [case for _, case in edges if _outcome(case, case.policy, tables) != _outcome(case, case.policy)]
        assert changed, f"{name}: {change:+} changes none of the cases at its edge"


def test_edges_name_numbers_that_exist() -> None:
    assert {edge.number for _, case in CASES for edge in case.edges} <= set(TABLES.numbers)


def _policy_values() -> Iterator[tuple[str, Any]]:
    """Every value that is no default; for numbers and tables any one."""
    defaults = Policy(CASES[0][1].policy.zone)
    for field in fields(Policy):
        default = getattr(defaults, field.name)
        if field.name == "early_stop":
            yield from ((field.name, value) for value in EarlyStop)
        elif isinstance(default, StrEnum):
            yield from ((field.name, value) for value in type(default) if value is not default)
        elif field.name not in ("zone", "sources"):
            yield field.name, None


VALUES = list(_policy_values())


@pytest.mark.parametrize(("key", "value"), VALUES, ids=[f"{key}={value or 'another'}" for key, value in VALUES])
def test_every_policy_value_decides_a_case(key: str, value: Any) -> None:
    """A case states the value, and with the default it would come out otherwise."""
    for _, case in CASES:
        default = getattr(Policy(case.policy.zone), key)
        stated = getattr(case.policy, key)
        if stated == default or (value is not None and stated is not value):
            continue
        if _outcome(case, replace(case.policy, **{key: default})) != _outcome(case, case.policy):
            return
    pytest.fail(f"no golden case is decided by {key} = {value or 'something else than its default'}")
