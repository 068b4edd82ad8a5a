"""Publishing to a real Kafka: what a consumer finds, and what a broker that is absent, strict or killed makes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from random import Random
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from ledger import rows
from ledger.delivery import backlog
from mappers.kafka_settings import KafkaSecurity
from publishers.dead_letter_topic import DeadLetterTopic
from publishers.delivery import Delivery, Timing
from publishers.kafka.connecting import TopicSettings
from publishers.kafka.publisher import KafkaPublisher, partition_of
from publishers.kafka.writing import TopicWriter
from publishers.pauses import Pauses
from publishers.report import Trouble
from tests.owing import PROFILE, TARGET, Owing, Told, call, owing
from tests.owing import until as soon
from tests.servers.kafka import create_topics
from tests.servers.server import Server, free_port

PARTITIONS = 3
SECONDS = 120


def on_a_loop(test: Awaitable[None]) -> None:
    """Run it, and end it."""

    async def limited() -> None:
        async with asyncio.timeout(2 * SECONDS):
            await test

    asyncio.run(limited())


async def until(condition: Callable[[], bool]) -> None:
    await soon(condition, SECONDS)


@pytest.fixture
def topic() -> str:
    return f"charges-{uuid4().hex}"


@contextmanager
def site_owing(charges: int) -> Iterator[Owing]:
    with owing() as site:
        for number in range(charges):
            site.want(f"c{number}", f"p{number % 10}")
        yield site


def delivery(site: Owing, settings: TopicSettings, told: Told | None = None, seconds: float = 30) -> Delivery:
    writer = TopicWriter(settings, request_seconds_most=seconds)
    publisher = KafkaPublisher(writer, PROFILE, ledger=site.ledger, call=call)
    timing = Timing(pauses=Pauses(first_seconds=0.1, most_seconds=1, random=Random(1)))
    return Delivery(TARGET, publisher, ledger=site.ledger, call=call, report=told or Told(), timing=timing)


@asynccontextmanager
async def running(one: Delivery | DeadLetterTopic) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(one.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def read(bootstrap: str, topic: str, partitions: int = PARTITIONS) -> list[ConsumerRecord]:
    """Everything that stands in a topic now."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for number in range(partitions)]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        found: list[ConsumerRecord] = []
        while sum(ends.values()) > len(found):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += records
        return found
    finally:
        await consumer.stop()


def newest(records: list[ConsumerRecord]) -> dict[str, int]:
    """The highest version of each charge, as a consumer takes them."""
    found: dict[str, int] = {}
    for one in records:
        version = int(dict(one.headers)["version"])
        found[one.key.decode()] = max(version, found.get(one.key.decode(), 0))
    return found


def test_a_consumer_finds_each_charge_in_its_newest_version_where_java_clients_look(kafka: str, topic: str) -> None:
    async def scenario() -> None:
        await create_topics(kafka, {topic: PARTITIONS})
        with site_owing(300) as site:
            async with running(delivery(site, TopicSettings(kafka, topic))):
                await until(lambda: backlog(site.ledger, TARGET).undelivered == 0)
                for number in range(0, 300, 7):
                    site.want(f"c{number}", f"p{number % 10}", "entered-in-error")
                await until(lambda: backlog(site.ledger, TARGET).undelivered == 0)
            records = await read(kafka, topic)
        assert newest(records) == site.versions
        assert len(records) == 300 + len(range(0, 300, 7))
        assert all(one.partition == partition_of(f"p{int(one.key[1:]) % 10}", PARTITIONS) for one in records)

    on_a_loop(scenario())


def test_a_topic_that_is_not_there_is_told_at_once(kafka: str, topic: str) -> None:
    with pytest.raises(Trouble) as told:
        on_a_loop(TopicWriter(TopicSettings(kafka, topic)).open())
    assert str(told.value) == f"{kafka}: there is no topic {topic}"


def test_a_broker_that_is_not_there_is_told(topic: str) -> None:
    brokers = f"127.0.0.1:{free_port()}"
    with pytest.raises(Trouble) as told:
        on_a_loop(TopicWriter(TopicSettings(brokers, topic)).open())
    assert str(told.value) == f"{brokers}: no broker can be reached"


def test_dead_letters_reach_a_real_topic(kafka: str, topic: str) -> None:
    async def scenario() -> None:
        await create_topics(kafka, {topic: PARTITIONS})
        with owing() as site:
            letters = [("feed", f"0:{number}", "no MSH", "MSH", "", "", b"MSH|", None) for number in range(150)]
            with site.ledger.transaction() as connection:
                rows.add_dead_letters(connection, letters)
            told, writer = Told(), TopicWriter(TopicSettings(kafka, topic))
            async with running(DeadLetterTopic(writer, ledger=site.ledger, call=call, report=told)):
                await until(lambda: told.charges == 150)
        records = await read(kafka, topic)
        assert len({one.key for one in records}) == len(records) == 150

    on_a_loop(scenario())


def test_what_is_too_large_for_the_topic_is_refused_and_takes_no_other_with_it(kafka: str, topic: str) -> None:
    async def scenario() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
        await admin.start()
        await admin.create_topics([NewTopic(topic, 1, 1, topic_configs={"max.message.bytes": "20000"})])
        await admin.close()
        noise = Random(5)
        with owing() as site:
            for number in range(12):
                large = number in {3, 8}
                site.want(f"c{number}", "p1", text=noise.randbytes(30_000).hex() if large else "First hour")
            told = Told()
            async with running(delivery(site, TopicSettings(kafka, topic), told)):
                await until(lambda: backlog(site.ledger, TARGET).undelivered == 0)
            assert backlog(site.ledger, TARGET).refused == 2
        assert set(newest(await read(kafka, topic, 1))) == {f"c{number}" for number in range(12)} - {"c3", "c8"}

    on_a_loop(scenario())


def test_a_wrong_password_is_told_and_the_right_one_works(own_kafka: Callable[..., Server], topic: str) -> None:
    server = own_kafka(users={"bob": "right"})

    async def scenario(password: str, mechanism: str) -> None:
        security = KafkaSecurity("SASL_PLAINTEXT", mechanism, "bob", password)
        await TopicWriter(TopicSettings(server.address, topic, security)).open()

    for mechanism in ("PLAIN", "SCRAM-SHA-512"):
        with pytest.raises(Trouble, match="refuses the user name or the password"):
            on_a_loop(scenario("wrong", mechanism))
        with pytest.raises(Trouble, match="there is no topic"):
            on_a_loop(scenario("right", mechanism))


def test_a_broker_that_is_killed_and_comes_back_gets_everything(own_kafka: Callable[..., Server], topic: str) -> None:
    server = own_kafka()

    async def scenario() -> None:
        await create_topics(server.address, {topic: PARTITIONS})
        told = Told()
        with site_owing(200) as site:
            async with running(delivery(site, TopicSettings(server.address, topic), told, seconds=3)):
                await until(lambda: told.charges >= 200)
                server.kill()
                for number in range(100):
                    site.want(f"c{number}", f"p{number % 10}")
                await until(lambda: len(told.troubles) > 1)
                await asyncio.to_thread(server.start)
                await until(lambda: backlog(site.ledger, TARGET).undelivered == 0)
            assert newest(await read(server.address, topic)) == site.versions

    on_a_loop(scenario())
