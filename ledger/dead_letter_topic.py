"""Dead letters that a topic has not got yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ledger.ledger import Ledger
from ledger.reading_back import DeadLetter


@dataclass(frozen=True, slots=True)
class UnpublishedLetter:
    """A dead letter that stands, by its number."""

    id: int
    letter: DeadLetter


def unpublished_letters(ledger: Ledger, limit: int) -> tuple[UnpublishedLetter, ...]:
    """The oldest of the dead letters that stand and that no topic has."""
    found = ledger.reader.execute(
        "SELECT id, source, position, reason, path, said, wanted, raw FROM dead_letter"
        " WHERE published = 0 AND settled_at IS NULL ORDER BY id LIMIT ?",
        (limit,),
    )
    return tuple(UnpublishedLetter(number, DeadLetter(*row)) for number, *row in found)


def mark_published(ledger: Ledger, numbers: Collection[int]) -> None:
    """Note that the topic has these."""
    with ledger.transaction() as connection:
        connection.executemany("UPDATE dead_letter SET published = 1 WHERE id = ?", [(number,) for number in numbers])
