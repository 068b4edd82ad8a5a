"""Deliveries that run: several at once, one that is down, late wakers, stopping, shadow."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

import pytest

from ledger import rows
from ledger.delivery import Claimed, backlog
from ledger.settling import Delivered
from publishers import rounds
from publishers.delivery import Delivery, Published, Publisher, Timing
from publishers.fhir.capability import Write
from publishers.fhir.charge_items import ChargeItems
from publishers.fhir.client import FhirClient
from publishers.fhir.publisher import FhirPublisher
from publishers.kafka.connecting import TopicSettings
from publishers.kafka.publisher import KafkaPublisher
from publishers.kafka.writing import TopicWriter
from publishers.pauses import PAUSE_SECONDS_MOST, Pauses
from publishers.report import Trouble
from tests.fake_fhir import FakeFhir, Fault
from tests.fake_topic import FakeTopic
from tests.owing import PROFILE, TARGET, Owing, Told, call, on_a_loop, owing, until

QUICK = Pauses(first_seconds=0.01, most_seconds=0.05, random=Random(1))


@pytest.fixture
def site() -> Iterator[Owing]:
    with owing() as site:
        yield site


def fhir(server: FakeFhir, write: Write | None = None) -> FhirPublisher:
    return FhirPublisher(ChargeItems(FhirClient(server.url), PROFILE), write=write, pauses=QUICK)


@asynccontextmanager
async def running(*deliveries: Delivery) -> AsyncIterator[None]:
    """Run them while the block does, and end them as serve would."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(one.run(stop)) for one in deliveries]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


def delivery(site: Owing, publisher: Publisher, told: Told | None = None, target: str = TARGET) -> Delivery:
    return Delivery(
        target, publisher, ledger=site.ledger, call=call, report=told or Told(), timing=Timing(pauses=QUICK)
    )


@dataclass
class Scripted:
    """A publisher that does as it is told."""

    faults: deque[Exception | None] = field(default_factory=deque)
    sent: list[tuple[str, int]] = field(default_factory=list)
    claims: list[int] = field(default_factory=list)
    gate: asyncio.Event | None = None
    there: bool = True
    at_the_gate: int = 0
    closed: bool = False

    async def open(self) -> None:
        """Nothing to open, where the target is there."""
        if not self.there:
            raise Trouble("not there")

    async def publish(self, claims: Sequence[Claimed], may_send: Callable[[], bool]) -> Published:
        """Take everything, unless it is told to fail."""
        self.claims.append(len(claims))
        if self.gate:
            self.at_the_gate += 1
            await self.gate.wait()
        fault = self.faults.popleft() if self.faults else None
        if isinstance(fault, Trouble):
            return Published((), fault)
        if fault:
            raise fault
        items = [owed for claimed in claims for owed in claimed.items]
        self.sent += [(owed.identity, owed.version.version) for owed in items]
        return Published([Delivered(owed) for owed in items])

    async def close(self) -> None:
        """Note it."""
        self.closed = True


# --- getting there ---------------------------------------------------------------------------------------------------


@on_a_loop
async def test_what_waits_for_a_target_that_never_was_there_has_its_age(site: Owing) -> None:
    timing, publisher, began = Timing(clock=site.clock, pauses=QUICK), Scripted(there=False), site.now
    one = Delivery(TARGET, publisher, ledger=site.ledger, call=call, report=Told(), timing=timing)
    site.want("a")
    async with running(one):
        await until(lambda: backlog(site.ledger, TARGET).oldest is not None)
        site.passes(90)
        assert backlog(site.ledger, TARGET).oldest == began
        publisher.there = True
        await until(lambda: site.delivered() == {"a": 1})


@on_a_loop
async def test_what_is_posted_arrives_and_is_told(site: Owing) -> None:
    async with FakeFhir() as server:
        told, publisher = Told(), fhir(server)
        one = delivery(site, publisher, told)
        async with running(one):
            for number in range(100):
                site.want(f"c{number}", f"p{number % 30}")
            one.notice()
            await until(lambda: len(server.versions()) == 100)
            site.want("c0", "p0")
            one.notice()
            await until(lambda: server.versions()["c0"] == 2)
        assert set(site.delivered().values()) == {1, 2}
        assert told.charges == 101
        assert told.troubles == []


