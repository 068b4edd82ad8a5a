"""One running service: what listens, what keeps, what delivers, and what tells how it all is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from console.health.ledger_counts import watch_ledger
from console.health.server import HealthServer
from console.health.state import HealthState
from console.posting.live import LivePosting
from console.posting.logs import posting_context, rule_set
from console.serve.clock_name import ClockName
from console.serve.clocks import clock_of
from console.serve.deadlines import TIMER, DeadlineTimer
from console.serve.inputs import kafka_settings
from console.serve.parts import Parts
from console.serve.report import Report
from console.serve.targets import Targets
from console.site.loading import Site
from ledger.ledger import Ledger
from ledger.worker import LedgerWorker
from listeners.kafka.batches import Batch
from listeners.kafka.source import KafkaSource

STOP_SECONDS_MOST = 30
READY_SECONDS = 0.1

Post = Callable[[Batch], Awaitable[None]]


class Service:
    """A site's service over an open ledger; `ready` is called once, with the address of its health pages."""

    def __init__(
        self,
        site: Site,
        ledger: Ledger,
        clock: ClockName,
        state: HealthState,
        ready: Callable[[str], None],
        *,
        new_source: Callable[..., KafkaSource] = KafkaSource,
    ) -> None:
        self._site, self._ledger, self._clock, self._ready = site, ledger, clock, ready
        self._new_source = new_source
        self._state, self._report = state, Report(state)
        self._worker = LedgerWorker()
        self._context = posting_context(site, tuple(target.name for target in site.settings.publish))
        profile = site.profile(rule_set(self._context.tables))
        self._deliveries = tuple(Targets(site, ledger, self._worker, self._report, profile).deliveries())

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set. Inputs end first, then deliveries; both finish what they have in hand.

        Raises what ended an input that cannot go on.
        """
        inward, outward = Parts(), Parts()
        try:
            async with HealthServer(self._state, self._site.settings.console.listen) as pages:
                self._start_outward(outward)
                self._start_inward(inward, pages.address)
                await _first_of(stop, inward.failed, outward.failed)
                self._state.stopping = True
                try:
                    await inward.end(STOP_SECONDS_MOST)
                finally:
                    await outward.end(STOP_SECONDS_MOST)
        finally:
            self._worker.close()

    def _start_outward(self, outward: Parts) -> None:
        outward.start(partial(watch_ledger, self._state, self._worker.call, self._ledger))
        for delivery in self._deliveries:
            outward.start(delivery.run)

    def _start_inward(self, inward: Parts, address: str) -> None:
        posting = LivePosting(self._ledger, self._worker, self._context, self._site.live_reading(), self._state.posted)
        for table in self._site.settings.kafka:
            self._state.expect_input(table.name)
            source = self._new_source(
                kafka_settings(table), self._ledger, self._worker, self._then_deliver(posting), self._report
            )
            inward.start(source.run)
        inward.start(self._keep_time)
        inward.start(partial(self._announce, address))

    def _then_deliver(self, posting: LivePosting) -> Post:
        async def post(batch: Batch) -> None:
            await posting.post(batch)
            self._notice()

        return post

    def _notice(self) -> None:
        for delivery in self._deliveries:
            delivery.notice()

    async def _keep_time(self, stop: asyncio.Event) -> None:
        clock = clock_of(self._clock, self._state)
        timer = DeadlineTimer(self._ledger, self._worker, self._context, clock, self._notice, self._state.beat)
        await timer.run(stop)
        self._state.ended(TIMER)

    async def _announce(self, address: str, stop: asyncio.Event) -> None:
        """Say once that every input listens."""
        while not stop.is_set():
            if not self._state.unready():
                self._ready(address)
                return
            await asyncio.sleep(READY_SECONDS)


async def _first_of(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
