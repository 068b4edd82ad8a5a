"""Writing records to a topic in batches, each record's fate known before it is called written."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

from ledger.delivery import REQUEST_SECONDS_MOST
from publishers.kafka.connecting import Connected, TopicSettings, close, connect
from publishers.report import Trouble

RECORD_BYTES_MOST = 1_000_000
OVERHEAD_BYTES = 128
TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)

Connect = Callable[[TopicSettings], Awaitable[Connected]]
Fault = BaseException | None


class Unsent(Exception):
    """The record was not sent at all."""


@dataclass(frozen=True, slots=True)
class OutRecord:
    """A record to be written to a partition."""

    partition: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def too_large(self) -> bool:
        """Whether no broker with common settings takes it."""
        return self.bytes > RECORD_BYTES_MOST

    @property
    def bytes(self) -> int:
        """Its size before it is packed."""
        headers = sum(len(name) + len(value) for name, value in self.headers)
        return len(self.key) + len(self.value) + headers + OVERHEAD_BYTES


@dataclass(frozen=True, slots=True)
class _Batch:
    builder: Any
    places: list[int]


class TopicWriter:
    """Writes to one topic; after any failure it goes on with a new producer."""

    def __init__(
        self,
        settings: TopicSettings,
        connecting: Connect = connect,
        request_seconds_most: float = REQUEST_SECONDS_MOST,
    ) -> None:
        self._settings, self._connect, self._request_seconds_most = settings, connecting, request_seconds_most
        self._connected: Connected | None = None

    @property
    def partitions(self) -> int:
        """How many partitions the topic has, once open."""
        return self._connected.partitions if self._connected else 0

    async def open(self) -> None:
        """Connect where not connected; Trouble where that is not possible now."""
        if self._connected is None:
            self._connected = await self._connect(self._settings)

    async def close(self) -> None:
        """Let go of the producer."""
        connected, self._connected = self._connected, None
        if connected:
            await close(connected.producer)

    async def write(self, records: Sequence[OutRecord]) -> list[Fault]:
        """What went wrong with each record; None where the topic has it, Unsent where it was not tried.

        Records of one partition stand there in the order given. One that is too large for the broker is
        found by sending those of its batch one by one.
        """
        faults: list[Fault] = [None] * len(records)
        places, records_at_once = list(range(len(records))), len(records)
        while places:
            for place in places:
                faults[place] = Unsent()
            try:
                await self.open()
            except Trouble:
                break
            await self._write(records, places, records_at_once, faults)
            places = _to_be_tried_alone(faults, single=records_at_once == 1)
            records_at_once = 1
        return faults

    async def _write(
        self, records: Sequence[OutRecord], places: Sequence[int], records_at_once: int, faults: list[Fault]
    ) -> None:
        assert self._connected, "open before writing"
        producer = self._connected.producer
        in_order = sorted(places, key=lambda place: records[place].partition)
        by_partition = [list(some) for _, some in groupby(in_order, key=lambda place: records[place].partition)]
        writing = [
            self._write_partition(producer, records, _batches(producer, records, some, records_at_once), faults)
            for some in by_partition
        ]
        with suppress(TimeoutError):
            async with asyncio.timeout(self._request_seconds_most):
                await asyncio.gather(*writing)
        if any(faults[place] for place in places):
            await self.close()

    async def _write_partition(
        self, producer: AIOKafkaProducer, records: Sequence[OutRecord], batches: Iterable[_Batch], faults: list[Fault]
    ) -> None:
        """Write one batch after the other; with an idempotent producer, one that failed poisons those after it."""
        for batch in batches:
            _note(faults, batch, TimeoutError())
            fault = await _sent(producer, batch.builder, self._settings.topic, records[batch.places[0]].partition)
            _note(faults, batch, fault)
            if fault:
                return


def _batches(
    producer: AIOKafkaProducer, records: Sequence[OutRecord], places: Iterable[int], records_at_once: int
) -> list[_Batch]:
    batches: list[_Batch] = []
    for place in places:
        if not batches or len(batches[-1].places) == records_at_once or not _append(batches[-1], records, place):
            batches.append(_Batch(producer.create_batch(), []))
            _append(batches[-1], records, place)
    return batches


def _append(batch: _Batch, records: Sequence[OutRecord], place: int) -> bool:
    record = records[place]
    added = batch.builder.append(key=record.key, value=record.value, timestamp=None, headers=list(record.headers))
    if added is not None:
        batch.places.append(place)
    return added is not None


async def _sent(producer: AIOKafkaProducer, builder: Any, topic: str, partition: int) -> Fault:
    try:
        await (await producer.send_batch(builder, topic, partition=partition))
    except (KafkaError, OSError) as fault:
        return fault
    return None


def _note(faults: list[Fault], batch: _Batch, fault: Fault) -> None:
    for place in batch.places:
        faults[place] = fault


def _to_be_tried_alone(faults: Sequence[Fault], *, single: bool) -> list[int]:
    """After a batch that was too large: its records, and what was not tried since; nothing if all else failed."""
    if not any(isinstance(fault, TOO_LARGE) for fault in faults):
        return []
    again = (Unsent,) if single else (Unsent, *TOO_LARGE)
    return [place for place, fault in enumerate(faults) if isinstance(fault, again)]
