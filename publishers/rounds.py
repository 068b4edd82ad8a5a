"""Rounds of work for one target, until told to stop: at once where there is work, with pauses where it is down."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import stamina

from publishers.pauses import Pauses
from publishers.report import TargetReport, Trouble

POLL_SECONDS = 0.5
STOP_SECONDS_MOST = 20

Round = Callable[[bool], Awaitable[bool]]


class Rounds:
    """Does one round after the other.

    A round tells whether there was anything to do. One that raises is tried again after a pause that
    grows; it is told so (True), and may try with little.
    """

    def __init__(self, name: str, work: Round, report: TargetReport, pauses: Pauses) -> None:
        self._name, self._work, self._report, self._pauses = name, work, report, pauses
        self._noticed = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._failures = 0

    def notice(self) -> None:
        """There may be something to do."""
        self._noticed.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; the round in hand is finished unless it takes too long."""
        working = asyncio.create_task(self._run(stop))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            with suppress(TimeoutError):
                async with asyncio.timeout(STOP_SECONDS_MOST):
                    await self._idle.wait()
        finally:
            working.cancel()
            stopping.cancel()
            await asyncio.gather(working, stopping, return_exceptions=True)

    async def _run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            busy = False
            async for attempt in stamina.retry_context(on=self._pause, attempts=None, timeout=None):
                with attempt:
                    busy = await self._round(stop, again=attempt.num > 1)
            self._failures = 0
            self._report.target_up(self._name)
            if not busy:
                await self._wait_for_more()

    async def _round(self, stop: asyncio.Event, *, again: bool) -> bool:
        if stop.is_set():
            return False
        self._idle.clear()
        try:
            return await self._work(again)
        finally:
            self._idle.set()

    async def _wait_for_more(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._noticed.wait()
        except TimeoutError:
            return
        self._noticed.clear()

    def _pause(self, fault: BaseException) -> float | bool:
        """How long to wait before the next try, whatever went wrong; only cancelling ends it."""
        if not isinstance(fault, Exception):
            return False
        self._failures += 1
        trouble = fault if isinstance(fault, Trouble) else Trouble(f"unexpected: {type(fault).__name__}")
        self._report.target_down(self._name, str(trouble))
        return self._pauses.after(self._failures, trouble.wait_seconds)
