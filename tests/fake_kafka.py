"""A broker and its consumers as aiokafka shows them, with its traps: no thread, no port, nothing to wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import NoOffsetForPartitionError, OffsetOutOfRangeError
from aiokafka.structs import ConsumerRecord, OffsetAndTimestamp

from listeners.kafka.cluster import Cluster
from listeners.kafka.errors import InputTrouble
from listeners.kafka.settings import KafkaSettings

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000
TOPIC = "mar"
P0, P1 = TopicPartition(TOPIC, 0), TopicPartition(TOPIC, 1)


@dataclass
class FakeBroker:
    """One topic with its partitions; `begins` rises when messages expire."""

    partitions: int = 1
    cluster_id: str = "cluster"
    topic_id: str = "first"
    begins: dict[TopicPartition, int] = field(default_factory=dict)
    messages: dict[TopicPartition, list[ConsumerRecord]] = field(default_factory=dict)
    consumers: list[FakeConsumer] = field(default_factory=list)
    stops_hang: bool = False
    trouble: str | None = None

    def __post_init__(self) -> None:
        for number in range(self.partitions):
            self.messages.setdefault(TopicPartition(TOPIC, number), [])

    def write(self, partition: TopicPartition, count: int) -> None:
        """Append so many messages, one a second from the second that is their offset."""
        first = len(self.messages.get(partition, ()))
        for offset in range(first, first + count):
            self.put(partition, f"{partition.partition}:{offset}".encode(), offset * SECOND)

    def put(self, partition: TopicPartition, value: bytes, milliseconds: int) -> None:
        """Append one message, written at that time."""
        log = self.messages.setdefault(partition, [])
        log.append(
            ConsumerRecord(
                partition.topic, partition.partition, len(log), milliseconds, 0, None, value, None, 0, len(value), ()
            )
        )

    def end(self, partition: TopicPartition) -> int:
        """The offset of the next message to come."""
        return len(self.messages[partition])

    async def ask(self, _settings: KafkaSettings) -> Cluster:
        """What a cluster says of its topic."""
        if self.trouble:
            raise InputTrouble(self.trouble)
        return Cluster(self.cluster_id, {TOPIC: self.topic_id}, {TOPIC: tuple(one.partition for one in self.messages)})

    def consumer(self, _settings: KafkaSettings) -> FakeConsumer:
        """A new consumer; it is dealt every partition once it subscribes."""
        self.consumers.append(FakeConsumer(self))
        return self.consumers[-1]


class FakeConsumer:
    """Hands out messages as aiokafka does: what it handed out counts as read, and a rebalance forgets all positions."""

    def __init__(self, broker: FakeBroker) -> None:
        self.broker = broker
        self.calls: list[str] = []
        self.reads: list[tuple[int, int]] = []
        self.hints: dict[TopicPartition, int] = {}
        self.positions: dict[TopicPartition, int] = {}
        self.stopped = self.deaf = self.dealing = False
        self.handing_out = asyncio.Event()  # cleared: a read has its messages and does not return yet
        self.handing_out.set()
        self.holding = asyncio.Event()
        self._assigned: frozenset[TopicPartition] = frozenset()
        self._paused: set[TopicPartition] = set()
        self._listener: Any = None
        self._first_deal: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.calls.append("start")

    async def stop(self) -> None:
        self.stopped = True
        if self.broker.stops_hang:
            await asyncio.Event().wait()

    def subscribe(self, topics: Sequence[str], listener: Any) -> None:
        assert list(topics) == [TOPIC]
        self._listener = listener
        self._first_deal = asyncio.create_task(self.deal(self.broker.messages))

    async def deal(self, partitions: Collection[TopicPartition]) -> None:
        """A rebalance: what the listener awaits holds it up, and its kept partitions forget where they were."""
        self.dealing = True
        await self._listener.on_partitions_revoked(self._assigned)
        self._assigned, self.positions, self._paused = frozenset(partitions), {}, set()
        self.calls.append("assign")
        answer = self._listener.on_partitions_assigned(self._assigned)
        if asyncio.iscoroutine(answer):
            await answer
        self.calls.append("assigned")
        self.dealing = False

    def assignment(self) -> frozenset[TopicPartition]:
        return self._assigned

    def partitions_for_topic(self, topic: str) -> set[int]:
        return {partition.partition for partition in self.broker.messages if partition.topic == topic}

    def pause(self, *partitions: TopicPartition) -> None:
        self.calls.append("pause")
        self._paused |= set(partitions)

    def resume(self, *partitions: TopicPartition) -> None:
        self.calls.append("resume")
        self._paused -= set(partitions)

    def paused(self) -> frozenset[TopicPartition]:
        return frozenset(self._paused)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        assert partition in self._assigned
        self.calls.append(f"seek {partition.partition} {offset}")
        self.positions[partition] = offset

    async def getmany(self, *, timeout_ms: int, max_records: int) -> Mapping[TopicPartition, list[ConsumerRecord]]:
        self.reads.append((timeout_ms, max_records))
        found = self._drained(max_records)
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_ms / 1000):
                while not found:
                    await asyncio.sleep(0.001)
                    found = {} if self.dealing else self._drained(max_records)
        while self.dealing:
            await asyncio.sleep(0.001)
        if found and not self.handing_out.is_set():
            self.holding.set()
            await self.handing_out.wait()
        return found

    def _drained(self, max_records: int) -> dict[TopicPartition, list[ConsumerRecord]]:
        found: dict[TopicPartition, list[ConsumerRecord]] = {}
        for partition in sorted(self._assigned - self._paused):
            position = self._position(partition)
            messages = self.broker.messages[partition][position : position + max_records]
            if messages and not self.deaf:
                found[partition] = messages
                self.positions[partition] = position + len(messages)
                max_records -= len(messages)
        return found

    def _position(self, partition: TopicPartition) -> int:
        if partition not in self.positions:
            raise NoOffsetForPartitionError(partition)
        position = self.positions[partition]
        if not self.broker.begins.get(partition, 0) <= position <= self.broker.end(partition):
            raise OffsetOutOfRangeError({partition: position})
        return position

    def highwater(self, partition: TopicPartition) -> int:
        return self.broker.end(partition)

    async def beginning_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {partition: self.broker.begins.get(partition, 0) for partition in partitions}

    async def end_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {partition: self.broker.end(partition) for partition in partitions}

    async def offsets_for_times(
        self, times: Mapping[TopicPartition, int]
    ) -> dict[TopicPartition, OffsetAndTimestamp | None]:
        return {partition: self._first_from(partition, time) for partition, time in times.items()}

    def _first_from(self, partition: TopicPartition, time: int) -> OffsetAndTimestamp | None:
        found = (one for one in self.broker.messages[partition] if one.timestamp >= time)
        first = next(found, None)
        return OffsetAndTimestamp(first.offset, first.timestamp) if first else None

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        self.hints |= offsets


def broker_with(count: int, partitions: int = 1) -> FakeBroker:
    """A broker with so many messages in each partition."""
    broker = FakeBroker(partitions)
    for number in range(partitions):
        broker.write(P0._replace(partition=number), count)
    return broker


def values(first: int, following: int, partition: int = 0) -> list[str]:
    """What the messages of a partition say."""
    return [f"{partition}:{offset}" for offset in range(first, following)]
