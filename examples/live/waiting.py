"""Waiting for something to be so, with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable

LOOK_SECONDS = 0.1


def wait_until(so: Callable[[], bool], seconds_most: float, what: str, check: Callable[[], None] | None = None) -> None:
    """Look again and again; TimeoutError names what did not come. `check` raises where it cannot come any more."""
    deadline = time.monotonic() + seconds_most
    while not so():
        if check is not None:
            check()
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds_most:.0f} s for {what}")
        time.sleep(LOOK_SECONDS)
