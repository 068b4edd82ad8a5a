"""The charges as whoever consumes the topic has them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

PARTITIONS = 3
READ_SECONDS_MOST = 60
FETCH_MILLISECONDS = 200

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Published:
    """One record of the topic: a version of a charge."""

    identity: str
    version: int
    partition: int
    offset: int
    item: Item


@asynccontextmanager
async def reading(brokers: str, topic: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer at the beginning of every partition of a topic, in no group."""
    consumer = AIOKafkaConsumer(bootstrap_servers=brokers, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, number) for number in range(PARTITIONS)])
        yield consumer
    finally:
        await consumer.stop()


async def read_all(brokers: str, topic: str) -> list[Published]:
    """Everything that stands in the topic now, by partition and offset."""
    async with asyncio.timeout(READ_SECONDS_MOST), reading(brokers, topic) as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        found: list[Published] = []
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            found += await fetched(consumer)
    return sorted(found, key=lambda one: (one.partition, one.offset))


async def records_in(brokers: str, topics: Iterable[str]) -> int:
    """How many records stand in topics; a broker killed before it answered may hold one of them twice."""
    consumer = AIOKafkaConsumer(bootstrap_servers=brokers, enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]
        return sum((await consumer.end_offsets(partitions)).values())
    finally:
        await consumer.stop()


async def fetched(consumer: AIOKafkaConsumer) -> list[Published]:
    """What comes within a moment."""
    batches = await consumer.getmany(timeout_ms=FETCH_MILLISECONDS)
    return [_published(record) for batch in batches.values() for record in batch]


def newest(records: Iterable[Published]) -> dict[str, Published]:
    """Of each charge the highest version, as consumers are to take it; of equal ones the last."""
    taken: dict[str, Published] = {}
    for record in records:
        if record.identity not in taken or taken[record.identity].version <= record.version:
            taken[record.identity] = record
    return taken


def _published(record: Any) -> Published:
    version = int(dict(record.headers)["version"])
    return Published(record.key.decode(), version, record.partition, record.offset, orjson.loads(record.value))
