"""`hangtime explain`: one visit from the ledger, with every version of its charges and what caused it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from console.dead_letters.opening import opened
from console.explain.history_text import history_lines
from console.explain.text import INDENT, print_visit
from console.explain.visits import ExplainedVisit
from console.problems import UsageError
from ledger.history import versions_of, visits_called

COMMAND = "explain"


def explain_visit(visit: str, site_file: Path | None, ledger_url: str | None) -> None:
    """Print the visit as it was last coded, then the states its charges had."""
    with opened(site_file, ledger_url, COMMAND) as kept:
        found = list(visits_called(kept.ledger, visit))
        if not found:
            raise UsageError(f"{COMMAND}: the ledger holds no visit of that name; wanted one as replay names it")
        console = Console(highlight=False, markup=False, emoji=False)
        authorities = kept.site.tables().authorities
        for coded in found:
            print_visit(console, ExplainedVisit(coded, kept.site.zone, None, authorities=authorities))
            _print_history(console, history_lines(versions_of(kept.ledger, coded.patient, coded.visit), kept.site.zone))


def _print_history(console: Console, lines: Iterable[str]) -> None:
    rows = [Text(line) for line in lines]
    console.print(Padding(Text("Versions" if rows else "Versions: none", style="underline"), (0, 0, 0, INDENT)))
    for row in rows:
        console.print(Padding(row, (0, 0, 0, 2 * INDENT), expand=False))
    console.print()
