"""The rulebook for a person: rule after rule, each beside its authority, its numbers and its cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from coder.tables import Authority
from console.rulebook.contents import NumberOnDay, Rulebook, RuleOnDay, ShownCase

CAPTION = 11
CASES_SHOWN = 3


def print_rulebook(console: Console, rulebook: Rulebook) -> None:
    """Print the rules of a day."""
    console.print(Text(_heading(rulebook), style="bold"))
    console.print(Text(_edits(rulebook), style="dim"))
    for rule in rulebook.rules:
        console.print()
        console.print(Text(rule.rule.id, style="bold"))
        console.print(_block(_rows(rule)))


def _heading(rulebook: Rulebook) -> str:
    cases = {case for rule in rulebook.rules for case in rule.cases}
    return (
        f"Rulebook on {rulebook.day}: {len(rulebook.rules)} rules, {len(rulebook.numbers)} numbers, "
        f"shown by {len(cases)} cases"
    )


def _edits(rulebook: Rulebook) -> str:
    if rulebook.edits is None:
        return "Claim edits: no edition in force that day, so none is checked, and that is said."
    return f"Claim edits: edition {rulebook.edits}."


def _rows(shown: RuleOnDay) -> Iterator[tuple[str, str]]:
    rule = shown.rule
    yield "says", rule.says
    yield "in force", f"from {rule.since}" + (f" to {rule.until}" if rule.until else "")
    for authority in shown.authorities:
        yield "authority", _authority(authority)
    for number in shown.numbers:
        yield "number", _number(number)
    yield "cases", _cases(shown.cases)


def _authority(authority: Authority) -> str:
    place = ", ".join((authority.document, authority.section, authority.edition))
    return f"{place} ({authority.grade}): {authority.says}"


def _number(shown: NumberOnDay) -> str:
    number = shown.number
    plural = "" if shown.value == 1 else "s"
    edges = "; ".join(f"{side}: {case.name}" for side, case in shown.edges[:CASES_SHOWN])
    sentence = f"{number.name} = {shown.value} {number.unit}{plural} since {shown.since}: {number.label}"
    return f"{sentence}. {edges}" if edges else sentence


def _cases(cases: Sequence[ShownCase]) -> str:
    if not cases:
        return "none"
    named = "; ".join(f"{case.name} ({case.file})" for case in cases[:CASES_SHOWN])
    more = len(cases) - CASES_SHOWN
    return f"{named}; and {more} more" if more > 0 else named


def _block(rows: Iterator[tuple[str, str]]) -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=CAPTION, style="dim")
    grid.add_column(overflow="fold")
    for caption, words in rows:
        grid.add_row(f"  {caption}", Text(words))
    return grid
