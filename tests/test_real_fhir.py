"""Publishing to a real FHIR server: what it holds in the end, what it refuses, and what happens while it is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from ledger.delivery import backlog
from publishers.delivery import Delivery, Timing
from publishers.fhir.capability import Write
from publishers.fhir.charge_items import ChargeItems
from publishers.fhir.client import FhirClient
from publishers.fhir.publisher import FhirPublisher
from publishers.pauses import Pauses
from tests.fake_fhir import FHIR_JSON
from tests.owing import PROFILE, TARGET, Owing, Told, call, owing
from tests.owing import until as soon
from tests.servers.server import Server

SECONDS = 180
BOTH = pytest.mark.parametrize("write", list(Write))


def on_a_loop(test: Awaitable[None]) -> None:
    """Run it, and end it."""

    async def limited() -> None:
        async with asyncio.timeout(2 * SECONDS):
            await test

    asyncio.run(limited())


async def until(condition: Callable[[], bool]) -> None:
    await soon(condition, SECONDS)


@dataclass
class Bench:
    """A ledger that owes, and a server under a canonical base that no other test has."""

    site: Owing
    url: str
    told: Told
    canonical: str
    prefix: str

    def want(self, name: str, patient: str = "p1", **more: Any) -> str:
        """Owe a new version of a charge; gives its identity."""
        identity = f"{self.prefix}-{name}"
        self.site.want(identity, patient, **more)
        return identity

    def want_some(self, text: str) -> list[str]:
        """Owe a new version of twenty charges; gives their identities."""
        return [self.want(f"c{number}", f"p{number}", text=text) for number in range(20)]

    def publisher(self, write: Write | None, seconds: float = 30) -> FhirPublisher:
        items = ChargeItems(FhirClient(self.url, seconds), replace(PROFILE, canonical=self.canonical))
        return FhirPublisher(items, write=write, pauses=Pauses(0.05, 0.5, Random(1)))

    @asynccontextmanager
    async def delivering(self, write: Write | None, seconds: float = 30) -> AsyncIterator[None]:
        """Deliver while the block runs."""
        timing = Timing(pauses=Pauses(0.1, 1, Random(1)))
        one = Delivery(
            TARGET, self.publisher(write, seconds), ledger=self.site.ledger, call=call, report=self.told, timing=timing
        )
        stop = asyncio.Event()
        task = asyncio.create_task(one.run(stop))
        try:
            yield
        finally:
            stop.set()
            await task

    async def arrived(self) -> None:
        """Wait until nothing is owed."""
        await until(lambda: backlog(self.site.ledger, TARGET).undelivered == 0)

    async def read(self, identity: str) -> dict[str, Any]:
        """The one ChargeItem with this identifier."""
        async with aiohttp.ClientSession() as session:
            query = {"identifier": f"{self.canonical}/charge|{identity}"}
            async with session.get(
                f"{self.url}/ChargeItem", params=query, headers={"Cache-Control": "no-cache"}
            ) as response:
                bundle = await response.json(content_type=None)
        (entry,) = bundle["entry"]
        resource: dict[str, Any] = entry["resource"]
        return resource

    async def put(self, path: str, resource: dict[str, Any]) -> None:
        """What somebody else writes there."""
        async with (
            aiohttp.ClientSession(headers={"Content-Type": FHIR_JSON}) as session,
            session.put(f"{self.url}/{path}", json=resource) as response,
        ):
            assert response.status in {200, 201}, await response.text()

    def version(self, item: dict[str, Any]) -> int:
        """Our version of a ChargeItem."""
        url = f"{self.canonical}/version"
        return int(next(one["valuePositiveInt"] for one in item["extension"] if one["url"] == url))


@asynccontextmanager
async def bench(url: str) -> AsyncIterator[Bench]:
    name = uuid4().hex[:12]
    with owing() as site:
        yield Bench(site, url.rstrip("/"), Told(), f"https://{name}.example/fhir", name)


def test_the_server_says_how_it_lets_charge_items_be_written(fhir_server: str) -> None:
    async def scenario() -> None:
        async with bench(fhir_server) as on:
            identity = on.want("a")
            async with on.delivering(None):
                await on.arrived()
            assert on.version(await on.read(identity)) == 1

    on_a_loop(scenario())


@BOTH
def test_each_charge_is_there_once_in_its_newest_version(fhir_server: str, write: Write) -> None:
    async def scenario() -> None:
        async with bench(fhir_server) as on:
            for number in range(30):
                on.want(f"c{number}", f"p{number % 5}")
            async with on.delivering(write):
                await on.arrived()
                for number in range(0, 30, 3):
                    on.want(f"c{number}", f"p{number % 5}", status="entered-in-error", text="Later")
                await on.arrived()
            for number in range(30):
                item = await on.read(f"{on.prefix}-c{number}")
                assert on.version(item) == item_version(item) == (1 if number % 3 else 2)
            assert on.told.troubles == []

    on_a_loop(scenario())


def item_version(item: dict[str, Any]) -> int:
    return int(item["meta"]["versionId"])


@BOTH
def test_what_somebody_set_to_billed_stays_as_it_is(fhir_server: str, write: Write) -> None:
    async def scenario() -> None:
        async with bench(fhir_server) as on:
            identity = on.want("a")
            async with on.delivering(write):
                await on.arrived()
                item = await on.read(identity)
                await on.put(f"ChargeItem/{item['id']}", item | {"status": "billed"})
                on.want("a", text="Later")
                await on.arrived()
            item = await on.read(identity)
            assert (item["status"], on.version(item)) == ("billed", 1)
            assert backlog(on.site.ledger, TARGET).held == 1

    on_a_loop(scenario())


def test_what_somebody_else_changed_is_read_before_it_is_overwritten(fhir_server: str) -> None:
    async def scenario() -> None:
        async with bench(fhir_server) as on:
            identity = on.want("a")
            async with on.delivering(Write.UPDATE):
                await on.arrived()
                item = await on.read(identity)
                await on.put(f"ChargeItem/{identity}", item | {"status": "planned"})
                on.want("a", text="Later")
                await on.arrived()
            item = await on.read(identity)
            assert (item["status"], on.version(item), item_version(item)) == ("billable", 2, 3)

    on_a_loop(scenario())


@BOTH
def test_after_a_restart_of_ours_nothing_is_written_twice(fhir_server: str, write: Write) -> None:
    async def scenario() -> None:
        async with bench(fhir_server) as on:
            identity = on.want("a")
            async with on.delivering(write):
                await on.arrived()
            with on.site.ledger.transaction() as connection:
                connection.execute("UPDATE delivery SET delivered = 0, due_at = ''")
            async with on.delivering(write):
                await on.arrived()
            assert item_version(await on.read(identity)) == 1

    on_a_loop(scenario())


@BOTH
def test_two_publishers_at_once_leave_one_charge_item_in_the_newest_version(fhir_server: str, write: Write) -> None:
    async def scenario() -> None:
        async with bench(fhir_server) as on:
            identities = [on.want(f"c{number}", f"p{number}") for number in range(5)]
            claims = on.site.claim()
            one, other = on.publisher(write), on.publisher(write)
            await one.open()
            await other.open()
            await asyncio.gather(one.publish(claims, lambda: True), other.publish(claims, lambda: True))
            await one.close()
            await other.close()
            for identity in identities:
                assert on.version(await on.read(identity)) == 1

    on_a_loop(scenario())


def test_a_patient_that_the_server_does_not_know_yet_is_waited_for(own_fhir_server: Callable[..., Server]) -> None:
    server = own_fhir_server(check_references=True)

    async def scenario() -> None:
        async with bench(server.address) as on:
            patient = f"{on.prefix}-p"
            identity = on.want("a", patient)
            async with on.delivering(None):
                await until(lambda: on.site.row(identity)["attempts"] > 2)
                assert on.site.letters() == []
                await on.put(f"Patient/{patient}", {"resourceType": "Patient", "id": patient})
                await on.arrived()
            assert on.version(await on.read(identity)) == 1

    on_a_loop(scenario())


def test_a_server_that_is_held_killed_and_restarted_ends_with_everything(
    own_fhir_server: Callable[..., Server],
) -> None:
    server = own_fhir_server()

    async def scenario(write: Write, held: asyncio.Barrier, killed: asyncio.Barrier) -> None:
        async with bench(server.address) as on:
            async with on.delivering(write, seconds=3):
                identities = on.want_some("At first")
                await on.arrived()
                await at_once(held, server.stop)
                on.want_some("While held")
                await until(lambda: any("no answer in 3 seconds" in line for line in on.told.troubles))
                await at_once(held, server.cont)
                await on.arrived()
                await at_once(killed, server.kill)
                on.want_some("While away")
                await until(lambda: any("cannot be reached" in line for line in on.told.troubles))
                await at_once(killed, server.start)
                await on.arrived()
            versions = [on.version(await on.read(identity)) for identity in identities]
            assert versions == [3] * len(identities)

    async def both() -> None:
        held, killed = asyncio.Barrier(2), asyncio.Barrier(2)
        await asyncio.gather(*(scenario(write, held, killed) for write in Write))

    on_a_loop(both())


async def at_once(barrier: asyncio.Barrier, act: Callable[[], None]) -> None:
    """Do something to the server both are at, once, when both have come so far."""
    if await barrier.wait() == 0:
        await asyncio.to_thread(act)
    await barrier.wait()
