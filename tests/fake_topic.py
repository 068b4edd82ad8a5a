"""A topic and its producers as aiokafka shows them: batches, futures, and what poisons a producer."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiokafka.errors import KafkaError, MessageSizeTooLargeError, OutOfOrderSequenceNumber

from publishers.kafka.connecting import Connected, TopicSettings
from publishers.report import Trouble

BATCH_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class InTopic:
    """A record as a consumer sees it."""

    partition: int
    key: str
    value: bytes
    headers: dict[str, bytes]


@dataclass(slots=True)
class FakeTopic:
    """What stands in the topic; `faults` meet batches in turn (None: none), `too_large` batches of that size."""

    partitions: int = 3
    there: bool = True
    too_large_bytes: int = 1_000_000
    faults: deque[KafkaError | None] = field(default_factory=deque)
    lost_replies: int = 0
    hangs: bool = False
    records: list[InTopic] = field(default_factory=list)
    producers: list[FakeProducer] = field(default_factory=list)

    async def connect(self, settings: TopicSettings) -> Connected:
        """A new producer, or none."""
        if not self.there:
            raise Trouble(f"{settings.brokers}: there is no topic {settings.topic}")
        self.producers.append(FakeProducer(self))
        return Connected(self.producers[-1], self.partitions)

    def newest(self) -> dict[str, int]:
        """The highest version of each key, as a consumer takes them."""
        found: dict[str, int] = {}
        for one in self.records:
            found[one.key] = max(found.get(one.key, 0), int(one.headers["version"]))
        return found

    def fate(self, batch: FakeBatch, partition: int) -> KafkaError | None:
        """What becomes of a batch."""
        if batch.size > self.too_large_bytes:
            return MessageSizeTooLargeError()
        fault = self.faults.popleft() if self.faults else None
        if fault is None or self.lost_replies:
            self.records += [InTopic(partition, *record) for record in batch.records]
        if self.lost_replies:
            self.lost_replies -= 1
        return fault


@dataclass(slots=True)
class FakeBatch:
    """A batch under construction; its first record always fits."""

    records: list[tuple[str, bytes, dict[str, bytes]]] = field(default_factory=list)
    size: int = 0

    def append(
        self, *, key: bytes, value: bytes, timestamp: int | None, headers: Sequence[tuple[str, bytes]]
    ) -> object | None:
        """Take a record, or None where the batch is full."""
        if self.records and self.size + len(value) > BATCH_BYTES:
            return None
        self.records.append((key.decode(), value, dict(headers)))
        self.size += len(value)
        return object()


@dataclass(slots=True)
class FakeProducer:
    """An idempotent producer: once a batch of a partition has failed, so does each after it."""

    topic: FakeTopic
    poisoned: set[int] = field(default_factory=set)
    stopped: bool = False
    _sender: Any = None

    def create_batch(self) -> FakeBatch:
        """An empty batch."""
        return FakeBatch()

    async def send_batch(self, batch: FakeBatch, topic: str, *, partition: int) -> asyncio.Future[None]:
        """Queue a batch."""
        assert not self.stopped
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.topic.hangs:
            return future
        fault = OutOfOrderSequenceNumber() if partition in self.poisoned else self.topic.fate(batch, partition)
        if fault is None:
            future.set_result(None)
        else:
            self.poisoned.add(partition)
            future.set_exception(fault)
        return future

    async def stop(self) -> None:
        """Send no more."""
        self.stopped = True
