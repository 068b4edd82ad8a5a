"""A source under test: over a fake broker, with a real ledger, whatever it posts and tells kept to be looked at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from console.health.state import HealthState
from ledger.ledger import Ledger, open_ledger
from ledger.offsets import InputOffset, move, next_offsets
from ledger.worker import LedgerWorker
from listeners.kafka.batches import Batch
from listeners.kafka.settings import KafkaSettings
from listeners.kafka.source import KafkaSource
from tests.fake_kafka import TOPIC, FakeBroker, FakeConsumer
from tests.ledger_site import FACILITY, KEY

DEADLINE_SECONDS = 20
SETTINGS = KafkaSettings("bedside", "broker:9092", (TOPIC,), batch_milliseconds=5, watch_seconds=0.02)

BeforePosting = Callable[[Batch], Awaitable[None]]


async def nothing(_: Batch) -> None:
    """What comes before a posting where a test wants nothing."""


@dataclass
class Listening:
    """A broker, a ledger, and a source between them; `posted` are the values the ledger took, in order."""

    broker: FakeBroker
    ledger: Ledger
    worker: LedgerWorker
    settings: KafkaSettings = SETTINGS
    before_posting: BeforePosting = nothing
    posted: list[str] = field(default_factory=list)
    offsets: list[InputOffset] = field(default_factory=list)
    state: HealthState = field(default_factory=HealthState)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    run: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen."""
        self.stop = asyncio.Event()
        self.state.expect_input(self.settings.name)
        source = KafkaSource(
            self.settings,
            self.ledger,
            self.worker,
            self._post,
            self.state,
            ask=self.broker.ask,
            new_consumer=self.broker.consumer,
        )
        self.run = asyncio.create_task(source.run(self.stop))

    async def end(self) -> None:
        """Stop listening; raises what ended it."""
        self.stop.set()
        if self.run:
            async with asyncio.timeout(DEADLINE_SECONDS):
                await self.run

    async def _post(self, batch: Batch) -> None:
        await self.before_posting(batch)
        await self.worker.call(self._move, batch)
        self.posted += [record.value.decode() for record in batch.records]
        self.offsets += batch.offsets

    def _move(self, batch: Batch) -> None:
        with self.ledger.transaction() as connection:
            move(connection, batch.offsets)

    @property
    def consumer(self) -> FakeConsumer:
        """The newest consumer."""
        return self.broker.consumers[-1]

    @property
    def input(self) -> str:
        """What the ledger calls the topic."""
        return f"{self.settings.name}/{self.broker.cluster_id}/{self.broker.topic_id}"

    @property
    def next(self) -> dict[int, int]:
        """The ledger's next offsets."""
        return next_offsets(self.ledger, self.input)

    @property
    def trouble(self) -> str | None:
        """What the input says it waits for."""
        return self.state.inputs[self.settings.name].trouble

    async def until_posted(self, *values: str) -> None:
        """Wait until exactly these were posted; more, or others, fail at once."""
        await until(lambda: len(self.posted) >= len(values))
        assert sorted(self.posted) == sorted(values)


@asynccontextmanager
async def listening(broker: FakeBroker, settings: KafkaSettings = SETTINGS) -> AsyncIterator[Listening]:
    """A source that is not started yet; what was started is ended, what it raised is left to the test."""
    worker = LedgerWorker()
    with open_ledger("sqlite://", facility=FACILITY, identity_key=KEY) as ledger:
        one = Listening(broker, ledger, worker, settings)
        try:
            yield one
        finally:
            one.stop.set()
            if one.run:
                await asyncio.wait({one.run}, timeout=DEADLINE_SECONDS)
                one.run.cancel()
            worker.close()


async def until(holds: Callable[[], object], seconds: float = DEADLINE_SECONDS) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.002)
