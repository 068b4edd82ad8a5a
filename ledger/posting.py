"""Posting a batch of readings: one transaction, one plain function, the same live and in replay."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hmac import compare_digest

from ledger import rows
from ledger.adopting import is_of_nobody
from ledger.counting import Posted, fates, mark_of
from ledger.errors import LedgerError
from ledger.ledger import Ledger
from ledger.offsets import InputOffset, move
from ledger.recoding import PostingContext, recode
from ledger.stored import Position, StoredTelling
from mappers.record import Record
from mappers.telling import Fault, Reading, Telling

__all__ = ["Posted", "PostingContext", "post", "refuse_another_site"]


@dataclass(slots=True)
class _Heard:
    """The tellings of a batch that nobody had told before, and when each patient was heard of."""

    fresh: list[StoredTelling] = field(default_factory=list)
    times: dict[str, datetime | None] = field(default_factory=dict)
    repeats: int = 0


def post(
    ledger: Ledger,
    readings: Sequence[Reading],
    context: PostingContext,
    *,
    offsets: Sequence[InputOffset] | None = None,
) -> Posted:
    """Post a batch, whole or not at all.

    1. Fence: a live batch comes with `offsets` and must begin exactly where the ledger has come to, else
       StaleBatchError. A log read from files has no place to go on from; what it repeats is known by its bytes.
    2. Keep dead letters: source, position, path, said, wanted, and the raw bytes.
    3. Merge the tellings: a repeat changes nothing, new patients are inserted, their newest time noted.
    4. Widen to every patient whose tellings share a key with what was heard, or point at a medication that was.
    5. Link the tellings of all of them into facts and recode these, each as of its newest time.
    6. Write the difference: charges, versions, queries, not billed, deadlines, and what targets want.
    """
    refuse_another_site(ledger, context)
    with ledger.transaction() as connection:
        move(connection, offsets or ())  # Step 1
        rows.add_dead_letters(connection, [letter for reading in readings for letter in _dead_letters(reading)])  # 2
        heard = _merge(connection, readings)  # Step 3
        named = rows.pointing_at(connection, heard.times)
        patients = rows.linked_patients(connection, named.union(heard.times))  # Step 4
        recoded = recode(connection, patients, context, heard.fresh)  # Steps 5 and 6
    records, items = fates(readings, recoded.linked.tellings.values())
    repeats = heard.repeats + sum(mark_of(one.telling) in recoded.linked.repeated for one in heard.fresh)
    return Posted(records, items, repeats, tuple(recoded.linked.patients), tuple(sorted(recoded.held)))


def refuse_another_site(ledger: Ledger, context: PostingContext) -> None:
    """Raise LedgerError where the context is not that of the site the ledger was opened for."""
    same_key = compare_digest(ledger.identity_key, context.identity_key)
    if not same_key or ledger.facility != context.facility:
        raise LedgerError("the ledger was opened for another site than the one that posts")


def _dead_letters(reading: Reading) -> list[tuple[object, ...]]:
    record = reading.record
    position = f"{record.partition}:{record.offset}"
    written = rows.time_text(record.timestamp) if record.timestamp else None
    return [
        (record.source, position, item.reason, item.path, item.said, item.wanted, record.value, written)
        for item in reading.items
        if isinstance(item, Fault)
    ]


def _merge(connection: sqlite3.Connection, readings: Sequence[Reading]) -> _Heard:
    told = [
        (reading, place, item)
        for reading in readings
        for place, item in enumerate(reading.items)
        if isinstance(item, Telling)
    ]
    known = rows.known_digests(connection, {item.digest for _, _, item in told})
    heard = _Heard()
    for reading, place, telling in told:
        if mark_of(telling) in known:
            heard.repeats += 1
            continue
        known.add(mark_of(telling))
        heard.fresh.append(StoredTelling(_timed(telling, reading.record), _position(reading.record, place)))
        heard.times[telling.patient] = _newest(heard.times.get(telling.patient), reading.time)
    rows.hear_patients(connection, {key: time for key, time in heard.times.items() if not is_of_nobody(key)})
    rows.add_tellings(connection, heard.fresh)
    return heard


def _position(record: Record, item: int) -> Position:
    return Position(record.source, record.partition, record.offset, item)


def _timed(telling: Telling, record: Record) -> Telling:
    """No telling was asserted later than its envelope; what states no time takes the envelope's."""
    if record.timestamp is None:
        return telling
    if telling.asserted is None or telling.asserted > record.timestamp:
        return replace(telling, asserted=record.timestamp)
    return telling


def _newest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((time for time in (one, other) if time), default=None)
