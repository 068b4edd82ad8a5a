"""A producer for one topic, or one line that says why there is none."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from mappers.kafka_faults import connection_faults, why_unreachable
from mappers.kafka_settings import KafkaSecurity, KafkaSettingsError, kafka_security
from publishers.report import Trouble

CONNECT_SECONDS_MOST = 15
CLOSE_SECONDS_MOST = 5
BATCH_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class TopicSettings:
    """A topic written to: its brokers, its name, and how the brokers are reached."""

    brokers: str
    topic: str
    security: KafkaSecurity = field(default_factory=KafkaSecurity)


@dataclass(frozen=True, slots=True)
class Connected:
    """A started producer and how many partitions the topic has."""

    producer: AIOKafkaProducer
    partitions: int


async def connect(settings: TopicSettings) -> Connected:
    """Ask the brokers for the topic, then start a producer; Trouble says in one line what is missing.

    The admin client is asked first, since a producer waits long for a topic that does not exist.
    """
    try:
        reached = {"bootstrap_servers": _addresses(settings.brokers), **kafka_security(settings.security)}
    except KafkaSettingsError as fault:
        raise Trouble(str(fault)) from None
    with connection_faults() as faults:
        try:
            async with asyncio.timeout(CONNECT_SECONDS_MOST):
                partitions = await _partitions(reached, settings)
                return Connected(await _started(reached), partitions)
        except (KafkaError, OSError):
            raise Trouble(why_unreachable(settings.brokers, faults)) from None


async def close(producer: AIOKafkaProducer) -> None:
    """Stop a producer; one that has batches it cannot send is not waited for."""
    stopping = asyncio.create_task(producer.stop())
    await asyncio.wait({stopping}, timeout=CLOSE_SECONDS_MOST)
    if not stopping.done():
        await _abandon(producer, stopping)
    elif not stopping.cancelled():
        stopping.exception()


async def _abandon(producer: AIOKafkaProducer, stopping: asyncio.Task[None]) -> None:
    """End what a producer still does, so that nothing of it is sent late."""
    sending = producer._sender.sender_task
    for task in (stopping, sending):
        if task:
            task.cancel()
    await asyncio.wait({task for task in (stopping, sending) if task}, timeout=CLOSE_SECONDS_MOST)
    await producer.client.close()


def _addresses(brokers: str) -> list[str]:
    return [address.strip() for address in brokers.split(",")]


async def _partitions(reached: dict[str, Any], settings: TopicSettings) -> int:
    admin = AIOKafkaAdminClient(**reached)
    try:
        await admin.start()
        (described,) = await admin.describe_topics([settings.topic])
    finally:
        await admin.close()
    if described["error_code"] or not described["partitions"]:
        raise Trouble(f"{settings.brokers}: there is no topic {settings.topic}")
    return len(described["partitions"])


async def _started(reached: dict[str, Any]) -> AIOKafkaProducer:
    producer = AIOKafkaProducer(
        **reached,
        acks="all",
        enable_idempotence=True,
        compression_type="zstd",
        max_batch_size=BATCH_BYTES,
    )
    try:
        await producer.start()
    except BaseException:
        await close(producer)
        raise
    return producer
