"""Partitions come and go: what is told between two assignments never mixes.

A listener that is slow stops the heartbeats, and what it raises is only logged; so it pauses, starts a
task, and returns.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from typing import Any

from aiokafka import TopicPartition
from aiokafka.abc import ConsumerRebalanceListener

REVOKE_SECONDS_MOST = 5.0
Settle = Callable[[Collection[TopicPartition]], Awaitable[None]]


class Rebalancing(ConsumerRebalanceListener):  # type: ignore[misc]
    """The consumer's rebalance listener.

    `generation` counts assignments: what was fetched in one is never posted in another. `posting` is held
    while a batch is posted; a revocation waits for it, though not for long, for the ledger's fence refuses
    what comes too late. `settled` is set while the assigned partitions have their places; why they cannot be
    had ends in `failed`.
    """

    def __init__(self, consumer: Any, settle: Settle, dealt: Callable[[Collection[TopicPartition]], None]) -> None:
        self._consumer, self._settle, self._dealt = consumer, settle, dealt
        self._settling: asyncio.Task[None] | None = None
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.generation = 0
        self.posting = asyncio.Lock()
        self.settled = asyncio.Event()

    async def on_partitions_revoked(self, _revoked: Collection[TopicPartition]) -> None:
        """The group deals anew: nothing fetched until now is posted from now on."""
        self._end_generation()
        with suppress(TimeoutError):
            async with asyncio.timeout(REVOKE_SECONDS_MOST), self.posting:
                pass

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Nothing is fetched from what was assigned until each partition stands where the ledger says."""
        self._consumer.pause(*assigned)
        self._begin_generation(assigned)
        self._dealt(assigned)

    def settle_again(self) -> None:
        """Ask the ledger anew where the assigned partitions stand."""
        assigned = self._consumer.assignment()
        self._consumer.pause(*assigned)
        self._begin_generation(assigned)

    async def close(self) -> None:
        """End what is under way."""
        self._end_generation()
        if self._settling:
            await asyncio.gather(self._settling, return_exceptions=True)
        self.failed.cancel()

    def _begin_generation(self, assigned: Collection[TopicPartition]) -> None:
        self._end_generation()
        self._settling = asyncio.create_task(self._settle_all(frozenset(assigned)))

    def _end_generation(self) -> None:
        self.generation += 1
        self.settled.clear()
        if self._settling:
            self._settling.cancel()

    async def _settle_all(self, assigned: Collection[TopicPartition]) -> None:
        try:
            await self._settle(assigned)
        except Exception as fault:  # noqa: BLE001  the session raises it
            if not self.failed.done():
                self.failed.set_exception(fault)
        else:
            self.settled.set()


class RebalanceAlarm:
    """Says when partitions are dealt anew so often that two members must be stealing them from each other."""

    def __init__(self, clock: Callable[[], float], at_most: int = 10, seconds: float = 300.0) -> None:
        self._clock, self._seconds = clock, seconds
        self._times: deque[float] = deque(maxlen=at_most + 1)

    def rings(self) -> bool:
        """Note a rebalance; whether there were too many of late."""
        self._times.append(self._clock())
        return len(self._times) == self._times.maxlen and self._times[-1] - self._times[0] < self._seconds