@on_a_loop
async def test_a_delivery_that_nobody_wakes_looks_by_itself(site: Owing) -> None:
    publisher = Scripted()
    async with running(delivery(site, publisher)):
        site.want("a")
        await until(lambda: publisher.sent == [("a", 1)])
    assert publisher.closed


@on_a_loop
async def test_a_target_that_is_down_delays_no_other(site: Owing) -> None:
    async with FakeFhir(always=Fault.BROKEN) as down, FakeFhir() as up:
        topic = FakeTopic()
        writer = TopicWriter(TopicSettings("127.0.0.1:1", "charges"), topic.connect)
        told = Told()
        parts = [
            delivery(site, fhir(down), told, "down"),
            delivery(site, fhir(up), target="up"),
            delivery(site, KafkaPublisher(writer, PROFILE, ledger=site.ledger, call=call), target="topic"),
        ]
        async with running(*parts):
            for number in range(40):
                site.want(f"c{number}", f"p{number}")
                with site.ledger.transaction() as connection:
                    rows.want(connection, [(name, f"c{number}", 1) for name in ("down", "up", "topic")])
            await until(lambda: len(up.versions()) == len(topic.newest()) == 40)
            await until(lambda: len(told.troubles) > 3)
            assert down.versions() == {}
            assert backlog(site.ledger, "down").undelivered == 40
            down.always = None
            await until(lambda: len(down.versions()) == 40)
        assert backlog(site.ledger, "down").undelivered == 0


@on_a_loop
async def test_a_server_that_goes_and_comes_back_gets_everything_once(site: Owing) -> None:
    async with FakeFhir() as server:
        told = Told()
        async with running(delivery(site, fhir(server), told)):
            site.want("a")
            await until(lambda: server.versions() == {"a": 1})
            await server.stop()
            site.want("a")
            site.want("b", "p2")
            await until(lambda: any("cannot be reached" in line for line in told.troubles))
            await server.start()
            await until(lambda: server.versions() == {"a": 2, "b": 1})
        assert [(took.value, took.version) for took in server.took if took.value == "a"] == [("a", 1), ("a", 2)]


@on_a_loop
async def test_a_storm_of_faults_ends_with_each_version_in_force_once(site: Owing) -> None:
    draw = Random(7)
    kinds = [Fault.CONFLICT, Fault.BROKEN, Fault.BROKEN_AFTER, Fault.CUT_AFTER, Fault.UNKNOWN_REFERENCE, Fault.HTML]
    async with FakeFhir() as server:
        server.faults.extend(draw.choice(kinds) for _ in range(60))
        for write in Write:
            async with running(delivery(site, fhir(server, write))):
                for number in range(120):
                    site.want(f"c{draw.randrange(30)}", f"p{number % 7}")
                    await asyncio.sleep(0)
                await until(lambda: backlog(site.ledger, TARGET).undelivered == 0)
            assert server.versions() == site.versions
        for identity in site.versions:
            versions = [took.version for took in server.took if took.value == identity]
            assert versions == sorted(set(versions))


# --- pauses ----------------------------------------------------------------------------------------------------------


@on_a_loop
async def test_after_a_failure_one_patient_is_tried_until_the_target_is_back(site: Owing) -> None:
    publisher = Scripted(faults=deque([Trouble("down"), Trouble("down"), Trouble("down")]))
    for number in range(20):
        site.want(f"c{number}", f"p{number}")
    async with running(delivery(site, publisher)):
        await until(lambda: len(publisher.sent) == 20)
    assert publisher.claims == [20, 1, 1, 1, 19]


@on_a_loop
async def test_whatever_a_publisher_raises_is_told_by_its_kind_and_passes(site: Owing) -> None:
    told = Told()
    publisher = Scripted(faults=deque([KeyError("CANARY")]))
    site.want("a")
    timing = Timing(lease_seconds=0.3, pauses=QUICK)
    one = Delivery(TARGET, publisher, ledger=site.ledger, call=call, report=told, timing=timing)
    async with running(one):
        await until(lambda: publisher.sent == [("a", 1)])
    assert told.troubles == ["unexpected: KeyError"]


def test_pauses_grow_up_to_five_minutes_and_honour_what_is_asked() -> None:
    pauses = Pauses(random=Random(3))
    bounds = [max(pauses.after(failures) for _ in range(500)) for failures in range(1, 12)]
    assert bounds == sorted(bounds)
    assert 0.9 < bounds[0] <= 1
    assert PAUSE_SECONDS_MOST * 0.9 < bounds[-1] <= PAUSE_SECONDS_MOST
    assert min(pauses.after(11) for _ in range(500)) < 10
    assert pauses.after(1, asked_seconds=42) == 42
    assert pauses.after(1, asked_seconds=10_000) == PAUSE_SECONDS_MOST
    assert pauses.after(10_000) <= PAUSE_SECONDS_MOST


