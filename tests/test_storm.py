"""Storm and calm end alike: the sample day shuffled, repeated and split into other batches gives the same charges.

Each message is read once; what is shuffled are the postings. A failing seed is named.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from coder.charges import Charge, NotBilled, Query
from console.posting.logs import posting_context
from console.site.loading import load_site
from ledger.deadlines import fire_deadlines
from ledger.ledger import open_ledger
from ledger.posting import post
from ledger.reading_back import charges_in_force, not_billed, open_queries
from listeners.logs import open_logs
from mappers.telling import Reading

DAY = Path(__file__).resolve().parents[1] / "examples" / "sample-day"
SITE = load_site(DAY / "site.toml")
CONTEXT = posting_context(SITE, ("charges",))
SEEDS = 500
SEEDS_PER_TEST = 100
REPEATED = 40

Outcome = tuple[list[tuple[str, str, Charge]], list[tuple[str, Query]], list[NotBilled]]


def _posted(readings: Sequence[Reading], batch_records: int, clock: datetime) -> Outcome:
    with open_ledger("sqlite://", facility=SITE.facility, identity_key=SITE.identity_key()) as ledger:
        for first in range(0, len(readings), batch_records):
            batch = readings[first : first + batch_records]
            post(ledger, [_at(one, offset) for offset, one in enumerate(batch, start=first)], CONTEXT)
        fire_deadlines(ledger, clock, CONTEXT)
        return (
            [(one.identity, one.status, one.charge) for one in charges_in_force(ledger)],
            list(open_queries(ledger)),
            list(not_billed(ledger)),
        )


def _at(reading: Reading, offset: int) -> Reading:
    return replace(reading, record=replace(reading.record, source="storm", partition=0, offset=offset))


@pytest.mark.parametrize("first", range(0, SEEDS, SEEDS_PER_TEST))
def test_the_storm_ends_as_the_calm_does(first: int) -> None:
    readings = list(open_logs([str(DAY / "logs")], SITE.reading()))
    clock = max(reading.time for reading in readings if reading.time)
    calm = _posted(readings, 100, clock)
    assert len(calm[0]) > 100
    differing = []
    for seed in range(first, first + SEEDS_PER_TEST):
        chance = random.Random(seed)
        storm = [*readings, *chance.sample(readings, REPEATED)]
        chance.shuffle(storm)
        if _posted(storm, chance.choice([3, 17, 50, 100, 250]), clock) != calm:
            differing.append(seed)
    assert differing == [], f"seeds whose charges, queries or not-billed lines differ: {differing}"
