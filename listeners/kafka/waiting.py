"""Waiting that ends early, and pauses that grow."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 15.0


async def wait_for_event(event: asyncio.Event, seconds: float) -> bool:
    """Whether the event came within the time."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


def growing_pauses() -> Iterator[float]:
    """Half a second, then twice as long each time, up to fifteen seconds."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
