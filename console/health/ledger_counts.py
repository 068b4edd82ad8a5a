"""What the ledger holds that somebody may have to look after, counted again and again while hangtime runs."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence

from console.health.state import HealthState, LedgerCounts, Waiting
from ledger.dead_letter_topic import TARGET as DEAD_LETTERS
from ledger.dead_letter_topic import letters_waiting
from ledger.dead_letters import count_standing
from ledger.delivery import backlog
from ledger.errors import LedgerError
from ledger.heard import uncoded
from ledger.ledger import Ledger

COUNT_SECONDS = 5.0

Counting = Callable[[Ledger, Sequence[str]], LedgerCounts]
Call = Callable[[Counting, Ledger, Sequence[str]], Awaitable[LedgerCounts]]


def count_ledger(ledger: Ledger, targets: Sequence[str]) -> LedgerCounts:
    """Count what stands now."""
    waiting = uncoded(ledger)
    return LedgerCounts(
        targets={target: _waiting(ledger, target) for target in targets},
        dead_letters=count_standing(ledger),
        held_patients=waiting.patients,
        oldest_uncoded=waiting.oldest,
    )


async def watch_ledger(
    state: HealthState, call: Call, ledger: Ledger, stop: asyncio.Event, every_seconds: float = COUNT_SECONDS
) -> None:
    """Keep the counts of `state` fresh until told to stop; `call` runs a function in the ledger's thread."""
    while not stop.is_set():
        try:
            state.ledger_counted(await call(count_ledger, ledger, tuple(state.targets)))
        except (sqlite3.Error, LedgerError):
            state.ledger_down("cannot be read")
        try:
            await asyncio.wait_for(stop.wait(), every_seconds)
        except TimeoutError:
            continue


def _waiting(ledger: Ledger, target: str) -> Waiting:
    owed = letters_waiting(ledger) if target == DEAD_LETTERS else backlog(ledger, target)
    return Waiting(owed.undelivered, owed.oldest, owed.held, owed.refused)
