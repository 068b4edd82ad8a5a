"""Where reading begins: the ledger's offset, the site's start the first time, and never a jump."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from listeners.kafka.consumer import consumer_arguments, own_sticky_assignor
from listeners.kafka.errors import InputError
from tests.fake_kafka import EPOCH, P0, P1, broker_with, values
from tests.listening import SETTINGS, Listening, listening, until

pytestmark = pytest.mark.asyncio


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
