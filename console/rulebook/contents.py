"""What is in force on a day: every rule with what it rests on, what it counts by, and the cases that show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from coder.rulebook import RULES, Rule
from coder.tables import Authority, DatedNumber, Tables
from mappers.case_heads import CaseHead, load_heads


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
    """A rule with everything it is read beside; `cases` are those that were written to show it."""

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
    shown_by = _cases_by_rule(cases)
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


def _shipped_cases() -> Iterator[tuple[str, CaseHead]]:
    folder = Path(str(resources.files("coder"))) / "cases"
    for path in sorted(folder.glob("*.yaml")):
        yield from ((path.name, case) for case in load_heads(path))


def _numbers(day: date, tables: Tables, cases: Sequence[tuple[str, CaseHead]]) -> Iterator[tuple[str, NumberOnDay]]:
    for name, number in tables.numbers.items():
        begun = [since for since, _ in number.values if since <= day]
        if begun:
            authorities = tuple(tables.authorities[key] for key in number.cite)
            yield name, NumberOnDay(number, number.on(day), max(begun), authorities, tuple(_edges(name, cases)))


def _edges(name: str, cases: Sequence[tuple[str, CaseHead]]) -> Iterator[tuple[str, ShownCase]]:
    for file, case in cases:
        yield from ((edge.side, ShownCase(file, case.name)) for edge in case.edges if edge.number == name)


def _cases_by_rule(cases: Sequence[tuple[str, CaseHead]]) -> Mapping[str, tuple[ShownCase, ...]]:
    shown: dict[str, list[ShownCase]] = defaultdict(list)
    for file, case in cases:
        for rule in case.rules:
            shown[rule].append(ShownCase(file, case.name))
    return {rule: tuple(found) for rule, found in shown.items()}
