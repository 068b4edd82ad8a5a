"""`hangtime rulebook`: what is in force on a day, on the screen or as JSON."""

from __future__ import annotations

import sys
from datetime import date, datetime

from rich.console import Console

from console.problems import UsageError
from console.rulebook.as_json import rulebook_json
from console.rulebook.contents import rulebook_on
from console.rulebook.text import print_rulebook
from mappers.tables import load_tables


def show_rulebook(on: str | None, *, as_json: bool) -> None:
    """Show the rulebook of a day, today's where none is named."""
    rulebook = rulebook_on(_day(on), load_tables())
    if as_json:
        sys.stdout.write(rulebook_json(rulebook).decode())
    else:
        print_rulebook(Console(highlight=False, markup=False, emoji=False), rulebook)


def _day(said: str | None) -> date:
    if said is None:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise UsageError(f"--on: said {said!r}, wanted a date such as 2026-03-03") from None
