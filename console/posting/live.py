"""The way of a live batch into the ledger: read and posted in one go, off the loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from ledger.ledger import Ledger
from ledger.posting import Posted, PostingContext, post
from ledger.worker import LedgerWorker
from listeners.kafka.batches import Batch
from mappers.reading import ReadingSettings, read


@dataclass(frozen=True, slots=True)
class LivePosting:
    """Posts the batches of every input; `posted` is told how many records, how many dead letters, how many seconds."""

    ledger: Ledger
    worker: LedgerWorker
    context: PostingContext
    reading: ReadingSettings
    posted: Callable[[int, int, float], None]

    async def post(self, batch: Batch) -> None:
        """Read and post the batch; StaleBatchError where the ledger stands elsewhere than where it begins.

        Coding takes as long as it takes: the loop, and with it the group's heartbeat, goes on meanwhile.
        """
        began = perf_counter()
        posted = await self.worker.call(self._post, batch)
        self.posted(len(batch.records), posted.items.dead_letters, perf_counter() - began)

    def _post(self, batch: Batch) -> Posted:
        readings = [read(record, self.reading) for record in batch.records]
        return post(self.ledger, readings, self.context, offsets=batch.offsets)
