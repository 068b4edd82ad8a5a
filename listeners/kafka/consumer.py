"""The consumer that a session is held with."""

from __future__ import annotations

from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

from listeners.kafka.cluster import connection_arguments
from listeners.kafka.settings import KafkaSettings

SESSION_SECONDS = 10
METADATA_SECONDS = 60


def make_consumer(settings: KafkaSettings) -> Any:
    """A consumer that is not started yet and listens to nothing yet."""
    return AIOKafkaConsumer(**consumer_arguments(settings))


def consumer_arguments(settings: KafkaSettings) -> dict[str, Any]:
    """What it is made with: no offsets of Kafka's, no jump of its own, one assignor, the group's name for it."""
    return connection_arguments(settings) | {
        "group_id": settings.group,
        "group_instance_id": settings.instance,
        "enable_auto_commit": False,
        "auto_offset_reset": "none",
        "partition_assignment_strategy": (own_sticky_assignor(),),
        "session_timeout_ms": SESSION_SECONDS * 1000,
        "metadata_max_age_ms": METADATA_SECONDS * 1000,
    }


def own_sticky_assignor() -> Any:
    """A sticky assignor of this consumer's own: the library's keeps what it knows on the class."""
    return type("OwnStickyAssignor", (StickyPartitionAssignor,), {})
