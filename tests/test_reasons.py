"""The reasons of a line, all of them and no others: what a case, which names some, cannot say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from coder.charges import Charge, CodedVisit
from coder.coding import code
from coder.facts import (
    AccessDevice,
    Administration,
    Answer,
    Coding,
    Coverage,
    DrugGiven,
    Encounter,
    PatientClass,
    PatientFacts,
    Pump,
    Purpose,
    Quantity,
    Reference,
    Route,
)
from coder.lines.drug_amounts import supplies
from coder.lines.drug_start import unclassified
from coder.policy import Clock, MissingStop, SameDrugRepeat
from coder.runs.known import recognise
from coder.runs.stitching import stitch
from coder.sheet import Sheet
from coder.visits.deriving import derive
from tests.infused import IN_PROGRESS, POLICY, TABLES, at, coded, given, push

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


def test_of_equals_alone_nothing_weaker_is_named() -> None:
    visit = coded(given("A1", "09:00-10:00"), given("A2", "09:00-10:00", "vancomycin"))
    said = next(charge.explanation for charge in visit.charges if charge.code == "96365")
    assert said[0] == "Of equals the earliest, or the longest that overlaps it: before vancomycin (infusion)."


class TestUnderTheSkin:
    def pumped(self, key: str, said: str, site: str) -> Administration:
        stated = {"route": Route.SUBCUTANEOUS, "pump": Pump.PORTABLE, "access": site}
        return given(key, said, "immune globulin subcutaneous", **stated)

    def test_one_clock_that_begins_with_the_first_though_it_ends_last(self) -> None:
        charges = coded(self.pumped("B", "09:00-12:00", "belly"), self.pumped("A", "10:00-10:30", "thigh")).charges
        hours = next(charge for charge in charges if charge.code == "96370")
        assert (hours.key.anchor, hours.start, hours.end, hours.service) == ("B", at("09:00"), at("12:00"), ("B", "A"))
        first = next(charge for charge in charges if charge.code == "96369")
        assert (hours.part_of, first.service) == (first.key, ("B",))

    def test_the_other_site_is_named(self) -> None:
        charges = coded(self.pumped("A", "09:00-10:00", "belly"), self.pumped("B", "10:00-11:00", "thigh")).charges
        set_up = next(charge for charge in charges if charge.code == "96371")
        assert set_up.explanation[0] == "The pump was set up again at another site: thigh."


class TestUnclassified:
    def line(self, dose: Quantity | None, ndc: str | None) -> tuple[Charge, list[str]]:
        codings = (Coding("NDC", ndc),) if ndc else ()
        drug = DrugGiven(codings, text="ketamine", dose=dose)
        visit = coded(push("A1", "09:00", "ketamine", drugs=(drug,)))
        return visit.charges[-1], [query.because for query in visit.queries]

    def test_without_an_ndc_it_waits_for_it(self) -> None:
        charge, asked = self.line(Quantity(Decimal(20), "mg"), None)
        assert (charge.status, asked) == ("planned", ["drug.ndc-missing"])
        assert "20 mg, intravenous, NDC not known." in charge.explanation[0]

    def test_still_running_it_has_no_dose_yet(self) -> None:
        visit = coded(given("A1", "09:00", "ketamine", status=IN_PROGRESS))
        assert visit.charges[-1].explanation == ("Ketamine is still running: its dose is not known yet.",)


def test_an_answer_to_one_question_is_none_to_another() -> None:
    answers = tuple(
        Answer(f"answer|{rule}", "P1", rule, "E1", ("A1",), says, "RN Kim", at("12:00"))
        for rule, says in [("documented.identity", "yes"), ("drug.status-unknown", "no")]
    )
    dose = given("A1", "09:00", answers=answers)
    assert (dose.answered("drug.status-unknown"), dose.answered("time.stop-missing")) == ("no", None)


def test_questions_with_other_words_about_the_same_are_all_asked() -> None:
    dose = Quantity(Decimal(5), "mg")
    two = tuple(DrugGiven(text=name) for name in ("ceftriaxone", "vancomycin"))
    visit = coded(given("A1", "09:00-10:00", drugs=two))
    assert [query.because for query in visit.queries] == ["drug.dose-missing", "drug.dose-missing"]
    one = (two[0], replace(two[1], dose=dose))
    assert [query.because for query in coded(given("A1", "09:00-10:00", drugs=one)).queries] == ["drug.dose-missing"]


class TestNecessity:
    def line(self, *drugs: str, reasons: tuple[str, ...], **more: Any) -> Charge:
        bag = tuple(DrugGiven(text=name) for name in drugs)
        return coded(given("A1", "09:00-09:30", drugs=bag, reasons=reasons, **more)).charges[0]

    def test_the_first_diagnosis_that_supports_a_drug_is_named(self) -> None:
        said = " ".join(self.line("dalbavancin", reasons=("L03.119", "A46")).explanation)
        assert "Dalbavancin is covered for L03.119:" in said
        assert "for A46" not in said

    def test_each_covered_drug_of_a_bag_is_named(self) -> None:
        said = " ".join(self.line("cyanocobalamin", "iron sucrose", reasons=("E53.8", "D50.9")).explanation)
        assert "Cyanocobalamin is covered for E53.8:" in said
        assert "Iron sucrose is covered for D50.9:" in said

    def test_what_is_not_covered_is_not_said_to_be(self) -> None:
        warned = self.line("dalbavancin", reasons=("R50.9",))
        assert "necessity.covered" not in warned.because
        assert not any("is covered" in said for said in warned.explanation)

    def test_the_payers_number_is_said(self) -> None:
        encounter = Encounter("E1", "P1", PatientClass.OUTPATIENT)
        covered = (Coverage("C1", "P1", "Sample Health Plan", authorisation="SHP-1"),)
        dose = given("A1", "09:00-09:30", "dalbavancin", reasons=("L03.119",))
        facts = PatientFacts("P1", Reference(), (dose,), (encounter,), coverages=covered)
        charge = code(facts, POLICY, TABLES, at("+3 12:00")).visits[0].charges[0]
        assert (charge.authorisation, charge.explanation[-1]) == ("SHP-1", "Approved by the payer under SHP-1.")


def test_of_two_boluses_at_once_the_lower_key_is_asked_about_first() -> None:
    drip = given("C", "09:05-10:00", "heparin")
    visit = coded(push("B", "09:00", "heparin"), push("A", "09:00", "heparin"), drip)
    (query,) = [query for query in visit.queries if query.because == "bolus-and-drip.query"]
    assert query.administrations == ("A", "B", "C")
    open_drip = coded(push("B", "09:00", "heparin"), given("A", "09:00", "heparin"))
    (query,) = [query for query in open_drip.queries if query.because == "bolus-and-drip.query"]
    assert query.administrations == ("A", "B")


def test_an_answer_about_any_bag_of_a_run_is_about_the_run() -> None:
    said = Answer("answer|0", "P1", "time.stop-missing", "E1", ("A2",), "push", "RN Kim", at("12:00"))
    bags = [given("A1", "09:00-09:30", order="O1"), given("A2", "09:30-10:00", order="O1", answers=(said,))]
    (visit,) = derive(PatientFacts("P1", Reference(), tuple(bags), ()), POLICY)
    sheet = Sheet(visit, POLICY, TABLES, at("12:00"))
    known = [one for one in (recognise(bag, sheet) for bag in bags) if one]
    (run,) = stitch(known, 15)
    assert (run.answered("time.stop-missing"), run.answered("drug.unknown")) == ("push", None)


def test_repeats_of_what_is_not_counted_by_time_say_how_they_are() -> None:
    visit = coded(
        given("A1", "09:00-11:00", "vancomycin"),
        given("A2", "09:30-10:00"),
        given("A3", "12:00-13:31"),
        policy=replace(POLICY, same_drug_repeat=SameDrugRepeat.SUM),
    )
    hours = next(charge for charge in visit.charges if charge.service == ("A3",))
    assert (hours.code, hours.units) == ("96366", 1)
    assert hours.because == ("mode.infusion", "time.additional-hours", "repeat.sum")
    concurrent = next(charge for charge in visit.charges if charge.service == ("A2",))
    assert concurrent.because == ("mode.infusion", "concurrent.majority")


def test_an_unclassified_drug_with_its_ndc_waits_for_nothing() -> None:
    dose = push("A1", "09:00", "ketamine", drugs=(DrugGiven(text="ketamine", dose=Quantity(Decimal(20), "mg")),))
    (visit,) = derive(PatientFacts("P1", Reference(), (dose,), ()), POLICY)
    sheet = Sheet(visit, POLICY, TABLES, at("12:00"))
    known = recognise(dose, sheet)
    assert known
    (run,) = stitch([known], 15)
    (supply,) = supplies(run)
    named = replace(supply, known=replace(supply.known, ndc="00409205105"))
    charge = unclassified(named, run, False, sheet)
    assert (charge.status, charge.because, sheet.queries) == ("billable", ("drug.unclassified",), [])
    assert charge.explanation[0].endswith("20 mg, intravenous, NDC 00409205105.")
