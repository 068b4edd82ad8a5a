"""The source against a real broker: what a fake cannot vouch for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from console.health.state import HealthState
from ledger.ledger import Ledger, open_ledger
from ledger.offsets import move
from ledger.worker import LedgerWorker
from listeners.kafka.batches import Batch
from listeners.kafka.cluster import ask_cluster
from listeners.kafka.errors import InputError, InputTrouble
from listeners.kafka.settings import KafkaSettings
from listeners.kafka.source import KafkaSource
from mappers.kafka_settings import KafkaSecurity
from tests.ledger_site import FACILITY, KEY
from tests.listening import until
from tests.servers.kafka import create_topics
from tests.servers.server import Server

pytestmark = pytest.mark.asyncio

PATIENCE_SECONDS = 120
NAME = "bedside"


@dataclass
class Worker:
    """One source of a group; `posted` is shared by the group."""

    ledger: Ledger
    worker: LedgerWorker
    settings: KafkaSettings
    posted: list[str]
    state: HealthState = field(default_factory=HealthState)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    offsets: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.state.expect_input(NAME)
        source = KafkaSource(self.settings, self.ledger, self.worker, self._post, self.state)
        self.running = asyncio.create_task(source.run(self.stop))

    async def end(self) -> None:
        self.stop.set()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.running

    @property
    def trouble(self) -> str | None:
        return self.state.inputs[NAME].trouble

    async def _post(self, batch: Batch) -> None:
        await self.worker.call(self._move, batch)
        self.posted += [record.value.decode() for record in batch.records]
        self.offsets |= {part.partition: part.following for part in batch.offsets}

    def _move(self, batch: Batch) -> None:
        with self.ledger.transaction() as connection:
            move(connection, batch.offsets)


@dataclass
class Group:
    """Workers over one ledger, and what they have posted together."""

    ledger: Ledger
    worker: LedgerWorker
    settings: KafkaSettings
    posted: list[str] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)

    def start(self) -> Worker:
        self.workers.append(Worker(self.ledger, self.worker, self.settings, self.posted))
        return self.workers[-1]

    async def until_posted(self, values: Sequence[str]) -> None:
        await until(lambda: len(self.posted) >= len(values), PATIENCE_SECONDS)
        assert sorted(self.posted) == sorted(values)


@asynccontextmanager
async def group(bootstrap: str, topic: str) -> AsyncIterator[Group]:
    worker = LedgerWorker()
    settings = KafkaSettings(NAME, bootstrap, (topic,), group=topic, watch_seconds=0.5)
    with open_ledger("sqlite://", facility=FACILITY, identity_key=KEY) as ledger:
        made = Group(ledger, worker, settings)
        try:
            yield made
        finally:
            for one in made.workers:
                one.stop.set()
            if made.workers:
                await asyncio.wait({one.running for one in made.workers}, timeout=PATIENCE_SECONDS)
            worker.close()


async def new_topic(bootstrap: str, partitions: int) -> str:
    name = f"mar-{uuid4().hex}"
    await create_topics(bootstrap, {name: partitions})
    return name


async def delete(bootstrap: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.delete_topics([topic])
    finally:
        await admin.close()


async def send(bootstrap: str, topic: str, values: Sequence[str], partitions: int) -> Sequence[str]:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, compression_type="zstd")
    await producer.start()
    try:
        for number, value in enumerate(values):
            await producer.send_and_wait(topic, value.encode(), partition=number % partitions)
    finally:
        await producer.stop()
    return values


def numbered(first: int, following: int) -> list[str]:
    return [f"message {number}" for number in range(first, following)]


async def test_what_two_workers_of_a_group_read_is_posted_once_while_they_come_and_go(kafka: str) -> None:
    topic = await new_topic(kafka, 4)
    async with group(kafka, topic) as ours:
        sent = [*await send(kafka, topic, numbered(0, 40), 4)]
        first = ours.start()
        await ours.until_posted(sent)
        second = ours.start()
        await until(lambda: second.trouble is None, PATIENCE_SECONDS)
        sent += await send(kafka, topic, numbered(40, 80), 4)
        await ours.until_posted(sent)
        assert second.offsets
        assert not second.offsets.keys() & {part for part, offset in first.offsets.items() if offset > 10}
        await first.end()
        sent += await send(kafka, topic, numbered(80, 120), 4)
        await ours.until_posted(sent)
        assert second.offsets == {0: 30, 1: 30, 2: 30, 3: 30}


async def test_a_topic_that_is_missing_is_waited_for_and_one_made_anew_is_refused(kafka: str) -> None:
    topic = f"mar-{uuid4().hex}"
    async with group(kafka, topic) as ours:
        early = ours.start()
        await until(lambda: early.trouble == f"topic {topic}: there is none of this name", PATIENCE_SECONDS)
        await create_topics(kafka, {topic: 1})
        await ours.until_posted(await send(kafka, topic, numbered(0, 5), 1))
        await early.end()
        await delete(kafka, topic)
        await until_gone(ours.settings)
        await create_topics(kafka, {topic: 1})
        late = ours.start()
        with pytest.raises(InputError, match="was deleted and made anew"):
            await asyncio.wait_for(asyncio.shield(late.running), PATIENCE_SECONDS)


async def until_gone(settings: KafkaSettings) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                await ask_cluster(settings)
            except InputTrouble:
                return
            await asyncio.sleep(0.1)


async def test_a_broker_that_is_killed_and_comes_back(own_kafka: Callable[..., Server]) -> None:
    server = await asyncio.to_thread(own_kafka)
    topic = await new_topic(server.address, 2)
    async with group(server.address, topic) as ours:
        one = ours.start()
        sent = [*await send(server.address, topic, numbered(0, 10), 2)]
        await ours.until_posted(sent)
        server.kill()
        await until(lambda: one.trouble, PATIENCE_SECONDS)
        await asyncio.to_thread(server.start)
        sent += await send(server.address, topic, numbered(10, 20), 2)
        await ours.until_posted(sent)
        await until(lambda: one.trouble is None, PATIENCE_SECONDS)
        await one.end()


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
async def test_a_sign_in_and_a_wrong_one(mechanism: str, own_kafka: Callable[..., Server]) -> None:
    server = await asyncio.to_thread(own_kafka, users={"bob": "builds"})
    settings = KafkaSettings(NAME, server.address, (f"mar-{uuid4().hex}",))
    signed = replace(settings, security=KafkaSecurity("SASL_PLAINTEXT", mechanism, "bob", "builds"))
    with pytest.raises(InputTrouble, match="there is none of this name"):
        await ask_cluster(signed)
    wrong = replace(settings, security=KafkaSecurity("SASL_PLAINTEXT", mechanism, "bob", "hammers"))
    with pytest.raises(InputTrouble, match=f"^{server.address}: the broker refuses the user name or the password$"):
        await ask_cluster(wrong)
    with pytest.raises(InputTrouble, match="is the security protocol the right one"):
        await ask_cluster(settings)


async def test_a_broker_behind_tls(own_kafka: Callable[..., Server]) -> None:
    server = await asyncio.to_thread(own_kafka, users={"bob": "builds"}, tls=True)
    settings = KafkaSettings(NAME, server.address, (f"mar-{uuid4().hex}",))
    known = KafkaSecurity("SASL_SSL", "SCRAM-SHA-512", "bob", "builds", server.folder / "ca.pem")
    with pytest.raises(InputTrouble, match="there is none of this name"):
        await ask_cluster(replace(settings, security=known))
    for wrong, said in (
        (replace(known, ca=None), "no TLS connection; is its certificate signed by the authority"),
        (replace(known, password="hammers"), "the broker refuses the user name or the password"),
        (replace(known, protocol="SASL_PLAINTEXT"), "is the security protocol the right one"),
    ):
        with pytest.raises(InputTrouble, match=said):
            await ask_cluster(replace(settings, security=wrong))
