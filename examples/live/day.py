"""One day played live: its own topics, its own site, one `hangtime serve`, and an end to be waited for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
from aiokafka.errors import KafkaError

from console.site.loading import load_site
from examples.live.charges_topic import records_in
from examples.live.checking import Arrived, arrived, ledger_faults
from examples.live.fhir_server import FhirServer, held_before
from examples.live.messages import Message, read_messages
from examples.live.pacing import pauses
from examples.live.replaying import Replayed, replay
from examples.live.sending import Sent, make_topics, send
from examples.live.serving import Serve
from examples.live.site_file import CHARGES, DEAD_LETTERS, FHIR_TOPIC, HL7_TOPIC, Places, write_site

SAMPLE_LOGS = Path(__file__).parents[1] / "sample-day" / "logs"
ARRIVE_SECONDS_MOST = 150
LOOK_SECONDS = 0.5


def untold(_: Message) -> None:
    """Nobody is told that a message was sent."""


class LiveDay:
    """A day between its site file and its end; entered, its topics are there and `serve` listens."""

    def __init__(self, folder: Path, places: Places, logs: Path = SAMPLE_LOGS) -> None:
        self.folder, self.places = folder, places
        self.site_file = write_site(folder, places)
        self.messages = read_messages(logs, load_site(self.site_file), places)
        self.serve = Serve(self.site_file)
        self.sent = 0

    def __enter__(self) -> Self:
        asyncio.run(self._make_ready())
        self.serve.start()
        try:
            self.serve.wait_ready()
        except BaseException:
            self.serve.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.serve.close()

    def replayed(self, logs: Path = SAMPLE_LOGS) -> Replayed:
        """What replay gives for these logs with this day's site file."""
        return replay(logs, self.site_file, self.folder / "replayed")

    async def play(self, messages: Sequence[Message], seconds: float, sent: Sent = untold) -> None:
        """Send messages at the pace of their times, cut to so many seconds."""

        def count(message: Message) -> None:
            self.sent += 1
            sent(message)

        await send(self.places.brokers, messages, pauses([message.time for message in messages], seconds), count)

    async def wait_for(self, replayed: Replayed, seconds_most: float = ARRIVE_SECONDS_MOST) -> Arrived:
        """Wait until topic and FHIR server hold what replay gives; TimeoutError says what they lack."""
        deadline = time.monotonic() + seconds_most
        while True:
            try:
                now = await arrived(self.places)
                lacking = now.unlike(replayed)
            except (aiohttp.ClientError, KafkaError, TimeoutError) as fault:
                lacking = [f"cannot be asked: {type(fault).__name__} {fault}"]
            else:
                if not lacking:
                    return now
            if time.monotonic() > deadline:
                raise TimeoutError("\n".join([f"{seconds_most:.0f} s after the last message:", *lacking[:20]]))
            await asyncio.sleep(LOOK_SECONDS)

    def faults_of_ledger(self, replayed: Replayed) -> list[str]:
        """What is wrong with the ledger, once `serve` has stopped."""
        topics = [self.places.topic(name) for name in (FHIR_TOPIC, HL7_TOPIC)]
        held = asyncio.run(records_in(self.places.brokers, topics))
        lost = [f"the topics hold {held} of {self.sent} messages"] if held < self.sent else []
        return [*lost, *ledger_faults(self.site_file, replayed, held)]

    async def _make_ready(self) -> None:
        topic = self.places.topic
        await make_topics(
            self.places.brokers, (topic(FHIR_TOPIC), topic(HL7_TOPIC)), (topic(CHARGES), topic(DEAD_LETTERS))
        )
        async with FhirServer(self.places.fhir_base, self.places.canonical) as server:
            await server.hold(held_before(self.messages))
