"""Dead letters one by one: those that stand, and those that were fed again and are refused no longer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger import rows
from ledger.ledger import Ledger
from ledger.reading_back import DeadLetter

LETTER_COLUMNS = "id, timestamp, settled_at, source, position, reason, path, said, wanted, raw"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a list may show of a dead letter: nothing of what was said."""

    id: int
    source: str
    position: str
    reason: str
    path: str
    wanted: str
    settled_at: str | None


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A dead letter with its number, the time of its record, and when it was settled."""

    id: int
    timestamp: datetime | None
    settled_at: datetime | None
    letter: DeadLetter


def notices(ledger: Ledger, *, settled: bool) -> Iterator[Notice]:
    """The letters that stand, or with `settled` every one, in the order they were posted."""
    where = "" if settled else " WHERE settled_at IS NULL"
    found = ledger.reader.execute(
        f"SELECT id, source, position, reason, path, wanted, settled_at FROM dead_letter{where} ORDER BY id"
    )
    return (Notice(*row) for row in found)


def count_standing(ledger: Ledger) -> int:
    """How many letters stand."""
    row: tuple[int] = ledger.reader.execute("SELECT count(*) FROM dead_letter WHERE settled_at IS NULL").fetchone()
    return row[0]


def kept_letters(ledger: Ledger, numbers: Sequence[int]) -> list[KeptLetter]:
    """The letters of these numbers that there are, with all that was said, in the order they were posted."""
    marks = ", ".join("?" * len(numbers))
    found = ledger.reader.execute(
        f"SELECT {LETTER_COLUMNS} FROM dead_letter WHERE id IN ({marks}) ORDER BY id", tuple(numbers)
    )
    return [_kept(*row) for row in found]


def settle_letters(ledger: Ledger, numbers: Collection[int], now: datetime) -> None:
    """Mark letters that are refused no longer."""
    with ledger.transaction() as connection:
        connection.executemany(
            "UPDATE dead_letter SET settled_at = ? WHERE id = ? AND settled_at IS NULL",
            [(rows.time_text(now), number) for number in numbers],
        )


def _kept(number: int, timestamp: str | None, settled_at: str | None, *letter: Any) -> KeptLetter:
    return KeptLetter(number, _time(timestamp), _time(settled_at), DeadLetter(*letter))


def _time(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
