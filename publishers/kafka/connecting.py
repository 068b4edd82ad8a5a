"""A producer for one topic, or one line that says why there is none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, NoError, TopicAuthorizationFailedError, for_code
from aiokafka.protocol.metadata import MetadataRequest

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

    The topic is asked for first, since a producer waits long for one that does not exist.
    """
    async with _reaching(settings) as reached:
        partitions = await _partitions(reached, settings)
        return Connected(await _started(reached), partitions)


async def count_partitions(settings: TopicSettings) -> int:
    """How many partitions the topic has, and nothing written; Trouble says in one line what is missing."""
    async with _reaching(settings) as reached:
        return await _partitions(reached, settings)


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


@asynccontextmanager
async def _reaching(settings: TopicSettings) -> AsyncIterator[dict[str, Any]]:
    """What a client is made with; whatever keeps it from the brokers inside is told as Trouble."""
    try:
        reached = {"bootstrap_servers": _addresses(settings.brokers), **kafka_security(settings.security)}
    except KafkaSettingsError as fault:
        raise Trouble(str(fault)) from None
    with connection_faults() as faults:
        try:
            async with asyncio.timeout(CONNECT_SECONDS_MOST):
                yield reached
        except (KafkaError, OSError):
            raise Trouble(why_unreachable(settings.brokers, faults)) from None


def _addresses(brokers: str) -> list[str]:
    return [address.strip() for address in brokers.split(",")]


async def _partitions(reached: dict[str, Any], settings: TopicSettings) -> int:
    """Asked with the request that makes no topic: the admin client's does, where brokers make what is named."""
    client = AIOKafkaClient(**reached)
    try:
        await client.bootstrap()
        if (node := client.get_random_node()) is None:
            raise Trouble(f"{settings.brokers}: the cluster has no broker yet")
        answer = await client.send(node, MetadataRequest([settings.topic], allow_auto_topic_creation=False))
    finally:
        await client.close()
    (described,) = answer.to_object()["topics"]
    fault = for_code(described["error_code"])
    if fault is TopicAuthorizationFailedError:
        raise Trouble(f"{settings.brokers}: the broker does not let us see the topic {settings.topic}")
    if fault is not NoError or not described["partitions"]:
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
