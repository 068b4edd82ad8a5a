"""Kafka as an input: what is read is posted once, whoever is down; each trap has its rule and a test."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from aiokafka.structs import ConsumerRecord

from ledger.offsets import InputOffset, newest_times
from listeners.kafka import source
from listeners.kafka.batches import Batch, batch_of, record_of
from listeners.kafka.positions import Place
from tests.fake_kafka import EPOCH, P0, P1, TOPIC, broker_with, values
from tests.listening import SETTINGS, Listening, listening, until

pytestmark = pytest.mark.asyncio


# --- what is read is posted once --------------------------------------------------------------------------------------


async def test_every_message_is_posted_once_and_the_ledger_knows_where_to_go_on() -> None:
    async with listening(broker_with(7, partitions=2)) as one:
        one.start()
        await one.until_posted(*values(0, 7), *values(0, 7, 1))
        one.broker.write(P1, 2)
        await one.until_posted(*values(0, 7), *values(0, 9, 1))
        assert one.next == {0: 7, 1: 9}
        assert newest_times(one.ledger, one.input)[1] == EPOCH + timedelta(seconds=8)


async def test_a_read_is_bounded_in_records_and_in_time() -> None:
    async with listening(broker_with(7), replace(SETTINGS, batch_records=3)) as one:
        one.start()
        await one.until_posted(*values(0, 7))
        assert set(one.consumer.reads) == {(5, 3)}
        assert [(part.first, part.following) for part in one.offsets] == [(0, 3), (3, 6), (6, 7)]


async def test_a_batch_covers_what_a_compacted_topic_skips_and_leaves_out_what_the_ledger_has() -> None:
    messages = broker_with(6).messages[P0]
    fetched = {P0: [messages[0], messages[2], messages[5]]}
    batch = batch_of(fetched, {P0: Place("bedside/cluster/first", 1, None, 6)})
    assert [record.offset for record in batch.records] == [2, 5]
    assert batch.offsets == (InputOffset("bedside/cluster/first", 0, 1, 6, EPOCH + timedelta(seconds=5)),)


async def test_a_message_without_value_key_or_time_is_a_record_all_the_same() -> None:
    bare = ConsumerRecord(TOPIC, 0, 3, -1, 0, None, None, None, 0, 0, (("kind", b"x"), ("none", None)))
    record = record_of(bare)
    assert (record.value, record.key, record.timestamp) == (b"", None, None)
    assert record.headers == (("kind", b"x"), ("none", b""))


async def test_after_a_restart_it_goes_on_at_the_ledgers_offset_whatever_kafka_was_told() -> None:
    async with listening(broker_with(5)) as one:
        one.start()
        await one.until_posted(*values(0, 5))
        await one.end()
        one.broker.write(P0, 2)
        one.start()
        await one.until_posted(*values(0, 7))
        assert "seek 0 5" in one.consumer.calls


async def test_stopping_posts_the_batch_in_hand() -> None:
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(_: Batch) -> None:
        began.set()
        await go_on.wait()

    async with listening(broker_with(3)) as one:
        one.before_posting = slowly
        one.start()
        await began.wait()
        one.stop.set()
        go_on.set()
        await one.end()
        assert one.posted == values(0, 3)
        assert one.consumer.stopped


# --- when something is down -------------------------------------------------------------------------------------------


async def test_kafka_is_told_offsets_only_once_the_ledger_has_them() -> None:
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(_: Batch) -> None:
        began.set()
        await go_on.wait()

    async with listening(broker_with(3)) as one:
        one.before_posting = slowly
        one.start()
        await began.wait()
        await asyncio.sleep(3 * SETTINGS.watch_seconds)
        assert one.consumer.hints == {}
        go_on.set()
        await until(lambda: one.consumer.hints == {P0: 3})


@pytest.mark.parametrize("fault", [sqlite3.OperationalError("database is locked"), KeyError("a fault of our own")])
async def test_a_ledger_that_takes_nothing_is_asked_again_and_nothing_is_lost(fault: Exception) -> None:
    refusals = [fault, fault]

    async def refuse(_: Batch) -> None:
        if refusals:
            raise refusals.pop()

    async with listening(broker_with(3)) as one:
        one.before_posting = refuse
        one.start()
        await until(lambda: "the ledger takes no batch" in (one.trouble or ""))
        assert "fault of our own" not in str(one.trouble)
        assert one.consumer.paused() == {P0}
        await one.until_posted(*values(0, 3))
        await until(lambda: one.trouble is None and not one.consumer.paused())


async def test_nothing_more_is_fetched_while_a_batch_is_posted() -> None:
    paused = []

    async def look(_: Batch) -> None:
        paused.append(one.consumer.paused())

    async with listening(broker_with(3)) as one:
        one.before_posting = look
        one.start()
        await one.until_posted(*values(0, 3))
        assert paused == [{P0}]
        await until(lambda: not one.consumer.paused())


async def test_a_consumer_that_hears_nothing_any_more_is_replaced() -> None:
    async with listening(broker_with(3), replace(SETTINGS, stall_seconds=0.2)) as one:
        one.start()
        await one.until_posted(*values(0, 3))
        one.consumer.deaf = True
        one.broker.write(P0, 2)
        await one.until_posted(*values(0, 5))
        assert len(one.broker.consumers) == 2


async def test_silence_is_no_stall_where_nothing_waits() -> None:
    async with listening(broker_with(3), replace(SETTINGS, stall_seconds=0.5)) as one:
        one.start()
        await one.until_posted(*values(0, 3))
        await asyncio.sleep(2)
        assert len(one.broker.consumers) == 1


async def test_a_consumer_that_never_stops_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "STOP_SECONDS_MOST", 0.05)
    broker = broker_with(3)
    broker.stops_hang = True
    async with listening(broker) as one:
        one.start()
        await one.until_posted(*values(0, 3))
        await one.end()


async def test_the_loop_goes_on_while_a_batch_is_posted() -> None:
    """A loop that stands still longer than the session loses its partitions."""
    ticks = 0

    def busy() -> int:
        before, began = ticks, time.monotonic()
        while time.monotonic() - began < 1:
            pass
        return ticks - before

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    async with listening(broker_with(1)) as one:
        ticking = asyncio.create_task(tick())
        assert await one.worker.call(busy) > 10
        ticking.cancel()


# --- what it tells ----------------------------------------------------------------------------------------------------


async def test_how_far_it_is_behind_is_told_in_messages_and_by_the_newest_posted() -> None:
    go_on = asyncio.Event()

    async def only_the_first(batch: Batch) -> None:
        if batch.records[0].offset:
            await go_on.wait()

    async with listening(broker_with(5), replace(SETTINGS, batch_records=2)) as one:
        one.before_posting = only_the_first
        one.start()
        place = (TOPIC, 0)
        await until(lambda: _behind(one, place, 3, EPOCH + timedelta(seconds=1)))
        one.broker.write(P0, 4)
        await until(lambda: _behind(one, place, 7, EPOCH + timedelta(seconds=1)))
        go_on.set()
        await until(lambda: _behind(one, place, 0, EPOCH + timedelta(seconds=8)))


def _behind(one: Listening, place: tuple[str, int], messages: int, newest: datetime) -> bool:
    behind = one.state.inputs["bedside"].partitions.get(place)
    return behind is not None and (behind.messages, behind.posted_up_to) == (messages, newest)


async def test_the_time_posted_up_to_outlives_a_restart() -> None:
    async with listening(broker_with(5)) as one:
        one.start()
        await one.until_posted(*values(0, 5))
        await one.end()
        one.state.inputs.clear()
        one.start()
        await until(lambda: _behind(one, (TOPIC, 0), 0, EPOCH + timedelta(seconds=4)))


async def test_what_nobody_reads_waits_all_the_same() -> None:
    """A worker that died keeps its partitions until its session is over."""
    async with listening(broker_with(3, partitions=2)) as one:
        one.start()
        await one.until_posted(*values(0, 3), *values(0, 3, 1))
        await one.consumer.deal([P0])
        one.broker.write(P1, 4)
        await until(lambda: _behind(one, (TOPIC, 1), 4, EPOCH + timedelta(seconds=2)))
        await one.consumer.deal([P0, P1])
        await until(lambda: _behind(one, (TOPIC, 1), 0, EPOCH + timedelta(seconds=6)))