# --- stopping --------------------------------------------------------------------------------------------------------


@on_a_loop
async def test_what_is_in_hand_is_finished_when_told_to_stop(site: Owing) -> None:
    publisher = Scripted(gate=asyncio.Event())
    site.want("a")
    stop = asyncio.Event()
    task = asyncio.create_task(delivery(site, publisher).run(stop))
    await until(lambda: publisher.at_the_gate == 1)
    stop.set()
    site.want("b", "p2")
    await asyncio.sleep(0)
    assert not task.done()
    assert publisher.gate
    publisher.gate.set()
    await task
    assert site.delivered() == {"a": 1, "b": 0}
    assert publisher.closed


@on_a_loop
async def test_what_takes_too_long_is_left_under_its_lease(site: Owing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "STOP_SECONDS_MOST", 0.05)
    publisher = Scripted(gate=asyncio.Event())
    site.want("a")
    stop = asyncio.Event()
    task = asyncio.create_task(delivery(site, publisher).run(stop))
    await until(lambda: publisher.at_the_gate == 1)
    stop.set()
    await task
    assert site.row("a")["lease_owner"] is not None


@on_a_loop
async def test_a_delivery_that_waits_for_a_target_that_is_down_stops_at_once(site: Owing) -> None:
    told = Told()
    publisher = Scripted(faults=deque([Trouble("down", 300)]))
    site.want("a")
    one = Delivery(TARGET, publisher, ledger=site.ledger, call=call, report=told)
    async with asyncio.timeout(60), running(one):
        await until(lambda: told.troubles == ["down"])


# --- leases ----------------------------------------------------------------------------------------------------------


@on_a_loop
async def test_a_lease_is_renewed_while_its_holder_works(site: Owing) -> None:
    slow, other = Scripted(gate=asyncio.Event()), Scripted()
    site.want("a")
    timing = Timing(lease_seconds=0.6, pauses=QUICK)
    parts = [
        Delivery(TARGET, one, ledger=site.ledger, call=call, report=Told(), timing=timing) for one in (slow, other)
    ]
    async with running(parts[0]):
        await until(lambda: slow.at_the_gate == 1)
        first = site.row("a")["lease_until"]
        async with running(parts[1]):
            await until(lambda: site.row("a")["lease_until"] > first)
            await until(lambda: site.row("a")["lease_until"] > first)
            assert other.sent == []
        assert slow.gate
        slow.gate.set()
        await until(lambda: site.delivered() == {"a": 1})
    assert (slow.sent, other.sent) == ([("a", 1)], [])


@on_a_loop
async def test_a_process_that_died_is_taken_over(site: Owing) -> None:
    dead, next_one = Scripted(gate=asyncio.Event()), Scripted()
    site.want("a")
    timing = Timing(lease_seconds=0.3, pauses=QUICK)
    dying = Delivery(TARGET, dead, ledger=site.ledger, call=call, report=Told(), timing=timing)
    task = asyncio.create_task(dying.run(asyncio.Event()))
    await until(lambda: dead.at_the_gate == 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with running(Delivery(TARGET, next_one, ledger=site.ledger, call=call, report=Told(), timing=timing)):
        await until(lambda: next_one.sent == [("a", 1)])
    assert site.row("a")["doubt_until"] is not None


# --- shadow ----------------------------------------------------------------------------------------------------------


@on_a_loop
async def test_in_shadow_nothing_is_leased_or_sent_and_what_waits_is_counted(site: Owing) -> None:
    publisher, told = Scripted(), Told()
    one = Delivery(TARGET, publisher, ledger=site.ledger, call=call, report=told, shadow=True)
    async with running(one):
        site.want("a")
        one.notice()
        await until(lambda: backlog(site.ledger, TARGET).oldest is not None)
    assert (publisher.sent, publisher.claims, site.row("a")["lease_token"]) == ([], [], 0)
    assert backlog(site.ledger, TARGET).undelivered == 1
    async with running(delivery(site, publisher)):
        await until(lambda: publisher.sent == [("a", 1)])
