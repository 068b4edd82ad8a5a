"""Partitions come and go: what was fetched before is never posted after, and nothing is lost."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from threading import Event

import pytest
from structlog.testing import capture_logs

from ledger.offsets import InputOffset, move
from listeners.kafka import rebalancing, session
from listeners.kafka.batches import Batch
from listeners.kafka.rebalancing import RebalanceAlarm
from tests.fake_kafka import P0, P1, broker_with, values
from tests.listening import SETTINGS, Listening, listening, until

pytestmark = pytest.mark.asyncio


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
