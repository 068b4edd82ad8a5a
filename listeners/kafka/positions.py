"""Where partitions are read on from: the ledger's word, or the site's start where the ledger has none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiokafka import TopicPartition

from ledger import offsets
from ledger.ledger import Ledger
from ledger.worker import LedgerWorker
from listeners.kafka.cluster import Cluster
from listeners.kafka.errors import InputError
from listeners.kafka.settings import KafkaSettings


@dataclass(frozen=True, slots=True)
class Place:
    """Where a partition stands: the input it belongs to, the next offset, its newest time so far, and its end."""

    input: str
    next: int
    newest: datetime | None
    end: int

    @property
    def messages_behind(self) -> int:
        """How many messages wait."""
        return max(0, self.end - self.next)


@dataclass(frozen=True, slots=True)
class Positions:
    """The places of an input's partitions, asked of the ledger, the cluster and a consumer."""

    settings: KafkaSettings
    ledger: Ledger
    worker: LedgerWorker
    ask: Callable[[KafkaSettings], Awaitable[Cluster]]

    async def begin(self, consumer: Any) -> Cluster:
        """Ask the cluster for the topics, and see to it that the ledger knows where each partition begins.

        A topic begins as a whole, so that `latest` means one moment whoever gets which partition when; a
        partition added later is read from its first message. InputError where the ledger's offsets are those of
        another topic.
        """
        cluster = await self.ask(self.settings)
        for topic, numbers in cluster.partitions.items():
            input_ = cluster.input_of(self.settings, topic)
            known = await self.worker.call(offsets.next_offsets, self.ledger, input_)
            if not known:
                await self._refuse_stranger(input_, topic)
            absent = [TopicPartition(topic, number) for number in numbers if number not in known]
            if absent:
                firsts = await _starts(consumer, "earliest" if known else self.settings.start, absent)
                await self.worker.call(offsets.begin, self.ledger, input_, self.settings.known_as(topic), firsts)
        return cluster

    async def places(self, consumer: Any, cluster: Cluster) -> dict[TopicPartition, Place]:
        """The place of every partition of every topic, whoever has been given it."""
        found: dict[TopicPartition, Place] = {}
        for topic in cluster.partitions:
            input_ = cluster.input_of(self.settings, topic)
            nexts = await self.worker.call(offsets.next_offsets, self.ledger, input_)
            newest = await self.worker.call(offsets.newest_times, self.ledger, input_)
            ends = await consumer.end_offsets([TopicPartition(topic, number) for number in nexts])
            found |= {one: Place(input_, nexts[one.partition], newest.get(one.partition), ends[one]) for one in ends}
        return found

    async def refuse_gaps(self, consumer: Any, places: Mapping[TopicPartition, Place]) -> None:
        """InputError where a partition has not, or has no more, what comes next."""
        begins = await consumer.beginning_offsets(list(places))
        for one, place in places.items():
            if place.next < begins[one]:
                raise self._gap(one, place, f"begins at {begins[one]}: messages expired unread")
            if place.next > place.end:
                raise self._gap(one, place, f"ends at {place.end}: messages vanished")

    async def _refuse_stranger(self, input_: str, topic: str) -> None:
        others = await self.worker.call(offsets.inputs_known_as, self.ledger, self.settings.known_as(topic))
        if others - {input_}:
            raise InputError(
                f"kafka {self.settings.name}: topic {topic} was deleted and made anew, or its brokers are another"
                " cluster, so the ledger's offsets mean nothing there; give the [[kafka]] table another name to begin"
                " anew at its `start`"
            )

    def _gap(self, partition: TopicPartition, place: Place, what: str) -> InputError:
        return InputError(
            f"kafka {self.settings.name}: topic {partition.topic}, partition {partition.partition}: the ledger goes on"
            f" at {place.next}, but the partition {what}; replay them from a log, then give the [[kafka]] table another"
            " name to begin anew at its `start`"
        )


async def _starts(consumer: Any, start: str | datetime, partitions: Sequence[TopicPartition]) -> dict[int, int]:
    if start == "earliest":
        firsts = await consumer.beginning_offsets(partitions)
    else:
        firsts = await consumer.end_offsets(partitions)
    if isinstance(start, datetime):
        found = await consumer.offsets_for_times(dict.fromkeys(partitions, int(start.timestamp() * 1000)))
        firsts |= {partition: at.offset for partition, at in found.items() if at}
    return {partition.partition: offset for partition, offset in firsts.items()}
