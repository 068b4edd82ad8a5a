"""What an answer states of each of the doses it is about, and how what a person typed is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from coder.answers import drugs, effects
from coder.answers.applying import given_at, with_answers
from coder.answers.forms import FORMS
from coder.answers.settling import sentence
from coder.answers.values import Asked, moment, opened_and_discarded, period, products, words
from coder.coding import code
from coder.facts import (
    Administration,
    AdministrationStatus,
    Answer,
    DrugGiven,
    Encounter,
    EndSource,
    PatientClass,
    PatientFacts,
    Quantity,
    Reference,
)
from tests.infused import IN_PROGRESS, NOUGHT, POLICY, TABLES, ZONE, at, given

FORMULARY = TABLES.formulary
MG = "mg"


def answer(rule: str, says: str, *about: str, **more: Any) -> Answer:
    """What somebody answered at noon."""
    stated: dict[str, Any] = {"by": "RN Kim", "at": at("12:00"), "drug": "", **more}
    return Answer("answer|0", "P1", rule, "E1", administrations=about, says=says, **stated)


def mg(value: int) -> Quantity:
    return Quantity(Decimal(value), MG)


class TestFill:
    def test_only_what_does_not_have_it(self) -> None:
        bare, told = given("A1", "09:00-10:00"), given("A2", "10:00-11:00", access="left")
        filled = effects.fill("access")([bare, told], "right")
        assert [one.access for one in filled] == ["right", "left"]

    def test_each_states_it_of_all(self) -> None:
        bare, told = given("A1", "09:00-10:00"), given("A2", "10:00-11:00", access="left")
        assert [one.access for one in effects.each("access")([bare, told], "right")] == ["right", "right"]


class TestStop:
    def test_the_last_that_flows_stops_and_no_pause_does(self) -> None:
        bags = [given("A1", "09:00", status=IN_PROGRESS), given("A2", "10:00", status=IN_PROGRESS, rate=NOUGHT)]
        stopped = effects.stop(bags, at("11:00").isoformat())
        assert [one.end for one in stopped] == [at("11:00"), None]
        assert stopped[0].status is AdministrationStatus.COMPLETED
        assert stopped[0].end_source is EndSource.ANSWERED

    def test_what_was_stopped_stays_stopped(self) -> None:
        bag = given("A1", "09:00", status=AdministrationStatus.STOPPED)
        assert effects.stop([bag], at("11:00").isoformat())[0].status is AdministrationStatus.STOPPED

    def test_it_still_runs(self) -> None:
        assert effects.stop([given("A1", "09:00")], "running")[0].status is IN_PROGRESS

    def test_without_anything_open_nothing_is_stated(self) -> None:
        bags = [given("A1", "09:00-10:00")]
        assert effects.stop(bags, at("11:00").isoformat()) == bags


class TestTimes:
    def test_all_of_it_lies_between_them(self) -> None:
        bags = [given("A1", "09:00-10:00"), given("A2", "10:00-11:00"), given("A3", "11:00-12:00")]
        stated = effects.times(bags, f"{at('09:30').isoformat()}/{at('11:30').isoformat()}")
        assert [(one.start, one.end) for one in stated] == [
            (at("09:30"), at("10:00")),
            (at("10:00"), at("11:00")),
            (at("11:00"), at("11:30")),
        ]
        assert [one.end_source for one in stated] == [None, None, EndSource.ANSWERED]

    def test_an_end_before_the_start_is_none(self) -> None:
        told = [given("A1", "09:00-10:00", start=None), given("A2", "09:00-09:30", start=None)]
        assert [one.end for one in effects.start(told, at("09:30").isoformat())] == [at("10:00"), None]


def test_a_second_access_is_whatever_is_at_another_site_than_the_first() -> None:
    bags = [given("A1", "09:00"), given("A2", "10:00", access="left"), given("A3", "11:00", access="right")]
    assert [one.second_access for one in effects.access(bags, "protocol")] == [None, None, "protocol"]
    assert [one.access for one in effects.access(bags, "same")] == ["left", "left", "left"]


def test_a_payers_number_or_that_there_is_none() -> None:
    bags = [given("A1", "09:00")]
    assert effects.authorisation(bags, "SHP-1")[0].authorisation == "SHP-1"
    assert effects.authorisation(bags, "none")[0].authorisation is None


class TestProducts:
    def state(self, one: Administration, says: str) -> list[str | None]:
        return [drug.text for drug in drugs.named([one], answer("drug.unknown", says, "A1"), FORMULARY)[0].drugs]

    def test_in_place_of_the_same_drug_else_of_the_first_unknown(self) -> None:
        bag = given("A1", "09:00", drugs=(DrugGiven(text="wonder drug", dose=mg(5)), DrugGiven(text="ceftriaxone")))
        assert self.state(bag, "vancomycin") == ["vancomycin", "ceftriaxone"]
        assert self.state(bag, "CEFTRIAXONE") == ["wonder drug", "CEFTRIAXONE"]
        known = given("A1", "09:00", drugs=(DrugGiven(text="ceftriaxone"),))
        assert self.state(known, "vancomycin") == ["ceftriaxone"]
        assert self.state(replace(known, drugs=()), "vancomycin, ceftriaxone") == ["vancomycin", "ceftriaxone"]
        named = drugs.named([bag], answer("drug.unknown", "vancomycin", "A1"), FORMULARY)
        assert named[0].drugs[0].dose == mg(5)

    def test_every_product_named_must_be_one(self) -> None:
        asked = Asked(ZONE, None, FORMULARY)
        assert products("ceftriaxone,  vancomycin", asked) == "ceftriaxone, vancomycin"
        assert products("ceftriaxone,", asked) is None
        assert products("ceftriaxone, wonder drug", asked) is None


class TestDoses:
    def doses(self, *bags: Administration, drug: str = "") -> list[list[Quantity | None]]:
        stated = drugs.dosed(bags, answer("drug.dose-missing", "500 mg", "A1", drug=drug), FORMULARY)
        return [[one.dose for one in bag.drugs] for bag in stated]

    def test_the_first_bag_holds_it_and_another_no_more(self) -> None:
        two = [given("A1", "09:00-09:30"), given("A2", "09:30-10:00")]
        assert self.doses(*two) == [[mg(500)], [mg(0)]]
        rates = [given("A1", "09:00"), given("A2", "09:30-10:00")]
        assert self.doses(*rates) == [[mg(500)], [mg(500)]]

    def test_the_drug_asked_about_else_the_first_without_a_dose(self) -> None:
        bag = given(
            "A1",
            "09:00-10:00",
            drugs=(DrugGiven(text="normal saline"), DrugGiven(text="wonder drug"), DrugGiven(text="ceftriaxone")),
        )
        assert self.doses(bag, drug="ceftriaxone") == [[None, None, mg(500)]]
        assert self.doses(bag) == [[None, None, mg(500)]]
        dosed = (DrugGiven(text="vancomycin", dose=mg(1)), DrugGiven(text="ceftriaxone"))
        assert self.doses(replace(bag, drugs=dosed)) == [[mg(1), mg(500)]]
        whole = (DrugGiven(text="vancomycin", dose=mg(1)), DrugGiven(text="ceftriaxone", dose=mg(2)))
        assert self.doses(replace(bag, drugs=whole)) == [[mg(500), mg(2)]]

    @pytest.mark.parametrize(
        ("says", "containers", "wasted"),
        [
            ("opened 500 mg + 500 mg, discarded 200 mg", (mg(500), mg(500)), mg(200)),
            ("opened 500 mg", (mg(500),), mg(7)),
            ("discarded 200 mg", (mg(9),), mg(200)),
        ],
    )
    def test_what_was_opened_and_discarded_is_stated_of_the_first_bag(
        self, says: str, containers: tuple[Quantity, ...], wasted: Quantity
    ) -> None:
        bags = [given(f"A{one}", "09:00-10:00", containers=(mg(8 + one),), wasted=mg(6 + one)) for one in (1, 2, 3)]
        stated = drugs.opened(bags, answer("drug.waste-differs", says, "A1"), FORMULARY)
        told = [(one.key, one.containers, one.wasted) for one in stated]
        assert told == [("A1", containers, wasted), ("A2", (), None), ("A3", (), None)]


class TestReading:
    asked = Asked(ZoneInfo("America/Chicago"), at("09:00"), FORMULARY)

    def test_a_period_over_midnight_by_the_clock_alone(self) -> None:
        first, _, last = (period("23:00-01:00", self.asked) or "").partition("/")
        assert (datetime.fromisoformat(first), datetime.fromisoformat(last)) == (at("23:00"), at("+1 01:00"))
        assert period("2026-03-03T23:00/2026-03-03T22:00", self.asked) is None
        assert period("09:00-09:00", self.asked) is None

    @pytest.mark.parametrize("since", ["09:00", "09:00:30", "09:00:00.000007"])
    def test_the_minute_it_began_is_that_days_and_the_minute_before_the_next_days(self, since: str) -> None:
        asked = Asked(ZoneInfo("America/Chicago"), at(since), FORMULARY)
        assert moment("09:00", asked) == at("09:00").isoformat()
        assert moment("08:59", asked) == at("+1 08:59").isoformat()

    def test_words_in_any_spelling(self) -> None:
        read = words("by-hand", pump="by-pump", not_charted="none")
        assert [read(said, self.asked) for said in ("By hand", "by-hand", "PUMP", "not charted", "else")] == [
            "by-hand",
            "by-hand",
            "by-pump",
            "none",
            None,
        ]

    def test_a_time_of_day_after_the_last_day_of_all_is_none(self) -> None:
        assert moment("01:00", Asked(ZONE, datetime(9999, 12, 31, 12, tzinfo=UTC))) is None

    @pytest.mark.parametrize(
        ("said", "meant"),
        [
            ("opened 500 mg + 500 mg, discarded 200 mg", "opened 500 mg + 500 mg, discarded 200 mg"),
            ("opened 500 mg, discarded 0 mg", "opened 500 mg, discarded 0 mg"),
            ("opened 500 mg", "opened 500 mg"),
            ("discarded 200 mg", "discarded 200 mg"),
            ("opened 500 mg, discarded much", None),
            ("opened 500 mg + some, discarded 1 mg", None),
            ("discarded 200 mg, opened 500 mg", None),
        ],
    )
    def test_what_was_opened_and_what_was_discarded(self, said: str, meant: str | None) -> None:
        assert opened_and_discarded(said, self.asked) == meant

    @pytest.mark.parametrize("said", ["", "ceftriaxone,", "ceftriaxone, , vancomycin"])
    def test_no_product_between_commas_is_none(self, said: str) -> None:
        assert products(said, replace(self.asked, formulary=None)) is None

    @pytest.mark.parametrize(("said", "meant"), [("y", "yes"), ("TRUE", "yes"), ("N", "no"), ("false", "no")])
    def test_other_words_for_yes_and_no(self, said: str, meant: str) -> None:
        assert FORMS["documented.identity"].read(said, self.asked) == meant


class TestApplying:
    def facts(self, *answers: Answer, givens: tuple[Administration, ...] = ()) -> PatientFacts:
        return PatientFacts("P1", Reference(), givens or (given("A1", "09:00"),), (), answers=answers)

    def test_an_answer_about_nothing_that_was_given_states_nothing(self) -> None:
        facts = self.facts(answer("drug.waste-differs", "discarded 5 mg", "B1"))
        assert with_answers(facts, FORMULARY).administrations == facts.administrations

    def test_answers_in_order_of_when_they_were_given(self) -> None:
        undated = answer("time.stop-missing", "running", "A1", at=None)
        assert given_at(undated) < given_at(answer("time.stop-missing", "running", "A1"))

    def test_of_two_answers_at_once_the_higher_key_has_the_last_word(self) -> None:
        first, second = (
            replace(answer("documented.access-site", says, "A1"), key=key, rule="access.second-undocumented")
            for key, says in [("answer|1", "protocol"), ("answer|2", "incompatible")]
        )
        bags = (given("A0", "08:00", access="left"), given("A1", "09:00", access="right"))
        for answers in ((first, second), (second, first)):
            about = [replace(one, administrations=("A0", "A1")) for one in answers]
            stated = with_answers(self.facts(*about, givens=bags), FORMULARY)
            assert [one.second_access for one in stated.administrations] == [None, "incompatible"]

    def test_what_it_is_about_is_taken_in_order_of_start(self) -> None:
        bags = (given("A1", "10:00"), given("A2", "09:00"))
        stated = with_answers(
            self.facts(answer("time.stop-missing", at("11:00").isoformat(), "A1", "A2"), givens=bags), FORMULARY
        )
        assert {one.key: one.end for one in stated.administrations} == {"A1": at("11:00"), "A2": None}

    def test_the_class_of_every_encounter_that_is_unknown(self) -> None:
        bags = (
            given("A1", "09:00-10:00", encounter=None),
            given("A2", "09:00-10:00", encounter="E2"),
            given("A3", "09:00-10:00", encounter="E3"),
        )
        inpatient = Encounter("E3", "P1", PatientClass.INPATIENT)
        said = answer("visit.class-unknown", "outpatient", "A1", "A2", "A3")
        facts = replace(self.facts(said, givens=bags), encounters=(inpatient,))
        stated = with_answers(facts, FORMULARY)
        assert {one.key: one.patient_class for one in stated.encounters} == {
            "E1": PatientClass.OUTPATIENT,
            "E2": PatientClass.OUTPATIENT,
            "E3": PatientClass.INPATIENT,
        }
        assert [one.encounter for one in stated.administrations] == ["E1", "E2", "E3"]


class TestSettling:
    def test_a_line_says_what_was_answered_of_it_and_of_nothing_else(self) -> None:
        said = answer("time.stop-missing", at("10:00").isoformat(), "A1")
        facts = PatientFacts(
            "P1",
            Reference(),
            (given("A1", "09:00"), given("A2", "11:00-12:00", "vancomycin")),
            (Encounter("E1", "P1", PatientClass.OUTPATIENT),),
            answers=(said,),
        )
        charges = code(facts, POLICY, TABLES, at("+3 12:00")).visits[0].charges
        words_of = {charge.service[0]: charge.explanation[-1] for charge in charges}
        assert words_of["A1"] == sentence(said, ZONE)
        assert "Answered" not in words_of["A2"]
        assert sentence(said, ZONE) == (
            "Answered by RN Kim on 2026-03-03 at 12:00: 2026-03-03 10:00 (time.stop-missing)."
        )
        assert sentence(replace(said, at=None, says="T"), UTC) == "Answered by RN Kim: T (time.stop-missing)."

    def test_what_was_answered_for_one_is_not_answered_for_another(self) -> None:
        bags = (given("A1", "09:00-10:00", "wonder drug"), given("A2", "11:00-12:00", "wonder drug"))
        facts = PatientFacts(
            "P1",
            Reference(),
            bags,
            (Encounter("E1", "P1", PatientClass.OUTPATIENT),),
            answers=(answer("drug.unknown", "other wonder", "A1"),),
        )
        visit = code(facts, POLICY, TABLES, at("+3 12:00")).visits[0]
        assert [query.administrations for query in visit.queries] == [("A2",)]
        assert [(left.administrations, left.curable) for left in visit.not_billed] == [
            (("A1",), False),
            (("A2",), True),
        ]
