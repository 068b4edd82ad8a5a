"""The rulebook for a person: rule after rule, each beside its authority, its numbers and its cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import fill, wrap

from rich.console import Console
from rich.text import Text

from coder.tables import Authority
from console.rulebook.contents import NumberOnDay, Rulebook, RuleOnDay, ShownCase

CAPTION = 12
NARROWEST = 20
CASES_SHOWN = 3


def print_rulebook(console: Console, rulebook: Rulebook) -> None:
    """Print the rules of a day."""
    width = console.width
    page = Text.assemble((fill(_heading(rulebook), width), "bold"), "\n", (fill(_edits(rulebook), width), "dim"), "\n")
    for rule in rulebook.rules:
        page.append("\n").append(f"{rule.rule.id}\n", style="bold")
        for caption, words in _rows(rule):
            _append_row(page, caption, words, width)
    console.print(page, soft_wrap=True, end="")


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


def _append_row(page: Text, caption: str, words: str, width: int) -> None:
    """The caption on the left, and what it says beside it in lines that fit."""
    first, *others = wrap(words, max(width - CAPTION, NARROWEST), break_on_hyphens=False)
    page.append(f"  {caption}".ljust(CAPTION), style="dim").append(f"{first}\n")
    for line in others:
        page.append(f"{' ' * CAPTION}{line}\n")
