"""An input kept listening: whatever ends a session, a new one begins, unless only a person can mend it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiokafka.errors import KafkaError

from ledger.ledger import Ledger
from ledger.worker import LedgerWorker
from listeners.kafka.cluster import Cluster, ask_cluster
from listeners.kafka.consumer import make_consumer
from listeners.kafka.errors import InputError, InputTrouble
from listeners.kafka.positions import Positions
from listeners.kafka.rebalancing import RebalanceAlarm
from listeners.kafka.report import InputReport
from listeners.kafka.session import Post, Session
from listeners.kafka.settings import KafkaSettings
from listeners.kafka.waiting import growing_pauses, wait_for_event

START_SECONDS_MOST = 30
STOP_SECONDS_MOST = 5
GOOD_SECONDS = 60

log = structlog.get_logger()


class KafkaSource:
    """One input: its topics are read, each batch is given to `post`, and how it goes is told to `report`."""

    def __init__(
        self,
        settings: KafkaSettings,
        ledger: Ledger,
        worker: LedgerWorker,
        post: Post,
        report: InputReport,
        *,
        ask: Callable[[KafkaSettings], Awaitable[Cluster]] = ask_cluster,
        new_consumer: Callable[[KafkaSettings], Any] = make_consumer,
    ) -> None:
        self._settings, self._post, self._report = settings, post, report
        self._positions = Positions(settings, ledger, worker, ask)
        self._ask, self._new_consumer = ask, new_consumer
        self._alarm = RebalanceAlarm(time.monotonic)

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until `stop` is set. Raises InputError where going on would lose or mistake messages."""
        pauses = growing_pauses()
        while not stop.is_set():
            self._report.beat(self._settings.name)
            began = time.monotonic()
            trouble = await self._one_session(stop)
            if trouble is None:
                break
            self._report.input_down(self._settings.name, trouble)
            if time.monotonic() - began > GOOD_SECONDS:
                pauses = growing_pauses()
            await wait_for_event(stop, next(pauses))
        self._report.ended(self._settings.name)

    async def _one_session(self, stop: asyncio.Event) -> str | None:
        """Why it ended; None where it was asked to."""
        try:
            await self._ask(self._settings)
            await self._listen(stop)
        except InputTrouble as trouble:
            return str(trouble)
        except InputError:
            raise
        except KafkaError as fault:
            return f"{self._settings.brokers}: the broker refuses ({type(fault).__name__})"
        except Exception as fault:  # one input's fault stops neither the others nor the deliveries
            log.error("an input failed", input=self._settings.name, exc_info=fault)
            return f"a fault of hangtime's own ({type(fault).__name__})"
        return None

    async def _listen(self, stop: asyncio.Event) -> None:
        consumer = self._new_consumer(self._settings)
        session = Session(self._settings, consumer, self._positions, self._post, self._report, self._alarm)
        try:
            await self._start(consumer)
            consumer.subscribe(list(self._settings.topics), listener=session.rebalancing)
            await session.run(stop)
        finally:
            await self._stop(consumer)

    async def _start(self, consumer: Any) -> None:
        try:
            async with asyncio.timeout(START_SECONDS_MOST):
                await consumer.start()
        except TimeoutError:
            raise InputTrouble(f"{self._settings.brokers}: the broker does not answer") from None

    async def _stop(self, consumer: Any) -> None:
        """A consumer whose broker is gone may never stop by itself."""
        try:
            async with asyncio.timeout(STOP_SECONDS_MOST):
                await consumer.stop()
        except (KafkaError, TimeoutError):
            log.warning("a consumer did not stop in time and is left behind", input=self._settings.name)
