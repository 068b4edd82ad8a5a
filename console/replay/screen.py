"""What a replay shows in the end: its charges, its counts, where the files are, what to try next."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from coder.charges import Charge, ChargeStatus
from console.explain.text import STATUS_STYLES
from console.printable import printable
from console.replay.results import Results

CHARGE_COLUMN_WIDTHS = (1, 10, 5, 5, 5, 8)


def print_results(console: Console, results: Results) -> None:
    """Print the charges where they are few, and the tables of counts."""
    if results.all_shown:
        for visit, charges in groupby(results.first_charges, key=lambda charge: charge.visit):
            console.print(Text(printable(visit), style="bold"))
            console.print(_charges(charges))
        console.print()
    console.print(_codes(results))
    console.print(_counts(results))
    if not results.complete:
        console.print(Text("Stopped after the batch in hand: the files hold what was read until then.", style="yellow"))


def print_next(console: Console, out: Path, paths: tuple[str, ...], site: Path | None) -> None:
    """Say where the files are, and the next command to try."""
    console.print(f"Files: {out}/ (charge-items, changes, queries, not-billed, dead-letters, summary)", soft_wrap=True)
    site_words = ["--site", str(site)] if site else []
    command = shlex.join([_own_name(), "code", *paths, *site_words, "--svg", str(out / "visits.svg")])
    console.print(Text.assemble("Next:  ", (command, "bold"), "   explains each visit line by line"), soft_wrap=True)


def _own_name() -> str:
    """The command as it can be typed here: by its name where that finds it, else by its path."""
    if shutil.which("hangtime") or Path(sys.argv[0]).name != "hangtime":
        return "hangtime"
    return os.path.relpath(sys.argv[0])


def _charges(charges: Iterable[Charge]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for width in CHARGE_COLUMN_WIDTHS:
        table.add_column(width=width)
    table.columns[3].justify = "right"
    table.add_column(overflow="fold", style="dim")
    for charge in charges:
        planned = charge.status is ChargeStatus.PLANNED
        table.add_row(*_charge_cells(charge), style=STATUS_STYLES[charge.status] if planned else None)
    return table


def _charge_cells(charge: Charge) -> tuple[Text, ...]:
    units = "?" if charge.units is None else str(charge.units)
    cells = (
        "",
        charge.key.service_date.isoformat(),
        charge.code,
        units,
        " ".join(charge.modifiers),
        charge.status.value,
        ", ".join(charge.because),
    )
    return tuple(Text(printable(cell)) for cell in cells)


def _codes(results: Results) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Code")
    for title in ("Lines", "Units"):
        table.add_column(title, justify="right")
    table.add_column("Status")
    for (code, status), lines in sorted(results.lines_by_code.items()):
        units = results.units_by_code[code, status]
        table.add_row(code, str(lines), str(units), Text(status, style=STATUS_STYLES.get(status, "")))
    return table


def _counts(results: Results) -> Table:
    records = results.counts.records
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style="bold")
    table.add_column(overflow="fold")
    for count, words in (
        (records.read, f"records read in {results.seconds:.1f} s, {results.messages_per_second:,.0f} per second"),
        (records.mapped, f"mapped, {results.counts.repeats} repeat(s) in them"),
        (records.ignored.total(), f"ignored{_kinds(records.ignored)}"),
        (records.dead_letters, f"refused as dead letters, {results.counts.items.dead_letters} item(s)"),
        (results.visits, "visits"),
        (results.lines("billable"), f"charges billable{_worth(results, 'billable')}"),
        (results.lines("planned"), f"charges planned{_worth(results, 'planned')}"),
        (results.withdrawn, "charges withdrawn"),
        (results.queries, "questions open"),
        (results.held, "patients held, for their coding failed"),
        (results.not_billed, f"things not billed, each with its reason{_left_worth(results)}"),
    ):
        table.add_row(f"{count:,}", Text(words))
    return table


def _worth(results: Results, status: str) -> str:
    amount = results.amounts.get(status)
    return "" if amount is None else f", {amount:,.2f} by the charge master"


def _left_worth(results: Results) -> str:
    amount = results.not_billed_amount
    return "" if amount is None else f", {amount:,.2f} by the charge master's unit prices"


def _kinds(ignored: Mapping[str, int]) -> str:
    kinds = ", ".join(f"{count} {printable(kind)}" for kind, count in sorted(ignored.items()))
    return f": {kinds}" if kinds else ""
