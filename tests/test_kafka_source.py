"""Kafka as an input: each trap of the client has its rule, and a test that fails without it."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from aiokafka.structs import ConsumerRecord
from structlog.testing import capture_logs

from ledger.offsets import InputOffset, move, newest_times
from listeners.kafka import rebalancing, session, source
from listeners.kafka.batches import Batch, batch_of, record_of
from listeners.kafka.consumer import consumer_arguments, own_sticky_assignor
from listeners.kafka.errors import InputError
from listeners.kafka.positions import Place
from listeners.kafka.rebalancing import RebalanceAlarm
from tests.fake_kafka import P0, P1, TOPIC, FakeBroker
from tests.listening import SETTINGS, Listening, listening, until

pytestmark = pytest.mark.asyncio

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def values(first: int, following: int, partition: int = 0) -> list[str]:
    return [f"{partition}:{offset}" for offset in range(first, following)]


def broker_with(count: int, partitions: int = 1) -> FakeBroker:
    broker = FakeBroker(partitions)
    for number in range(partitions):
        broker.write(P0._replace(partition=number), count)
    return broker


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


# --- partitions come and go -------------------------------------------------------------------------------------------


async def test_assigned_partitions_are_paused_first_then_sought_then_let_flow() -> None:
    async with listening(broker_with(3)) as one:
        one.start()
        await one.until_posted(*values(0, 3))
        calls = one.consumer.calls
        assert calls[calls.index("assign") :][:5] == ["assign", "pause", "assigned", "seek 0 0", "resume"]


async def test_the_callback_returns_while_the_ledger_is_slow() -> None:
    """No heartbeat goes out while the callback runs."""
    go_on = Event()
    async with listening(broker_with(3)) as one:
        blocked = asyncio.create_task(one.worker.call(go_on.wait))
        one.start()
        await until(lambda: one.broker.consumers and "assigned" in one.consumer.calls)
        assert one.consumer.paused() == {P0}
        assert one.posted == []
        go_on.set()
        await blocked
        await one.until_posted(*values(0, 3))


async def test_what_was_fetched_before_a_rebalance_is_never_posted_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "FETCH_SECONDS_MORE", 60)
    async with listening(broker_with(2)) as one:
        one.start()
        await one.until_posted(*values(0, 2))
        one.consumer.handing_out.clear()
        one.broker.write(P0, 3)
        await one.consumer.holding.wait()
        await one.consumer.deal([P0])
        await until(lambda: one.consumer.calls[-1] == "resume")
        one.consumer.handing_out.set()
        one.broker.write(P0, 1)
        await one.until_posted(*values(0, 6))
        assert one.posted == values(0, 6)
        assert [part.first for part in one.offsets] == _followings(one.offsets)


async def test_what_a_read_from_before_a_rebalance_brings_after_it_is_read_again() -> None:
    """The consumer counts what it handed out as read: dropped and not sought anew, these messages would be lost."""
    async with listening(broker_with(0), replace(SETTINGS, batch_milliseconds=60_000)) as one:
        one.start()
        await until(lambda: one.broker.consumers and one.consumer.reads)
        await one.consumer.deal([P0])
        await until(lambda: one.consumer.calls[-1] == "resume")
        assert len(one.consumer.reads) == 1
        one.broker.write(P0, 3)
        await until(lambda: len(one.consumer.reads) >= 2)
        one.broker.write(P0, 1)
        await one.until_posted(*values(0, 4))
        assert one.posted == values(0, 4)
        one.stop.set()
        one.broker.write(P0, 1)  # ends the read


def _followings(offsets: list[InputOffset]) -> list[int]:
    return [0, *(part.following for part in offsets)][:-1]


async def test_a_revocation_waits_for_the_batch_in_hand_and_nothing_is_posted_twice() -> None:
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(_: Batch) -> None:
        began.set()
        await go_on.wait()

    async with listening(broker_with(4)) as one:
        one.before_posting = slowly
        one.start()
        await began.wait()
        dealing = asyncio.create_task(one.consumer.deal([P0]))
        await asyncio.sleep(0)
        assert one.consumer.calls.count("assign") == 1
        go_on.set()
        await dealing
        assert one.posted == values(0, 4)
        one.broker.write(P0, 1)
        await one.until_posted(*values(0, 5))


async def test_a_revocation_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebalancing, "REVOKE_SECONDS_MOST", 0.05)
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(_: Batch) -> None:
        began.set()
        await go_on.wait()

    async with listening(broker_with(4)) as one:
        one.before_posting = slowly
        one.start()
        await began.wait()
        await asyncio.wait_for(one.consumer.deal([P0]), 10)
        go_on.set()
        one.broker.write(P0, 1)
        await until(lambda: one.next == {0: 5} and len(one.posted) >= 5)
        assert sorted(one.posted) == values(0, 5)


async def test_a_worker_whose_partition_another_one_reads_changes_nothing() -> None:
    """What a consumer says is assigned to it proves nothing; the ledger's fence does."""
    async with listening(broker_with(4)) as one:
        one.start()
        await one.until_posted(*values(0, 4))
        await one.worker.call(_post_elsewhere, one, InputOffset(one.input, 0, 4, 6))
        one.broker.write(P0, 3)
        await one.until_posted(*values(0, 4), "0:6")
        assert one.next == {0: 7}


def _post_elsewhere(one: Listening, part: InputOffset) -> None:
    with one.ledger.transaction() as connection:
        move(connection, [part])


