"""A FHIR server that fails: what is looked at before it is sent again, what is waited for, what is refused for good."""

from __future__ import annotations

import asyncio

import pytest

from ledger.delivery import backlog
from publishers.fhir.capability import Write
from publishers.pauses import Pauses
from publishers.report import Trouble
from tests.fake_fhir import Fault
from tests.fhir_bench import bench
from tests.owing import TARGET, on_a_loop, until

BOTH = pytest.mark.parametrize("write", list(Write))


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
        assert on.site.letters() == []


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
        (letter,) = on.site.letters()
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
        assert on.site.letters() == []
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
