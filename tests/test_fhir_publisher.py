"""Charges to a FHIR server: the way they are written, and what stands there before they are."""

from __future__ import annotations

import asyncio

import pytest

from ledger.delivery import backlog
from publishers.fhir.capability import Write
from publishers.fhir.publisher import LOOKS_MOST, PATIENTS_IN_FLIGHT
from publishers.report import Trouble
from tests.fake_fhir import Fault, version_of
from tests.fhir_bench import bench
from tests.owing import TARGET, on_a_loop, until

BOTH = pytest.mark.parametrize("write", list(Write))


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
        (letter,) = on.site.letters()
        assert "2 ChargeItems have the identifier of one charge" in letter.said
        assert [version_of(one.item) for one in on.server.stored.values()] == [1, 1]
