"""Records of Kafka as records of ours, with the part of each partition they cover."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aiokafka import TopicPartition

from ledger.offsets import InputOffset
from listeners.kafka.positions import Place
from mappers.record import Record

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Batch:
    """What is posted in one transaction."""

    records: tuple[Record, ...]
    parts: Mapping[TopicPartition, InputOffset]

    @property
    def offsets(self) -> tuple[InputOffset, ...]:
        """The parts of partitions that the batch covers."""
        return tuple(self.parts.values())


def batch_of(fetched: Mapping[TopicPartition, Sequence[Any]], places: Mapping[TopicPartition, Place]) -> Batch:
    """The fetched messages that the ledger has not passed, as one batch."""
    fresh = {
        partition: [message for message in messages if message.offset >= places[partition].next]
        for partition, messages in fetched.items()
    }
    records = [record_of(message) for messages in fresh.values() for message in messages]
    parts = {one: _part(messages, places[one], one.partition) for one, messages in fresh.items() if messages}
    return Batch(tuple(records), parts)


def record_of(message: Any) -> Record:
    """One message; what has no value, a tombstone, is a record without bytes."""
    return Record(
        source=message.topic,
        partition=message.partition,
        offset=message.offset,
        value=message.value or b"",
        timestamp=_time(message.timestamp),
        key=message.key,
        headers=tuple((name, value or b"") for name, value in message.headers),
    )


def after(place: Place, part: InputOffset, end: int) -> Place:
    """The place of a partition once a batch is posted; `end` is the newest end known."""
    return replace(place, next=part.following, newest=part.newest, end=max(place.end, part.following, end))


def _part(messages: Sequence[Any], place: Place, partition: int) -> InputOffset:
    """From where the ledger stands, for offsets may skip, as a compacted topic's do."""
    newest = _newest([place.newest, *(_time(message.timestamp) for message in messages)])
    return InputOffset(place.input, partition, place.next, messages[-1].offset + 1, newest)


def _newest(times: Iterable[datetime | None]) -> datetime | None:
    return max((time for time in times if time), default=None)


def _time(milliseconds: int | None) -> datetime | None:
    """The envelope's time; brokers write -1 where there is none."""
    if milliseconds is None or milliseconds < 0:
        return None
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
