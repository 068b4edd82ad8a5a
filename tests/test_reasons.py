"""The reasons of a line, all of them and no others: what a case, which names some, cannot say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from coder.charges import CodedVisit
from coder.coding import code
from coder.facts import (
    AccessDevice,
    Administration,
    Coverage,
    DrugGiven,
    Encounter,
    PatientClass,
    PatientFacts,
    Purpose,
    Quantity,
    Reference,
    Route,
)
from coder.policy import Clock, MissingStop
from tests.infused import POLICY, TABLES, at, coded, given, push

PLAIN = ("mode.infusion", "initial.hierarchy")
EARLIER = replace(POLICY, clock=Clock.EARLIER_STOP)
COMPUTED = replace(POLICY, missing_stop=MissingStop.COMPUTED)


def reasons(visit: CodedVisit) -> tuple[str, ...]:
    """Those of the first line."""
    return visit.charges[0].because


class TestStops:
    @pytest.mark.parametrize("start", [at("09:00"), at("09:05")])
    def test_a_pump_that_changes_nothing_is_no_reason(self, start: object) -> None:
        visit = coded(given("A1", "09:00-10:00", pump_start=start), policy=EARLIER)
        assert reasons(visit) == PLAIN
        visit = coded(given("A1", "09:00-10:00", pump_start=start, pump_end=at("10:00")), policy=EARLIER)
        assert reasons(visit) == PLAIN

    def test_a_pump_that_changes_one_of_its_times_is(self) -> None:
        pumped = replace(POLICY, clock=Clock.PUMP)
        started = given("A1", "09:00-10:00", pump_start=at("09:05"), pump_end=at("10:00"))
        assert reasons(coded(started, policy=pumped)) == ("clock.pump", *PLAIN)
        stopped = given("A1", "09:00-10:00", pump_start=at("09:00"), pump_end=at("09:50"))
        assert reasons(coded(stopped, policy=pumped)) == ("clock.pump", *PLAIN)
        same = given("A1", "09:00-10:00", pump_start=at("09:00"), pump_end=at("10:00"))
        assert reasons(coded(same, policy=pumped)) == PLAIN

    @pytest.mark.parametrize("volume", ["0", "250"])
    def test_a_stop_not_computed_is_no_reason(self, volume: str) -> None:
        rate = Quantity(Decimal(125), "mL/h") if volume == "0" else None
        bag = given("A1", "09:00", volume_infused=Quantity(Decimal(volume), "mL"), rate=rate)
        assert reasons(coded(bag, policy=COMPUTED)) == ("mode.infusion", "time.stop-missing", "initial.hierarchy")

    def test_a_computed_stop_of_a_mixture(self) -> None:
        bag = (DrugGiven(text="palonosetron"), DrugGiven(text="dexamethasone"))
        rate, volume = Quantity(Decimal(60), "mL/h"), Quantity(Decimal(30), "mL")
        visit = coded(given("A1", "09:00", drugs=bag, volume_infused=volume, rate=rate), policy=COMPUTED)
        assert reasons(visit) == ("run.one-bag", "stop.computed", *PLAIN)
        assert visit.charges[0].end - visit.charges[0].start == timedelta(minutes=30)


def test_a_mixture_is_one_bag_in_one_bag_and_in_two() -> None:
    bag = (DrugGiven(text="palonosetron"), DrugGiven(text="dexamethasone"))
    assert reasons(coded(given("A1", "09:00-10:00", drugs=bag))) == ("run.one-bag", *PLAIN)
    two = [given("A1", "09:00-09:30", drugs=bag, order="O1"), given("A2", "09:30-10:00", drugs=bag, order="O1")]
    assert reasons(coded(*two)) == ("run.stitched", "run.one-bag", *PLAIN)
    assert reasons(coded(given("A1", "09:00-10:00"))) == PLAIN


def minutes_of(visit: CodedVisit, rule: str) -> int | None:
    """The minutes of what was left out by a rule."""
    (left,) = (left for left in visit.not_billed if left.because == rule)
    return left.minutes


def test_what_was_given_at_one_moment_has_no_minutes() -> None:
    moment = coded(given("A1", "09:00", "baclofen", route=Route.INTRATHECAL))
    assert minutes_of(moment, "mode.route-not-coded") is None
    hour = coded(given("A1", "09:00-10:00", "baclofen", route=Route.INTRATHECAL))
    assert minutes_of(hour, "mode.route-not-coded") == 60
    assert minutes_of(coded(push("A1", "09:00", "normal saline")), "fluid.pushed") is None
    lesions = coded(given("A1", "09:00", "interferon alfa-2b", route=Route.INTRALESIONAL))
    assert minutes_of(lesions, "lesions.count-unknown") is None


def test_what_is_ignored_does_not_make_a_flush_part_of_it() -> None:
    flush = push("A2", "09:00", "saline flush", purpose=Purpose.FLUSH, access_device=AccessDevice.PORT)
    visit = coded(given("A1", "10:00-11:00", ignored="test message"), flush)
    assert [charge.code for charge in visit.charges] == ["96523"]


def test_bags_by_a_route_without_a_code_are_one_run() -> None:
    visit = coded(
        given("A1", "09:00-09:30", order="O1", route=Route.UNLISTED),
        given("A2", "09:30-10:00", order="O1", route=Route.UNLISTED),
    )
    assert [run.administrations for run in visit.runs] == [("A1", "A2")]


class TestAtHome:
    @pytest.mark.parametrize(
        ("drug", "wanted"),
        [
            ("cisplatin", "one of S9329 to S9330"),
            ("dalbavancin", "one of S9494 to S9504"),
            ("iron sucrose", "S9379"),
            ("normal saline", "S9373"),
        ],
    )
    def test_a_commercial_payers_codes_are_named(self, drug: str, wanted: str) -> None:
        left = at_home(given("A1", "09:00-10:00", drug), payer="Acme").not_billed[0]
        assert left.says.endswith(
            f"A commercial payer would want {wanted} for the day, and 99601 and 99602 for the nurse's visit."
        )

    @pytest.mark.parametrize(
        ("drug", "route", "named", "first"),
        [
            ("dalbavancin", Route.INTRAVENOUS, "G0068", "G0088"),
            ("immune globulin subcutaneous", Route.SUBCUTANEOUS, "G0069", "G0089"),
            ("cisplatin", Route.INTRAVENOUS, "G0070", "G0090"),
        ],
    )
    def test_medicares_codes_are_named(self, drug: str, route: Route, named: str, first: str) -> None:
        left = at_home(given("A1", "09:00-10:00", drug, route=route)).not_billed[0]
        assert left.code == named
        assert left.says.endswith(f"Medicare pays a home infusion supplier by {named}, or {first} on the first visit.")


def at_home(*givens: Administration, payer: str | None = None) -> CodedVisit:
    """The visit of these administrations by a nurse at the patient's home."""
    encounter = Encounter("E1", "P1", PatientClass.HOME)
    covered = (Coverage("C1", "P1", payer),) if payer else ()
    facts = PatientFacts("P1", Reference(), givens, (encounter,), coverages=covered)
    return code(facts, POLICY, TABLES, at("+3 12:00")).visits[0]


def test_an_unknown_class_is_asked_once_for_everything_in_order() -> None:
    facts = PatientFacts("P1", Reference(), (given("B", "09:00-10:00"), given("A", "11:00-12:00", "vancomycin")), ())
    (visit,) = code(facts, POLICY, TABLES, at("+3 12:00")).visits
    (query,) = visit.queries
    assert (query.because, query.administrations, query.since) == ("visit.class-unknown", ("A", "B"), at("09:00"))
