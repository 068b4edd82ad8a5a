"""The request that tells a topic's id: aiokafka asks in a version that only has names.

A topic that is deleted and made again keeps its name and gets another id.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from uuid import UUID

from aiokafka.protocol.abstract import AbstractType
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Boolean, CompactArray, CompactString, Int16, Int32, Schema, TaggedFields

NO_ID = UUID(int=0)
METADATA_KEY, METADATA_VERSION = 3, 12


class Uuid(AbstractType):  # type: ignore[misc]
    """Sixteen bytes."""

    @classmethod
    def encode(cls, value: UUID) -> bytes:
        """The id as it is sent."""
        return value.bytes

    @classmethod
    def decode(cls, data: BytesIO) -> UUID:
        """The id as it was sent."""
        return UUID(bytes=data.read(16))


BROKER = (
    ("node_id", Int32), ("host", CompactString()), ("port", Int32), ("rack", CompactString()), ("tags", TaggedFields),
)  # fmt: skip
PARTITION = (
    ("error_code", Int16), ("partition", Int32), ("leader", Int32), ("leader_epoch", Int32),
    ("replicas", CompactArray(Int32)), ("in_sync", CompactArray(Int32)), ("offline", CompactArray(Int32)),
    ("tags", TaggedFields),
)  # fmt: skip
TOPIC = (
    ("error_code", Int16), ("name", CompactString()), ("topic_id", Uuid), ("is_internal", Boolean),
    ("partitions", CompactArray(*PARTITION)), ("operations", Int32), ("tags", TaggedFields),
)  # fmt: skip


class TopicIdsAnswer(Response):  # type: ignore[misc]
    """Metadata, version 12: the first that is asked by name and answers with ids."""

    API_KEY, API_VERSION = METADATA_KEY, METADATA_VERSION
    SCHEMA = Schema(
        ("throttle_milliseconds", Int32), ("brokers", CompactArray(*BROKER)), ("cluster_id", CompactString()),
        ("controller_id", Int32), ("topics", CompactArray(*TOPIC)), ("tags", TaggedFields),
    )  # fmt: skip


class TopicIdsQuestion(RequestStruct):  # type: ignore[misc]
    """Metadata, version 12."""

    FLEXIBLE_VERSION = True
    API_KEY, API_VERSION = METADATA_KEY, METADATA_VERSION
    RESPONSE_TYPE = TopicIdsAnswer
    SCHEMA = Schema(
        ("topics", CompactArray(("topic_id", Uuid), ("name", CompactString()), ("tags", TaggedFields))),
        ("may_create", Boolean), ("with_operations", Boolean), ("tags", TaggedFields),
    )  # fmt: skip


class TopicIdsRequest(Request[TopicIdsQuestion]):  # type: ignore[misc]
    """Asks for topics by name, and makes none."""

    API_KEY = METADATA_KEY

    def __init__(self, topics: Sequence[str]) -> None:
        self._topics = topics

    def build(self, question: type[TopicIdsQuestion]) -> TopicIdsQuestion:
        """The request as it is sent."""
        return question([(NO_ID, topic, {}) for topic in self._topics], False, False, {})
