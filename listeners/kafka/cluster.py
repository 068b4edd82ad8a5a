"""What the brokers say of themselves and of topics, asked before a consumer would wait for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaConnectionError, KafkaError, NoError, UnknownTopicOrPartitionError, for_code

from listeners.kafka.errors import InputError, InputTrouble
from listeners.kafka.settings import KafkaSettings
from listeners.kafka.topic_ids import TopicIdsRequest
from mappers.kafka_faults import connection_faults, why_unreachable
from mappers.kafka_settings import KafkaSettingsError, kafka_security

ANSWER_SECONDS_MOST = 10


@dataclass(frozen=True, slots=True)
class Cluster:
    """The brokers' cluster, and of each topic its id and its partitions."""

    cluster_id: str
    topic_ids: Mapping[str, str]
    partitions: Mapping[str, tuple[int, ...]]

    def input_of(self, settings: KafkaSettings, topic: str) -> str:
        """What the ledger calls a topic of an input; a topic made anew is another."""
        return f"{settings.name}/{self.cluster_id}/{self.topic_ids[topic]}"


def connection_arguments(settings: KafkaSettings) -> dict[str, Any]:
    """What every client of an input is made with."""
    try:
        security = kafka_security(settings.security)
    except KafkaSettingsError as error:
        raise InputError(f"kafka {settings.name}: security.ca: {error}") from None
    brokers = [broker.strip() for broker in settings.brokers.split(",")]
    return {"bootstrap_servers": brokers, **security}


async def ask_cluster(settings: KafkaSettings) -> Cluster:
    """The cluster with the input's topics; InputTrouble where it cannot be asked or a topic is missing."""
    client = AIOKafkaClient(request_timeout_ms=ANSWER_SECONDS_MOST * 1000, **connection_arguments(settings))
    try:
        async with asyncio.timeout(2 * ANSWER_SECONDS_MOST):
            await _connect(client, settings)
            answer = await client.send(client.get_random_node(), TopicIdsRequest(settings.topics))
    except (KafkaError, TimeoutError):
        raise InputTrouble(f"{settings.brokers}: the broker does not answer") from None
    finally:
        await client.close()
    return cluster_of(answer.to_object())


async def _connect(client: AIOKafkaClient, settings: KafkaSettings) -> None:
    with connection_faults() as faults:
        try:
            await client.bootstrap()
        except KafkaConnectionError:
            raise InputTrouble(why_unreachable(settings.brokers, faults)) from None
    if client.get_random_node() is None:
        raise InputTrouble(f"{settings.brokers}: the cluster has no broker yet")


def cluster_of(answer: Mapping[str, Any]) -> Cluster:
    """What the brokers answered; InputTrouble names every topic that is not there or not ours to read."""
    topics = {topic["name"]: topic for topic in answer["topics"]}
    troubles = [trouble for name, topic in topics.items() if (trouble := _trouble(name, topic["error_code"]))]
    if troubles:
        raise InputTrouble(*troubles)
    return Cluster(
        cluster_id=answer["cluster_id"],
        topic_ids={name: topic["topic_id"].hex for name, topic in topics.items()},
        partitions={
            name: tuple(sorted(one["partition"] for one in topic["partitions"])) for name, topic in topics.items()
        },
    )


def _trouble(topic: str, error_code: int) -> str | None:
    fault = for_code(error_code)
    if fault is UnknownTopicOrPartitionError:
        return f"topic {topic}: there is none of this name"
    return None if fault is NoError else f"topic {topic}: the broker refuses it ({fault.__name__})"
