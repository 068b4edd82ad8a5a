"""Charges and dead letters to a topic: keys, versions, partitions for life, and what a failing broker leaves behind."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import orjson
import pytest
from aiokafka.errors import NotLeaderForPartitionError

from ledger import rows
from ledger.dead_letter_topic import letters_waiting
from ledger.delivery import REQUEST_SECONDS_MOST, Backlog, backlog
from ledger.settling import settle
from publishers.dead_letter_topic import DeadLetterTopic
from publishers.delivery import Published
from publishers.kafka import connecting, writing
from publishers.kafka.connecting import TopicSettings
from publishers.kafka.publisher import KafkaPublisher, partition_of
from publishers.kafka.writing import OutRecord, TopicWriter, Unsent
from publishers.pauses import Pauses
from publishers.report import Trouble
from tests.fake_topic import FakeTopic
from tests.owing import PROFILE, TARGET, Owing, Told, call, on_a_loop, owing, until

SETTINGS = TopicSettings("127.0.0.1:1", "charges")


@dataclass
class Bench:
    """A ledger that owes, a topic, and the publisher between them; one round at a time."""

    site: Owing
    topic: FakeTopic
    publisher: KafkaPublisher

    async def round(self, seconds: float = 0) -> Published:
        """Deliver what is due, after so much time."""
        self.site.passes(seconds)
        await self.publisher.open()
        published = await self.publisher.publish(self.site.claim(limit=100), lambda: True)
        settle(self.site.ledger, published.outcomes)
        return published


@asynccontextmanager
async def bench(request_seconds_most: float = 60) -> AsyncIterator[Bench]:
    with owing() as site:
        topic = FakeTopic()
        writer = TopicWriter(SETTINGS, topic.connect, request_seconds_most)
        publisher = KafkaPublisher(writer, PROFILE, ledger=site.ledger, call=call, clock=site.clock)
        yield Bench(site, topic, publisher)
        await publisher.close()


# --- what stands in the topic ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "hashed"),
    [("21", -973932308), ("foobar", -790332482), ("a-little-bit-long-string", -985981536), ("abc", 479470107)],
)
def test_partitions_are_those_of_java_clients(key: str, hashed: int) -> None:
    assert partition_of(key, 1009) == (hashed & 0x7FFFFFFF) % 1009


@on_a_loop
async def test_a_record_has_the_identifier_as_key_and_the_version_as_header() -> None:
    async with bench() as on:
        on.site.want("a", "p1")
        on.site.want("b", "p2")
        await on.round()
        on.site.want("a", "p1", "entered-in-error")
        await on.round()
        assert [(one.key, one.headers["version"]) for one in on.topic.records if one.key == "a"] == [
            ("a", b"1"),
            ("a", b"2"),
        ]
        last = orjson.loads(on.topic.records[-1].value)
        assert (last["resourceType"], last["id"], last["status"]) == ("ChargeItem", "a", "entered-in-error")
        assert on.site.delivered() == on.topic.newest() == {"a": 2, "b": 1}


@on_a_loop
async def test_a_charge_stays_in_the_partition_of_its_first_patient() -> None:
    async with bench() as on:
        patients = {partition_of(f"p{number}", 3): f"p{number}" for number in range(20)}
        for patient in patients.values():
            on.site.want("a", patient)
            await on.round()
        first = partition_of(next(iter(patients.values())), 3)
        assert len(patients) == 3
        assert {one.partition for one in on.topic.records} == {first}
        on.topic.partitions = 7
        on.site.want("b", "p1")
        await on.publisher.close()
        await on.round()
        assert on.topic.records[-1].partition == partition_of("p1", 7)


@on_a_loop
async def test_the_partition_is_in_the_ledger_before_anything_is_sent_there() -> None:
    async with bench() as on:
        on.topic.faults.append(NotLeaderForPartitionError())
        on.site.want("a", "p1")
        await on.round()
        assert on.topic.records == []
        assert on.site.row("a")["partition"] == partition_of("p1", 3)


@on_a_loop
async def test_many_charges_go_in_full_batches_in_the_order_of_each_patient() -> None:
    async with bench() as on:
        for number in range(60):
            on.site.want(f"c{number:02}", f"p{number % 4}", text="x" * 4_000)
        await on.round()
        for patient in range(4):
            mine = [one.key for one in on.topic.records if int(one.key[1:]) % 4 == patient]
            assert mine == sorted(mine)
        assert len(on.topic.newest()) == 60
        assert len(on.topic.producers) == 1


# --- a broker that fails ---------------------------------------------------------------------------------------------


@on_a_loop
async def test_after_a_failure_there_is_a_new_producer_and_everything_arrives() -> None:
    async with bench() as on:
        on.topic.faults.append(NotLeaderForPartitionError())
        for number in range(9):
            on.site.want(f"c{number}", f"p{number}")
        published = await on.round()
        assert str(published.trouble) == "the broker did not take the charges"
        assert on.topic.producers[0].stopped
        assert (await on.round()).trouble is None
        assert on.topic.newest() == on.site.delivered() == {f"c{number}": 1 for number in range(9)}


@on_a_loop
async def test_what_a_broker_took_without_saying_so_is_sent_again_and_once_more_after_the_doubt() -> None:
    async with bench() as on:
        on.topic.faults.append(NotLeaderForPartitionError())
        on.topic.lost_replies = 1
        on.site.want("a")
        await on.round()
        assert on.site.delivered() == {"a": 0}
        on.site.want("a")
        await on.round()
        await on.round(REQUEST_SECONDS_MOST)
        await on.round(1000)
        assert [one.headers["version"] for one in on.topic.records] == [b"1", b"2", b"2"]


@on_a_loop
async def test_a_broker_that_does_not_answer_is_given_up_in_time() -> None:
    async with bench(request_seconds_most=0.2) as on:
        on.topic.hangs = True
        on.site.want("a")
        published = await on.round()
        assert published.trouble is not None
        on.topic.hangs = False
        await on.round()
        assert on.topic.newest() == {"a": 1}


@on_a_loop
async def test_a_topic_that_is_not_there_is_told_in_one_line() -> None:
    async with bench() as on:
        on.topic.there = False
        with pytest.raises(Trouble, match=r"127\.0\.0\.1:1: there is no topic charges"):
            await on.publisher.open()


@on_a_loop
async def test_nothing_is_sent_once_the_lease_has_run_out() -> None:
    async with bench() as on:
        on.site.want("a")
        await on.publisher.open()
        published = await on.publisher.publish(on.site.claim(), lambda: False)
        assert list(published.outcomes) == []
        assert on.topic.records == []


# --- records that are too large --------------------------------------------------------------------------------------


@on_a_loop
async def test_what_is_too_large_is_refused_before_it_is_sent() -> None:
    async with bench() as on:
        on.site.want("large", "p1", text="x" * writing.RECORD_BYTES_MOST)
        on.site.want("small", "p1")
        assert (await on.round()).trouble is None
        assert on.topic.newest() == {"small": 1}
        assert len(on.topic.producers) == 1
        (letter,) = on.site.letters()
        assert letter.said.endswith(" bytes")
        assert "x" * 20 not in letter.said + letter.wanted + letter.path


@on_a_loop
async def test_what_is_too_large_for_this_topic_alone_is_found_and_takes_no_other_with_it() -> None:
    async with bench() as on:
        on.topic.too_large_bytes = 20_000
        for number in range(12):
            on.site.want(f"c{number:02}", "p1", text="x" * 30_000 if number in {3, 8} else "First hour")
        published = await on.round()
        assert published.trouble is None
        assert sorted(on.topic.newest()) == [f"c{number:02}" for number in range(12) if number not in {3, 8}]
        assert backlog(on.site.ledger, TARGET).refused == 2


@on_a_loop
async def test_a_topic_that_goes_away_meanwhile_leaves_the_rest_unsent() -> None:
    topic = FakeTopic(too_large_bytes=70_000)
    writer = TopicWriter(SETTINGS, topic.connect)
    await writer.open()
    topic.there = False
    faults = await writer.write([OutRecord(0, b"k", b"x" * 40_000, (("version", b"1"),)) for _ in range(2)])
    assert all(isinstance(fault, Unsent) for fault in faults)


@on_a_loop
async def test_a_writer_says_of_each_record_what_became_of_it() -> None:
    topic = FakeTopic(faults=deque([None, NotLeaderForPartitionError()]))
    writer = TopicWriter(SETTINGS, topic.connect)
    await writer.open()
    records = [OutRecord(0, str(number).encode(), b"x" * 60_000, (("version", b"1"),)) for number in range(3)]
    first, second, third = await writer.write(records)
    assert first is None
    assert isinstance(second, NotLeaderForPartitionError)
    assert isinstance(third, Unsent)
    await writer.close()


# --- dead letters ----------------------------------------------------------------------------------------------------


@dataclass
class Letters:
    """A ledger with dead letters and the topic they go to."""

    site: Owing
    topic: FakeTopic = field(default_factory=FakeTopic)
    told: Told = field(default_factory=Told)
    added: int = 0

    def add(self, count: int, raw: bytes = b"MSH|") -> None:
        """Refuse so many messages more."""
        places = range(self.added, self.added + count)
        self.added += count
        letters = [("feed", f"0:{number}", "no MSH", "MSH", "said", "wanted", raw, None) for number in places]
        with self.site.ledger.transaction() as connection:
            rows.add_dead_letters(connection, letters)

    async def run_until_published(self, count: int) -> None:
        """Run until the topic has so many."""
        writer = TopicWriter(SETTINGS, self.topic.connect)
        publishing = DeadLetterTopic(writer, ledger=self.site.ledger, call=call, report=self.told)
        stop = asyncio.Event()
        running = asyncio.create_task(publishing.run(stop))
        await until(lambda: self.told.charges >= count)
        stop.set()
        await running


@on_a_loop
async def test_every_dead_letter_reaches_the_topic_once() -> None:
    with owing() as site:
        letters = Letters(site)
        letters.add(250)
        await letters.run_until_published(250)
        letters.add(1)
        await letters.run_until_published(251)
        assert len(letters.topic.records) == len({one.key for one in letters.topic.records}) == 251
        said = json.loads(letters.topic.records[0].value)
        assert b64decode(said.pop("raw")) == b"MSH|"
        assert said == {
            "source": "feed", "position": said["position"], "reason": "no MSH", "path": "MSH", "said": "said",
            "wanted": "wanted",
        }  # fmt: skip


@on_a_loop
async def test_dead_letters_wait_for_a_broker_that_is_down() -> None:
    with owing() as site:
        letters = Letters(site)
        letters.topic.faults.extend([NotLeaderForPartitionError()] * 2)
        letters.add(3)
        await letters.run_until_published(3)
        assert len({one.key for one in letters.topic.records}) == 3
        assert "the broker did not take the dead letters" in letters.told.troubles


@on_a_loop
async def test_letters_that_wait_for_a_topic_that_never_was_there_are_counted_with_their_age() -> None:
    with owing() as site:
        letters = Letters(site, FakeTopic(there=False))
        letters.add(3)
        writer = TopicWriter(SETTINGS, letters.topic.connect)
        pauses = Pauses(first_seconds=0.01, most_seconds=0.01)
        publishing = DeadLetterTopic(
            writer, ledger=site.ledger, call=call, report=letters.told, pauses=pauses, clock=site.clock
        )
        stop, first = asyncio.Event(), site.now
        running = asyncio.create_task(publishing.run(stop))
        await until(lambda: letters_waiting(site.ledger) == Backlog(3, first, 0, 0))
        site.passes(90)
        letters.add(1)
        tries = len(letters.told.troubles)
        await until(lambda: len(letters.told.troubles) > tries + 2)
        assert letters_waiting(site.ledger) == Backlog(4, first, 0, 0)
        letters.topic.there = True
        await until(lambda: letters_waiting(site.ledger) == Backlog(0, None, 0, 0))
        stop.set()
        await running


@pytest.mark.parametrize(("too_large_bytes", "raw_bytes"), [(1_000_000, 1_000_001), (500, 5_000)])
@on_a_loop
async def test_a_dead_letter_too_large_for_the_topic_goes_without_its_raw_bytes(
    too_large_bytes: int, raw_bytes: int
) -> None:
    with owing() as site:
        letters = Letters(site, FakeTopic(too_large_bytes=too_large_bytes))
        letters.add(1, b"x" * raw_bytes)
        letters.add(1)
        await letters.run_until_published(2)
        large, small = (json.loads(one.value) for one in sorted(letters.topic.records, key=lambda one: one.key))
        assert "raw" not in large
        assert "said" not in large
        assert small["raw"]


@on_a_loop
async def test_a_letter_that_was_settled_is_not_published() -> None:
    with owing() as site:
        letters = Letters(site)
        letters.add(2)
        with site.ledger.transaction() as connection:
            connection.execute("UPDATE dead_letter SET settled_at = 'now' WHERE id = 1")
        await letters.run_until_published(1)
        assert [one.key for one in letters.topic.records] == ["2"]


def test_brokers_may_be_listed_with_blanks() -> None:
    assert connecting._addresses(replace(SETTINGS, brokers="a:1, b:2").brokers) == ["a:1", "b:2"]


@on_a_loop
async def test_a_producer_packs_with_zstd_repeats_nothing_and_waits_for_every_replica(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[dict[str, object]] = []

    class Producer:
        def __init__(self, **given: object) -> None:
            made.append(given)

        async def start(self) -> None:
            """Nothing to start."""

    monkeypatch.setattr(connecting, "AIOKafkaProducer", Producer)
    await connecting._started({"bootstrap_servers": ["a:1"]})
    (given,) = made
    wanted = {"bootstrap_servers": ["a:1"], "compression_type": "zstd", "acks": "all", "enable_idempotence": True}
    assert wanted.items() <= given.items()
