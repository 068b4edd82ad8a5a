"""Parts of a running service: started together, stopped together, none of them forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

Part = Callable[[asyncio.Event], Awaitable[None]]


class Parts:
    """Tasks that run until told to stop; one that fails makes `failed` come."""

    def __init__(self) -> None:
        self.failed = asyncio.Event()
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, part: Part) -> None:
        """Run this one too."""
        self._tasks.append(asyncio.create_task(self._watched(part)))

    async def end(self, seconds_most: float) -> None:
        """Let each finish what it has in hand, for so long at most; raises what the first that failed raised."""
        self._stop.set()
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=seconds_most)
        for task in late:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for task in self._tasks:
            if not task.cancelled():
                task.result()

    async def _watched(self, part: Part) -> None:
        try:
            await part(self._stop)
        except Exception:
            self.failed.set()
            raise
