"""What parts a replay from its golden file, visit by visit, in lines a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from console.golden.form import Golden, GoldenVisit
from console.golden.reading import Entry

CHARGE_KEY = ("date", "code")
NOT_BILLED_KEY = ("because", "code")
QUERY_KEY = ("because", "of")


def differences(expected: Golden, given: Golden) -> list[str]:
    """Lines saying what is missing, surplus or changed; none where both are the same."""
    lines: list[str] = []
    for name in sorted({*expected.visits, *given.visits}):
        visit_lines = list(_visit(expected.visits.get(name), given.visits.get(name)))
        if visit_lines:
            lines += [f"visit {name}", *(f"  {line}" for line in visit_lines)]
    lines += _counts("ignored", expected.ignored, given.ignored)
    lines += _counts("dead letters", {"": expected.dead_letters}, {"": given.dead_letters})
    return lines


def _visit(expected: GoldenVisit | None, given: GoldenVisit | None) -> Iterator[str]:
    if expected is None:
        yield "surplus  the visit itself"
    elif given is None:
        yield "missing  the visit itself"
    elif expected.patient_class != given.patient_class:
        yield f"changed  class {expected.patient_class} -> {given.patient_class}"
    left, right = expected or GoldenVisit(""), given or GoldenVisit("")
    yield from _entries("", CHARGE_KEY, left.charges, right.charges)
    yield from _entries("not billed ", NOT_BILLED_KEY, left.not_billed, right.not_billed)
    yield from _entries("query ", QUERY_KEY, left.queries, right.queries)


def _entries(title: str, key: Sequence[str], expected: Sequence[Entry], given: Sequence[Entry]) -> Iterator[str]:
    missing, surplus = _without_equals(expected, given)
    for entry in list(missing):
        partner = next((other for other in surplus if _name(other, key) == _name(entry, key)), None)
        if partner is not None:
            missing.remove(entry)
            surplus.remove(partner)
            yield f"changed  {title}{_name(entry, key)}: {_changes(entry, partner)}"
    yield from (f"missing  {title}{_words(entry)}" for entry in missing)
    yield from (f"surplus  {title}{_words(entry)}" for entry in surplus)


def _without_equals(expected: Sequence[Entry], given: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    missing, surplus = list(expected), list(given)
    for entry in expected:
        if entry in surplus:
            missing.remove(entry)
            surplus.remove(entry)
    return missing, surplus


def _name(entry: Entry, key: Sequence[str]) -> str:
    return " ".join(str(entry[field]) for field in key)


def _changes(expected: Entry, given: Entry) -> str:
    return "; ".join(
        f"{field} {_value(expected[field])} -> {_value(given[field])}"
        for field in expected
        if expected[field] != given[field]
    )


def _words(entry: Entry) -> str:
    return ", ".join(f"{field} {_value(value)}" for field, value in entry.items() if value)


def _value(value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return value or "none"
    return f"[{', '.join(value)}]"


def _counts(title: str, expected: Mapping[str, int], given: Mapping[str, int]) -> list[str]:
    kinds = sorted({*expected, *given})
    return [
        f"{title} {kind}".rstrip() + f": {expected.get(kind, 0)} -> {given.get(kind, 0)}"
        for kind in kinds
        if expected.get(kind, 0) != given.get(kind, 0)
    ]
