"""Dead letters that a topic has not got yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from ledger.delivery import Backlog
from ledger.ledger import Ledger
from ledger.reading_back import DeadLetter
from ledger.rows import time_text

TARGET = "dead letters"
_WAITING = "published = 0 AND settled_at IS NULL"


@dataclass(frozen=True, slots=True)
class UnpublishedLetter:
    """A dead letter that stands, by its number."""

    id: int
    letter: DeadLetter


def unpublished_letters(ledger: Ledger, limit: int) -> tuple[UnpublishedLetter, ...]:
    """The oldest of the dead letters that stand and that no topic has."""
    found = ledger.reader.execute(
        "SELECT id, source, position, reason, path, said, wanted, raw FROM dead_letter"
        f" WHERE {_WAITING} ORDER BY id LIMIT ?",
        (limit,),
    )
    return tuple(UnpublishedLetter(number, DeadLetter(*row)) for number, *row in found)


def note_waiting(ledger: Ledger, now: datetime) -> None:
    """Note since when letters wait for the topic."""
    if ledger.reader.execute(f"SELECT 1 FROM dead_letter WHERE {_WAITING} AND since IS NULL LIMIT 1").fetchone():
        with ledger.transaction() as connection:
            connection.execute(
                f"UPDATE dead_letter SET since = ? WHERE {_WAITING} AND since IS NULL", (time_text(now),)
            )


def letters_waiting(ledger: Ledger) -> Backlog:
    """How many letters wait for the topic now, and since when the oldest does."""
    count, oldest = ledger.reader.execute(f"SELECT count(*), min(since) FROM dead_letter WHERE {_WAITING}").fetchone()
    return Backlog(count, datetime.fromisoformat(oldest) if oldest else None, held=0, refused=0)


def mark_published(ledger: Ledger, numbers: Collection[int]) -> None:
    """Note that the topic has these."""
    with ledger.transaction() as connection:
        connection.executemany("UPDATE dead_letter SET published = 1 WHERE id = ?", [(number,) for number in numbers])
