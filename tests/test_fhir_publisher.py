"""Charges to a FHIR server: what is looked at, what is sent again, what is left alone, what is refused for good."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

import pytest

from ledger.delivery import backlog
from ledger.reading_back import dead_letters
from ledger.settling import settle
from publishers.delivery import Published
from publishers.fhir.capability import Write
from publishers.fhir.charge_items import ChargeItems
from publishers.fhir.client import FhirClient
from publishers.fhir.publisher import LOOKS_MOST, PATIENTS_IN_FLIGHT, FhirPublisher
from publishers.pauses import Pauses
from publishers.report import Trouble
from tests.fake_fhir import FakeFhir, Fault, version_of
from tests.owing import PROFILE, TARGET, Owing, on_a_loop, owing, until

BOTH = pytest.mark.parametrize("write", list(Write))


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
        self.publisher = publisher(self.site, self.server, self.publisher._asked)


def publisher(site: Owing, server: FakeFhir, write: Write | None, seconds: float = 60) -> FhirPublisher:
    pauses = Pauses(random=Random(1))
    items = ChargeItems(FhirClient(server.url, request_seconds_most=seconds), PROFILE)
    return FhirPublisher(items, write=write, pauses=pauses, clock=site.clock)


@asynccontextmanager
async def bench(write: Write | None = Write.UPDATE, seconds: float = 60) -> AsyncIterator[Bench]:
    with owing() as site:
        async with FakeFhir() as server:
            one = Bench(site, server, publisher(site, server, write, seconds))
            try:
                yield one
            finally:
                server.released.set()
                await one.publisher.close()


# --- the plain way ---------------------------------------------------------------------------------------------------


@BOTH
@on_a_loop
async def test_a_charge_is_created_then_updated(write: Write) -> None:
    async with bench(write) as on:
        on.site.want("a")
        await on.round()
        on.site.want("a")
        published = await on.round()
        assert published.trouble is None
        assert on.server.versions() == on.site.delivered() == {"a": 2}
        assert [took.version for took in on.server.took] == [1, 2]
        assert list(on.server.stored) == ["a" if write is Write.UPDATE else "server-a"]


@on_a_loop
async def test_an_update_is_guarded_by_the_version_last_seen_and_needs_no_second_look() -> None:
    async with bench() as on:
        for _ in range(2):
            on.site.want("a")
            await on.round()
        assert on.server.asked == ["GET a", "PUT a -", 'PUT a W/"1"']


@on_a_loop
async def test_a_conditional_update_which_nothing_guards_is_looked_at_each_time() -> None:
    async with bench(Write.CONDITIONAL_UPDATE) as on:
        for _ in range(2):
            on.site.want("a")
            await on.round()
        assert [line.split()[0] for line in on.server.asked] == ["GET", "PUT", "GET", "PUT"]


@BOTH
@on_a_loop
async def test_after_a_restart_what_stands_is_read_before_it_is_overwritten(write: Write) -> None:
    async with bench(write) as on:
        on.site.want("a")
        await on.round()
        await on.publisher.close()
        on.restart()
        on.site.want("a")
        on.server.asked.clear()
        await on.round()
        assert [line.split()[0] for line in on.server.asked] == ["GET", "PUT"]
        assert on.server.versions() == {"a": 2}


@pytest.mark.parametrize(
    ("offers", "write", "chosen"),
    [
        (("updateCreate", "conditionalUpdate"), None, Write.UPDATE),
        (("conditionalUpdate",), None, Write.CONDITIONAL_UPDATE),
        (("updateCreate", "conditionalUpdate"), Write.CONDITIONAL_UPDATE, Write.CONDITIONAL_UPDATE),
        ((), Write.UPDATE, Write.UPDATE),
    ],
)
@on_a_loop
async def test_the_way_is_the_sites_or_else_the_best_the_server_offers(
    offers: tuple[str, ...], write: Write | None, chosen: Write
) -> None:
    async with bench(write) as on:
        on.server.offers = offers
        await on.publisher.open()
        assert on.publisher._items.write is chosen


@on_a_loop
async def test_a_server_that_offers_no_way_is_told_in_one_line() -> None:
    async with bench(None) as on:
        on.server.offers = ()
        with pytest.raises(Trouble, match="offers neither update with client ids nor conditional update"):
            await on.publisher.open()
        on.server.offers = ("updateCreate",)
        await on.publisher.open()


@on_a_loop
async def test_charges_of_one_patient_go_one_by_one_and_of_many_together() -> None:
    async with bench() as on:
        for number in range(8):
            on.site.want(f"a{number}", "one")
        await on.round()
        assert on.server.in_flight_most == 1
        on.server.gate = asyncio.Event()
        for number in range(10):
            on.site.want(f"b{number}", f"p{number}")
        going = asyncio.create_task(on.round())
        await until(lambda: on.server.in_flight == PATIENTS_IN_FLIGHT)
        on.server.gate.set()
        await going
        assert on.server.in_flight_most == PATIENTS_IN_FLIGHT
        assert len(on.server.versions()) == 18


# --- what stands at the EHR ------------------------------------------------------------------------------------------


@BOTH
@on_a_loop
async def test_what_the_ehr_has_billed_is_held_and_never_overwritten(write: Write) -> None:
    async with bench(write) as on:
        on.site.want("a")
        on.site.want("b", "p2")
        await on.round()
        (key,) = [key for key in on.server.stored if key.endswith("a")]
        on.server.sets(key, "billed")
        on.site.want("a")
        on.site.want("b", "p2")
        await on.round()
        assert on.server.versions() == {"a": 1, "b": 2}
        assert on.server.stored[key].item["status"] == "billed"
        assert (backlog(on.site.ledger, TARGET).held, backlog(on.site.ledger, TARGET).undelivered) == (1, 0)


@on_a_loop
async def test_a_charge_billed_in_the_very_version_is_delivered() -> None:
    async with bench() as on:
        on.server.has("a", 1, "billed")
        on.site.want("a")
        await on.round()
        assert on.site.delivered() == {"a": 1}
        assert on.server.asked == ["GET a"]


@BOTH
@on_a_loop
async def test_a_newer_version_that_stands_there_is_not_overwritten(write: Write) -> None:
    async with bench(write) as on:
        on.server.has("a", 5)
        on.site.want("a")
        await on.round()
        assert on.site.delivered() == {"a": 1}
        assert on.server.versions() == {"a": 5}


@on_a_loop
async def test_a_stale_version_is_read_again_and_then_overwritten() -> None:
    async with bench() as on:
        on.site.want("a")
        await on.round()
        on.server.sets("a", "planned")
        on.site.want("a")
        await on.round()
        assert on.server.asked[2:] == ['PUT a W/"1"', "GET a", 'PUT a W/"2"']
        assert on.server.versions() == {"a": 2}


@pytest.mark.parametrize("fault", [Fault.CONFLICT, Fault.PRECONDITION])
@BOTH
@on_a_loop
async def test_a_passing_race_is_looked_at_and_tried_again(write: Write, fault: Fault) -> None:
    async with bench(write) as on:
        on.server.faults.append(fault)
        on.site.want("a")
        await on.round()
        assert on.server.versions() == on.site.delivered() == {"a": 1}


@on_a_loop
async def test_a_race_that_does_not_pass_is_postponed() -> None:
    async with bench() as on:
        on.server.faults.extend([Fault.CONFLICT] * LOOKS_MOST)
        on.site.want("a")
        await on.round()
        assert on.site.delivered() == {"a": 0}
        await on.round(300)
        assert on.server.versions() == {"a": 1}


@on_a_loop
async def test_what_the_ehr_deleted_is_there_again() -> None:
    async with bench() as on:
        on.site.want("a")
        await on.round()
        on.server.stored["a"].deleted = True
        on.site.want("a")
        await on.publisher.close()
        on.restart()
        await on.round()
        assert on.server.versions() == {"a": 2}


@on_a_loop
async def test_two_charge_items_of_one_identifier_are_for_a_person_to_tell_apart() -> None:
    async with bench(Write.CONDITIONAL_UPDATE) as on:
        on.server.has("a", 1)
        on.server.has("x", 1, identifier=on.server.stored["a"].item["identifier"])
        on.site.want("a")
        on.site.want("a")
        await on.round()
        (letter,) = dead_letters(on.site.ledger)
        assert "2 ChargeItems have the identifier of one charge" in letter.said
        assert [version_of(one.item) for one in on.server.stored.values()] == [1, 1]


# --- unknown outcomes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [Fault.BROKEN_AFTER, Fault.CUT_AFTER])
@BOTH
@on_a_loop
async def test_what_was_done_before_the_server_failed_is_seen_and_not_done_again(write: Write, fault: Fault) -> None:
    async with bench(write) as on:
        on.server.faults.append(fault)
        on.site.want("a")
        published = await on.round()
        assert published.trouble is not None
        assert on.site.delivered() == {"a": 0}
        assert (await on.round(300)).trouble is None
        assert on.site.delivered() == {"a": 1}
        assert len(on.server.took) == 1
        assert len(on.server.asked_for("PUT")) == 1


@BOTH
@on_a_loop
async def test_a_request_without_an_answer_is_looked_after_before_it_is_sent_again(write: Write) -> None:
    async with bench(write, seconds=0.5) as on:
        on.server.faults.append(Fault.HANG_AFTER)
        on.site.want("a")
        published = await on.round()
        assert str(published.trouble).endswith("no answer in 0.5 seconds")
        on.site.want("a")
        on.server.released.set()
        await on.round(300)
        assert [took.version for took in on.server.took] == [1, 2]


@on_a_loop
async def test_what_was_in_doubt_is_looked_at_once_more_when_the_request_is_surely_over() -> None:
    async with bench(Write.CONDITIONAL_UPDATE) as on:
        on.server.faults.append(Fault.CUT_AFTER)
        on.site.want("a")
        await on.round()
        on.site.want("a")
        await on.round(1)
        on.server._store("server-a", on.server.stored["server-a"].item | {"extension": []})
        await on.round(300)
        assert on.server.versions() == {"a": 2}
        on.server.asked.clear()
        await on.round(3000)
        assert on.server.asked == []


# --- what passes -----------------------------------------------------------------------------------------------------


@on_a_loop
async def test_a_server_that_fails_is_told_and_tried_again() -> None:
    async with bench() as on:
        on.server.faults.append(Fault.BROKEN)
        on.site.want("a")
        assert str((await on.round()).trouble) == f"{on.server.url}: the server fails (500)"
        await on.round(300)
        assert on.server.versions() == {"a": 1}


@on_a_loop
async def test_one_charge_that_the_server_always_fails_at_holds_back_no_other() -> None:
    async with bench() as on:
        on.server.faults.append(Fault.BROKEN)
        for number in range(5):
            on.site.want(f"a{number}", f"p{number}")
        published = await on.round()
        assert published.trouble is None
        assert sum(on.site.delivered().values()) == 4


@on_a_loop
async def test_a_server_that_asks_to_wait_is_left_alone_as_long() -> None:
    async with bench() as on:
        on.server.faults.append(Fault.BUSY)
        for number in range(20):
            on.site.want(f"a{number}", f"p{number}")
        published = await on.round()
        assert published.trouble is not None
        assert published.trouble.wait_seconds == 7
        assert len(on.server.asked_for("PUT")) <= 8
        assert Pauses().after(1, published.trouble.wait_seconds) == 7


@pytest.mark.parametrize("write", list(Write))
@on_a_loop
async def test_a_reference_that_the_server_does_not_know_yet_is_waited_for(write: Write) -> None:
    async with bench(write) as on:
        on.server.unknown.add("Patient/p1")
        on.site.want("a", "p1")
        on.site.want("b", "p2")
        for attempts in range(1, 4):
            published = await on.round(300)
            assert published.trouble is None
            assert on.site.row("a")["attempts"] == attempts
        assert on.server.versions() == {"b": 1}
        on.server.unknown.clear()
        await on.round(300)
        assert on.server.versions() == {"a": 1, "b": 1}
        assert list(dead_letters(on.site.ledger)) == []


@on_a_loop
async def test_a_withdrawal_that_does_not_get_through_holds_back_what_comes_after_it() -> None:
    async with bench() as on:
        on.server.faults.append(Fault.UNKNOWN_REFERENCE)
        on.site.want("old", status="entered-in-error")
        on.site.want("new")
        on.site.want("other", "p2")
        await on.round()
        assert on.site.delivered()["new"] == 0
        await on.round(300)
        order = [took.value for took in on.server.took if took.value != "other"]
        assert order == ["old", "new"]


# --- what a person has to look after ---------------------------------------------------------------------------------


@BOTH
@on_a_loop
async def test_what_is_refused_for_good_is_a_dead_letter_with_what_the_server_said(write: Write) -> None:
    async with bench(write) as on:
        on.server.faults.append(Fault.UNPROCESSABLE)
        on.site.want("a")
        assert (await on.round()).trouble is None
        (letter,) = dead_letters(on.site.ledger)
        assert (letter.source, letter.path) == ("target:ehr", "ChargeItem.code")
        assert letter.said == "invalid HAPI-0450: unknown code CANARY"
        assert letter.wanted == "a ChargeItem that the server takes (it answered 422)"
        assert b'"ChargeItem"' in letter.raw
        on.site.want("a")
        await on.round()
        assert on.server.versions() == {"a": 2}


@on_a_loop
async def test_what_is_too_large_for_the_proxy_is_refused() -> None:
    async with bench() as on:
        on.server.faults.append(Fault.TOO_LARGE)
        on.site.want("a")
        on.site.want("b")
        await on.round()
        assert on.server.versions() == {"b": 1}
        assert backlog(on.site.ledger, TARGET).refused == 1


TROUBLES = [
    (Fault.SIGN_IN, "the server refuses the sign-in (401)"),
    (Fault.HTML, "what answers is no FHIR server (200 text/html)"),
    (Fault.MOVED, "what answers is no FHIR server (302 text/html)"),
]


@pytest.mark.parametrize(("fault", "says"), TROUBLES)
@pytest.mark.parametrize("reading", [False, True])
@on_a_loop
async def test_a_page_or_a_refused_sign_in_is_told_in_one_line_and_nothing_is_lost(
    fault: Fault, says: str, reading: bool
) -> None:
    async with bench() as on:
        on.server.reading = reading
        on.server.faults.append(fault)
        on.site.want("a")
        published = await on.round()
        assert str(published.trouble) == f"{on.server.url}: {says}"
        assert list(dead_letters(on.site.ledger)) == []
        await on.round(300)
        assert on.server.versions() == {"a": 1}


@pytest.mark.parametrize(("fault", "says"), TROUBLES)
@on_a_loop
async def test_the_same_is_told_before_anything_is_leased(fault: Fault, says: str) -> None:
    async with bench() as on:
        on.server.always = fault
        with pytest.raises(Trouble) as told:
            await on.publisher.open()
        assert str(told.value) == f"{on.server.url}: {says}"
        assert "CANARY" not in str(told.value)


@on_a_loop
async def test_a_server_that_is_not_there_leaves_everything_due() -> None:
    async with bench() as on:
        await on.publisher.open()
        await on.server.stop()
        on.site.want("a")
        published = await on.round()
        assert str(published.trouble) == f"{on.server.url}: the server cannot be reached"
        assert on.site.row("a")["attempts"] == 0
        await on.server.start()
        await on.round()
        assert on.server.versions() == {"a": 1}


@on_a_loop
async def test_nothing_is_sent_once_the_lease_has_run_out() -> None:
    async with bench() as on:
        for number in range(3):
            on.site.want(f"a{number}")
        await on.publisher.open()
        allowed = iter([True, False, False])
        published = await on.publisher.publish(on.site.claim(), lambda: next(allowed))
        assert [one.owed.identity for one in published.outcomes] == ["a0"]
        assert list(on.server.versions()) == ["a0"]


@on_a_loop
async def test_closing_ends_what_is_in_flight() -> None:
    async with bench() as on:
        on.server.faults.append(Fault.HANG_AFTER)
        on.site.want("a")
        await on.publisher.open()
        going = asyncio.create_task(on.publisher.publish(on.site.claim(), lambda: True))
        await until(lambda: on.server.in_flight == 1)
        going.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going
        assert on.site.row("a")["lease_owner"] == "me"
