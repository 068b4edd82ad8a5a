"""The timer: time alone changes a charge only when a deadline passes, and here it does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from console.serve.clocks import Clock
from ledger.deadlines import fire_deadlines
from ledger.ledger import Ledger
from ledger.posting import PostingContext
from ledger.worker import LedgerWorker
from listeners.kafka.waiting import wait_for_event

TIMER = "deadlines"
EVERY_SECONDS = 1.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class DeadlineTimer:
    """Lets deadlines pass up to the clock's time, again and again; `changed` is told when some have."""

    ledger: Ledger
    worker: LedgerWorker
    context: PostingContext
    clock: Clock
    changed: Callable[[], None]
    beat: Callable[[str], None]
    every_seconds: float = EVERY_SECONDS

    async def run(self, stop: asyncio.Event) -> None:
        """Go on until `stop` is set; a ledger that cannot be written now is asked again."""
        while not await wait_for_event(stop, self.every_seconds):
            self.beat(TIMER)
            try:
                await self._fire()
            except Exception as fault:  # whatever it is, the deadlines stay due
                log.error("deadlines cannot be posted", exc_info=fault)

    async def _fire(self) -> None:
        time = self.clock()
        if time is None:
            return
        passed = await self.worker.call(fire_deadlines, self.ledger, time, self.context)
        if passed:
            log.info("deadlines passed", deadlines=passed)
            self.changed()
