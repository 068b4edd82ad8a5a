"""The way of a log into a ledger: batches of records, each after the deadlines that passed before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from coder.tables import Tables
from console.posting.counts import Counts
from console.site.loading import Site
from ledger.deadlines import fire_deadlines
from ledger.ledger import Ledger
from ledger.posting import PostingContext, post
from mappers.telling import Reading

BATCH_RECORDS = 100
AFTER_AS_OF = "after as-of"
RULE_SET = "hangtime"


@dataclass(slots=True)
class LogPosting:
    """Posts readings batch by batch; `counts` is what became of each record.

    `clock` is the newest envelope or asserted time heard: a charted time moves no other patient's clock,
    and counts only in a log that states no other.
    """

    ledger: Ledger
    context: PostingContext
    as_of: datetime | None = None
    stop_asked: Callable[[], bool] = lambda: False
    after_posting: Callable[[], None] = lambda: None
    counts: Counts = field(default_factory=Counts)
    clock: datetime | None = None
    _newest_charted: datetime | None = None

    def post_all(self, readings: Iterable[Reading]) -> None:
        """Post every batch, then fire what is due by the as-of time."""
        for batch in self._batches(readings):
            self._fire(next((reading.clock for reading in batch if reading.clock is not None), None))
            self._post(batch)
            self.after_posting()
        if self.as_of is not None and not self.stop_asked():
            self.clock = self.as_of
        self.clock = self.clock or self._newest_charted
        self._fire(self.clock)

    def _batches(self, readings: Iterable[Reading]) -> Iterator[Sequence[Reading]]:
        batch: list[Reading] = []
        for reading in readings:
            if self._is_after_as_of(reading):
                self.counts.leave_out(reading, AFTER_AS_OF)
            else:
                batch.append(reading)
            if len(batch) == BATCH_RECORDS or self.stop_asked():
                yield batch
                batch = []
            if self.stop_asked():
                return
        yield batch

    def _is_after_as_of(self, reading: Reading) -> bool:
        return self.as_of is not None and reading.time is not None and reading.time > self.as_of

    def _post(self, batch: Sequence[Reading]) -> None:
        self.counts.add(post(self.ledger, batch, self.context))
        self.clock = _newest([self.clock, *(reading.clock for reading in batch)])
        self._newest_charted = _newest([self._newest_charted, *(reading.time for reading in batch)])

    def _fire(self, clock: datetime | None) -> None:
        if clock is not None and fire_deadlines(self.ledger, clock, self.context):
            self.after_posting()


def _newest(times: Sequence[datetime | None]) -> datetime | None:
    return max((time for time in times if time is not None), default=None)


def posting_context(site: Site, targets: tuple[str, ...]) -> PostingContext:
    """What posting needs to know of a site."""
    return PostingContext(
        facility=site.facility,
        identity_key=site.identity_key(),
        policy=site.policies(),
        tables=site.tables(),
        targets=targets,
        first_service_date=site.first_service_date,
    )


def rule_set(tables: Tables) -> str:
    """The name and date that ChargeItems give as the rules they were made by."""
    return f"{RULE_SET}|{tables.edition}"
