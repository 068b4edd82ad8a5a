"""The one thread in which a running event loop uses a ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class LedgerWorker:
    """Runs what blocks, one call after the other, while the loop goes on.

    A call that was begun is finished even when the task that waits for it is cancelled, and no other
    begins before, so that two transactions never meet on one connection.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")

    async def call(
        self, function: Callable[Arguments, Answer], *args: Arguments.args, **named: Arguments.kwargs
    ) -> Answer:
        """The answer of `function`, called in the ledger's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(function, *args, **named))

    def close(self) -> None:
        """Wait for the call in hand and end the thread."""
        self._thread.shutdown(wait=True)
