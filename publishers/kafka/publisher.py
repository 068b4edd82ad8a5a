"""Charges as records of a topic: key the identifier, header `version`, compacted to the newest of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import orjson
from aiokafka.partitioner import murmur2

from ledger.delivery import REQUEST_SECONDS_MOST, Claimed, Owed, keep_partitions
from ledger.ledger import Ledger
from ledger.settling import Delivered, Outcome, Refused, Released
from mappers.charge_item import ChargeItemProfile
from publishers.delivery import Call, Published, wall_clock
from publishers.encoding import encoded
from publishers.kafka.writing import RECORD_BYTES_MOST, TOO_LARGE, OutRecord, TopicWriter, Unsent
from publishers.report import Trouble

Sending = tuple[Owed, OutRecord]


def partition_of(patient: str, partitions: int) -> int:
    """The partition that Java clients choose for this key."""
    return int((murmur2(patient.encode()) & 0x7FFFFFFF) % partitions)


class KafkaPublisher:
    """Publishes charges to a topic.

    A charge stays in the partition of its patient at first publication: it is kept in the ledger before
    anything is sent there, so that compaction stays right when patients merge.
    """

    def __init__(
        self,
        writer: TopicWriter,
        profile: ChargeItemProfile,
        *,
        ledger: Ledger,
        call: Call,
        clock: Callable[[], datetime] = wall_clock,
    ) -> None:
        self._writer, self._profile, self._ledger, self._call, self._clock = writer, profile, ledger, call, clock

    async def open(self) -> None:
        """Connect where not connected; Trouble where that is not possible now."""
        await self._writer.open()

    async def close(self) -> None:
        """Let go of the producer."""
        await self._writer.close()

    async def publish(self, claims: Sequence[Claimed], may_send: Callable[[], bool]) -> Published:
        """Write all of it in batches; what no broker takes is refused, what failed is due again."""
        placed = await self._placed(claims)
        made = [_record(owed, self._profile) for owed in placed]
        refused = [one for one in made if isinstance(one, Refused)]
        sendings = [one for one in made if not isinstance(one, Refused)]
        if not sendings or not may_send():
            return Published(refused)
        faults = await self._writer.write([record for _, record in sendings])
        doubt_until = self._clock() + timedelta(seconds=REQUEST_SECONDS_MOST)
        outcomes = [_outcome(*sending, fault, doubt_until) for sending, fault in zip(sendings, faults, strict=True)]
        failed = any(isinstance(outcome, Released) for outcome in outcomes)
        return Published([*refused, *outcomes], Trouble("the broker did not take the charges") if failed else None)

    async def _placed(self, claims: Iterable[Claimed]) -> list[Owed]:
        """The charges with their partitions, those of new charges kept in the ledger."""
        count = self._writer.partitions
        everything = [(claimed, owed) for claimed in claims for owed in claimed.items]
        new = [(owed, partition_of(claimed.patient, count)) for claimed, owed in everything if owed.partition is None]
        if new:
            await self._call(keep_partitions, self._ledger, new)
        partitions = {owed.identity: partition for owed, partition in new}
        return [replace(owed, partition=partitions.get(owed.identity, owed.partition)) for _, owed in everything]


def _record(owed: Owed, profile: ChargeItemProfile) -> Sending | Refused:
    item = encoded(owed, profile)
    if isinstance(item, Refused):
        return item
    value = orjson.dumps(item)
    version = str(owed.version.version).encode()
    record = OutRecord(owed.partition or 0, owed.identity.encode(), value, (("version", version),))
    return _too_large(owed, record) if record.too_large else (owed, record)


def _too_large(owed: Owed, record: OutRecord) -> Refused:
    return Refused(
        owed, "ChargeItem", f"{record.bytes} bytes", f"no more than {RECORD_BYTES_MOST} or the topic's own limit",
        record.value,
    )  # fmt: skip


def _outcome(owed: Owed, record: OutRecord, fault: BaseException | None, doubt_until: datetime) -> Outcome:
    if fault is None:
        return Delivered(owed)
    if isinstance(fault, TOO_LARGE):
        return _too_large(owed, record)
    return Released(owed, None if isinstance(fault, Unsent) else doubt_until)
