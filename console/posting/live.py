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
    """Posts the batches of every input.

    `posted` is told how many records, how many dead letters, how many seconds, and how many objections the strict
    lane had.
    """

    ledger: Ledger
    worker: LedgerWorker
    context: PostingContext
    reading: ReadingSettings
    posted: Callable[[int, int, float, int], None]

    async def post(self, batch: Batch) -> None:
        """Read and post the batch; StaleBatchError where the ledger stands elsewhere than where it begins.

        Coding takes as long as it takes: the loop, and with it the group's heartbeat, goes on meanwhile.
        """
        began = perf_counter()
        posted, objections = await self.worker.call(self._post, batch)
        self.posted(len(batch.records), posted.items.dead_letters, perf_counter() - began, objections)

    def _post(self, batch: Batch) -> tuple[Posted, int]:
        readings = [read(record, self.reading) for record in batch.records]
        objections = sum(reading.objection is not None for reading in readings)
        return post(self.ledger, readings, self.context, offsets=batch.offsets), objections
