"""Where each live input is read on from: kept with the money, moved only by the posting that read up to there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ledger.errors import LedgerError, StaleBatchError
from ledger.ledger import Ledger
from ledger.rows import time_text


@dataclass(frozen=True, slots=True)
class InputOffset:
    """The part of a partition that a batch covers: from `first` up to, but without, `following`.

    `input` holds the site's name for it and the ids of cluster and topic, so that a topic made anew is another.
    `newest` is the newest time of a record up to there.
    """

    input: str
    partition: int
    first: int
    following: int
    newest: datetime | None = None


def begin(ledger: Ledger, input_: str, topic: str, offsets: Mapping[int, int]) -> None:
    """Note where reading a partition begins; one that is known keeps its offset. `topic` is the site's name for it."""
    with ledger.transaction() as connection:
        connection.executemany(
            "INSERT INTO live_offset (input, partition, next, topic) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (input, partition) DO NOTHING",
            [(input_, partition, offset, topic) for partition, offset in sorted(offsets.items())],
        )


def next_offsets(ledger: Ledger, input_: str) -> dict[int, int]:
    """The next offset of each partition of an input that has begun."""
    found = ledger.reader.execute("SELECT partition, next FROM live_offset WHERE input = ?", (input_,))
    return dict(found.fetchall())


def newest_times(ledger: Ledger, input_: str) -> dict[int, datetime]:
    """The newest time of a record of each partition that is in the ledger."""
    found = ledger.reader.execute(
        "SELECT partition, newest FROM live_offset WHERE input = ? AND newest IS NOT NULL", (input_,)
    )
    return {partition: datetime.fromisoformat(newest) for partition, newest in found}


def inputs_known_as(ledger: Ledger, topic: str) -> set[str]:
    """Every input that was ever read under this name of the site's."""
    found = ledger.reader.execute("SELECT DISTINCT input FROM live_offset WHERE topic = ?", (topic,))
    return {name for (name,) in found}


def move(connection: sqlite3.Connection, offsets: Iterable[InputOffset]) -> None:
    """The strict fence: move each partition on, but only from exactly where the batch begins.

    Raises StaleBatchError where the ledger stands elsewhere: somebody else has posted, or the batch is an old one.
    """
    for one in sorted(offsets, key=lambda one: (one.input, one.partition)):
        place = (one.input, one.partition)
        moved = connection.execute(
            "UPDATE live_offset SET next = ?, newest = ? WHERE input = ? AND partition = ? AND next = ?",
            (one.following, time_text(one.newest) if one.newest else None, *place, one.first),
        )
        if moved.rowcount != 1:
            raise _refusal(connection, one)


def _refusal(connection: sqlite3.Connection, refused: InputOffset) -> LedgerError:
    row = connection.execute(
        "SELECT next FROM live_offset WHERE input = ? AND partition = ?", (refused.input, refused.partition)
    ).fetchone()
    if row is None:
        return LedgerError(f"{refused.input}, partition {refused.partition}: has not begun")
    return StaleBatchError(refused.input, refused.partition, row[0])