async def test_a_partition_that_is_revoked_while_it_settles_is_not_sought() -> None:
    go_on = Event()
    async with listening(broker_with(3, partitions=2)) as one:
        blocked = asyncio.create_task(one.worker.call(go_on.wait))
        one.start()
        await until(lambda: one.broker.consumers and "assigned" in one.consumer.calls)
        await one.consumer.deal([P1])
        go_on.set()
        await blocked
        await one.until_posted(*values(0, 3, 1))
        assert not [call for call in one.consumer.calls if call.startswith("seek 0")]


async def test_stopping_while_the_group_deals_takes_no_longer_than_a_read() -> None:
    async with listening(broker_with(3)) as one:
        one.start()
        await one.until_posted(*values(0, 3))
        one.consumer.dealing = True
        read = len(one.consumer.reads)
        await until(lambda: len(one.consumer.reads) > read)
        began = time.monotonic()
        await one.end()
        assert time.monotonic() - began < 10


async def test_dealing_too_often_rings() -> None:
    now = 0.0
    alarm = RebalanceAlarm(lambda: now, at_most=3, seconds=60)
    assert [alarm.rings() for _ in range(3)] == [False] * 3
    now = 59.0
    assert alarm.rings()
    now = 300.0
    assert not alarm.rings()


async def test_each_deal_is_told_and_too_many_are_a_warning() -> None:
    with capture_logs() as said:
        async with listening(broker_with(1)) as one:
            one.start()
            await one.until_posted("0:0")
            for _ in range(9):
                await one.consumer.deal([P0])
            assert one.state.inputs["bedside"].rebalances == 10
            assert not said
            await one.consumer.deal([P0])
    assert [line["event"].partition(";")[0] for line in said] == ["partitions are dealt anew too often"]


# --- where reading begins ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "first"), [("earliest", 0), ("latest", 5), (EPOCH + timedelta(seconds=2, milliseconds=1), 3)]
)
async def test_the_sites_start_counts_the_first_time(start: str | datetime, first: int) -> None:
    async with listening(broker_with(5), replace(SETTINGS, start=start)) as one:
        one.start()
        await until(lambda: one.next == {0: 5} and len(one.posted) == 5 - first)
        assert one.posted == values(first, 5)


async def test_latest_means_the_first_moment_even_if_nothing_came_before_a_restart() -> None:
    async with listening(broker_with(5), replace(SETTINGS, start="latest")) as one:
        one.start()
        await until(lambda: one.trouble is None)
        await one.end()
        one.broker.write(P0, 2)
        one.start()
        await one.until_posted(*values(5, 7))


async def test_a_partition_that_is_added_is_read_from_its_first_message() -> None:
    async with listening(broker_with(2), replace(SETTINGS, start="latest")) as one:
        one.start()
        await until(lambda: one.trouble is None)
        one.broker.write(P1, 3)
        await one.consumer.deal([P0, P1])
        await one.until_posted(*values(0, 3, 1))


async def _ends_with(one: Listening, said: str) -> None:
    one.start()
    assert one.run
    with pytest.raises(InputError, match=said) as caught:
        await asyncio.wait_for(asyncio.shield(one.run), 20)
    assert "\n" not in str(caught.value)


async def test_messages_that_expired_unread_stop_it() -> None:
    async with listening(broker_with(5)) as one:
        one.start()
        await one.until_posted(*values(0, 5))
        await one.end()
        one.broker.write(P0, 5)
        one.broker.begins[P0] = 8
        await _ends_with(one, r"topic mar, partition 0: the ledger goes on at 5, but the partition begins at 8")


async def test_messages_that_expire_while_it_listens_stop_it() -> None:
    async with listening(broker_with(5)) as one:
        one.start()
        await one.until_posted(*values(0, 5))
        one.broker.write(P0, 5)
        one.broker.begins[P0] = 8
        assert one.run
        with pytest.raises(InputError, match="begins at 8"):
            await asyncio.wait_for(asyncio.shield(one.run), 20)
        assert one.posted == values(0, 5)


async def test_a_partition_that_ends_before_the_ledgers_offset_stops_it() -> None:
    async with listening(broker_with(5)) as one:
        one.start()
        await one.until_posted(*values(0, 5))
        await one.end()
        del one.broker.messages[P0][3:]
        await _ends_with(one, "the ledger goes on at 5, but the partition ends at 3")


@pytest.mark.parametrize("another", ["topic_id", "cluster_id"])
async def test_a_topic_made_anew_stops_it_and_another_name_begins_anew(another: str) -> None:
    async with listening(broker_with(5)) as one:
        one.start()
        await one.until_posted(*values(0, 5))
        await one.end()
        setattr(one.broker, another, "another")
        await _ends_with(one, "topic mar was deleted and made anew, or its brokers are another cluster")
        one.settings = replace(one.settings, name="bedside 2")
        one.start()
        await one.until_posted(*values(0, 5), *values(0, 5))


async def test_no_offset_of_kafkas_is_asked_for_or_written_by_itself() -> None:
    arguments = consumer_arguments(replace(SETTINGS, instance="hangtime-0"))
    assert arguments["auto_offset_reset"] == "none"
    assert arguments["enable_auto_commit"] is False
    assert arguments["group_instance_id"] == "hangtime-0"


async def test_each_consumer_offers_one_assignor_of_its_own() -> None:
    mine, other = own_sticky_assignor(), own_sticky_assignor()
    mine.member_assignment = [P0]
    assert other.member_assignment is None
    assert mine.name == "sticky"
    assert len(consumer_arguments(SETTINGS)["partition_assignment_strategy"]) == 1


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
