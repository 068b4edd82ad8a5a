"""A FHIR publisher between a ledger that owes and a server, one round at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

from ledger.settling import settle
from publishers.delivery import Published
from publishers.fhir.capability import Write
from publishers.fhir.charge_items import ChargeItems
from publishers.fhir.client import FhirClient
from publishers.fhir.publisher import FhirPublisher
from publishers.pauses import Pauses
from tests.fake_fhir import FakeFhir
from tests.owing import PROFILE, Owing, owing


@dataclass
class Bench:
    """A ledger that owes, a server, and the publisher between them; one round at a time."""

    site: Owing
    server: FakeFhir
    publisher: FhirPublisher

    async def round(self, seconds: float = 0) -> Published:
        """Deliver what is due, after so much time."""
        self.site.passes(seconds)
        await self.publisher.open()
        published = await self.publisher.publish(self.site.claim(), lambda: True)
        settled = {one.owed.identity for one in published.outcomes}
        settle(self.site.ledger, published.outcomes)
        with self.site.ledger.transaction() as connection:
            marks = ", ".join("?" * len(settled))
            connection.execute(
                f"UPDATE delivery SET lease_owner = NULL, lease_until = NULL WHERE identity NOT IN ({marks})",
                tuple(settled),
            )
        return published

    def restart(self) -> None:
        """A new process: whatever was known of the server is forgotten."""
        self.publisher = publisher_of(self.site, self.server, self.publisher._asked)


def publisher_of(site: Owing, server: FakeFhir, write: Write | None, seconds: float = 60) -> FhirPublisher:
    pauses = Pauses(random=Random(1))
    items = ChargeItems(FhirClient(server.url, request_seconds_most=seconds), PROFILE)
    return FhirPublisher(items, write=write, pauses=pauses, clock=site.clock)


@asynccontextmanager
async def bench(write: Write | None = Write.UPDATE, seconds: float = 60) -> AsyncIterator[Bench]:
    with owing() as site:
        async with FakeFhir() as server:
            one = Bench(site, server, publisher_of(site, server, write, seconds))
            try:
                yield one
            finally:
                server.released.set()
                await one.publisher.close()
