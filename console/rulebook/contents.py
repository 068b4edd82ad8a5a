"""What is in force on a day: every rule with what it rests on, what it counts by, and the cases that show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from coder.charges import Coded
from coder.coding import code
from coder.rulebook import RULES, Rule
from coder.tables import Authority, DatedNumber, Tables
from mappers.cases import Case, load_cases


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A golden case by its file and its name."""

    file: str
    name: str


@dataclass(frozen=True, slots=True)
class NumberOnDay:
    """A number with its value on the day, since when it has it, and the cases at its edge and beside it."""

    number: DatedNumber
    value: int
    since: date
    authorities: tuple[Authority, ...]
    edges: tuple[tuple[str, ShownCase], ...]


@dataclass(frozen=True, slots=True)
class RuleOnDay:
    """A rule with everything it is read beside; the cases that were written to show it come first."""

    rule: Rule
    authorities: tuple[Authority, ...]
    numbers: tuple[NumberOnDay, ...]
    cases: tuple[ShownCase, ...]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rulebook of a day; `edits` is the edition of the claim edits that ship, None before its first day."""

    day: date
    rules: tuple[RuleOnDay, ...]
    numbers: tuple[NumberOnDay, ...]
    edits: str | None


def rulebook_on(day: date, tables: Tables) -> Rulebook:
    """Everything in force on that day; a rule or number before its first day or after its last is left out."""
    cases = tuple(_shipped_cases())
    numbers = dict(_numbers(day, tables, cases))
    shown_by = _cases_by_rule(cases, tables)
    return Rulebook(
        day=day,
        rules=tuple(
            RuleOnDay(
                rule=rule,
                authorities=tuple(tables.authorities[key] for key in rule.cite),
                numbers=tuple(numbers[name] for name in rule.numbers if name in numbers),
                cases=shown_by.get(rule.id, ()),
            )
            for rule in RULES.values()
            if rule.in_force(day)
        ),
        numbers=tuple(numbers.values()),
        edits=tables.edits.edition if tables.edits.since <= day else None,
    )


def _shipped_cases() -> Iterator[tuple[ShownCase, Case]]:
    folder = Path(str(resources.files("coder"))) / "cases"
    for path in sorted(folder.glob("*.yaml")):
        for case in load_cases(path):
            yield ShownCase(path.name, case.name), case


def _numbers(day: date, tables: Tables, cases: Sequence[tuple[ShownCase, Case]]) -> Iterator[tuple[str, NumberOnDay]]:
    for name, number in tables.numbers.items():
        begun = [since for since, _ in number.values if since <= day]
        if begun:
            authorities = tuple(tables.authorities[key] for key in number.cite)
            yield name, NumberOnDay(number, number.on(day), max(begun), authorities, tuple(_edges(name, cases)))


def _edges(name: str, cases: Sequence[tuple[ShownCase, Case]]) -> Iterator[tuple[str, ShownCase]]:
    for shown, case in cases:
        yield from ((edge.side, shown) for edge in case.edges if edge.number == name)


def _cases_by_rule(cases: Sequence[tuple[ShownCase, Case]], tables: Tables) -> Mapping[str, tuple[ShownCase, ...]]:
    """The cases in which each rule has its say: first those that name it in what they want, then the others."""
    wanted: dict[str, list[ShownCase]] = defaultdict(list)
    others: dict[str, list[ShownCase]] = defaultdict(list)
    for shown, case in cases:
        named = _wanted_rules(case)
        for rule in sorted(_rules_that_spoke(code(case.facts, case.policies, case.tables(tables), case.as_of))):
            (wanted if rule in named else others)[rule].append(shown)
    return {rule: (*wanted[rule], *others[rule]) for rule in {*wanted, *others}}


def _wanted_rules(case: Case) -> set[str]:
    lines = {rule for charge in case.charges for rule in charge.because}
    said = {one.because for one in (*case.not_billed, *case.queries)}
    return lines | said | {one.because for one in case.advisories}


def _rules_that_spoke(coded: Coded) -> set[str]:
    charges = [charge for visit in coded.visits for charge in visit.charges]
    lines = {rule for charge in charges for rule in charge.because}
    taken_off = {taken.rule for charge in charges if charge.minutes for taken in charge.minutes.subtracted}
    left_out = {one.because for visit in coded.visits for one in visit.not_billed}
    asked = {one.because for visit in coded.visits for one in visit.queries}
    return lines | taken_off | left_out | asked | {one.because for visit in coded.visits for one in visit.advisories}
