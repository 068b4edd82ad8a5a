"""Who pays, where the patient was and how days are told apart: edges that no case lies at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from coder.charges import CodeSystem
from coder.coding import code
from coder.facts import (
    AdmissionOrder,
    ClassPeriod,
    Coverage,
    PatientClass,
    PatientFacts,
    Place,
    PlacePeriod,
    Reference,
)
from coder.policy import InpatientWindow
from coder.visits.classes import class_history
from coder.visits.surroundings import coverage_on
from tests.infused import POLICY, TABLES, at, given
from tests.test_visits import EMERGENCY, INPATIENT, OBSERVATION, OUTPATIENT, derived, encounter

NOON = at("12:00")


def covered(key: str, **more: Any) -> Coverage:
    """A payer of the same name as the key."""
    return Coverage(key, "P1", f"payer {key}", **more)


class TestCoverage:
    def paying(self, *coverages: Coverage, moment: Any = NOON) -> str | None:
        found = coverage_on(coverages, moment)
        return found.key if found else None

    def test_the_first_in_rank_pays_though_it_began_earlier(self) -> None:
        first, second = covered("A", rank=1, start=at("08:00")), covered("B", rank=2, start=at("10:00"))
        assert self.paying(first, second) == self.paying(second, first) == "A"
        assert self.paying(covered("B"), covered("A", rank=3)) == "A"

    def test_without_ranks_the_last_that_began(self) -> None:
        assert self.paying(covered("A", start=at("10:00")), covered("B", start=at("08:00")), covered("C")) == "A"
        assert self.paying(covered("B"), covered("A")) == "A"

    @pytest.mark.parametrize(
        ("more", "pays"),
        [
            ({"end": at("12:00")}, True),
            ({"end": at("12:01")}, True),
            ({"end": at("11:59")}, False),
            ({"start": at("12:00")}, True),
            ({"start": at("12:01")}, False),
            ({"cancelled": True}, False),
            ({"payer": None}, False),
        ],
    )
    def test_while_it_is_in_force(self, more: dict[str, Any], pays: bool) -> None:
        stated: dict[str, Any] = {"payer": "payer A", **more}
        assert (self.paying(Coverage("A", "P1", **stated)) == "A") is pays

    def test_of_a_moment_nobody_knows_only_what_has_no_dates(self) -> None:
        assert self.paying(covered("A"), moment=None) == "A"
        assert self.paying(covered("A", end=NOON), moment=None) is None
        assert self.paying(covered("A", start=NOON), moment=None) is None


class TestPlaces:
    def place(self, one: Any, *encounters: Any) -> Place | None:
        (visit,) = derived([one], *encounters)
        return visit.administrations[0].place

    def test_of_two_places_at_once_the_one_that_began_last(self) -> None:
        long = PlacePeriod(Place.RECOVERY, at("08:00"), at("12:00"))
        short = PlacePeriod(Place.IMAGING, at("09:00"), at("10:00"))
        for places in ((long, short), (short, long)):
            stay = encounter("E1", "08:00-12:00", places=places)
            assert self.place(given("A1", "09:30-10:30"), stay) is Place.IMAGING
            assert self.place(given("A1", "10:00-10:30"), stay) is Place.RECOVERY

    def test_a_place_without_an_end_goes_on(self) -> None:
        stay = encounter("E1", "08:00-12:00", places=(PlacePeriod(Place.RECOVERY, at("09:00"), None),))
        assert self.place(given("A1", "11:00-11:30"), stay) is Place.RECOVERY
        assert self.place(given("A1", "08:30-11:30"), stay) is None

    def test_the_place_is_that_of_its_own_encounter_else_of_the_stays_first(self) -> None:
        first = encounter("E1", "08:00-10:00", EMERGENCY, places=(PlacePeriod(Place.IMAGING, None, None),))
        second = encounter("E2", "10:00-12:00", OBSERVATION, places=(PlacePeriod(Place.RECOVERY, None, None),))
        assert self.place(given("A1", "09:00-09:30", encounter="E1"), first, second) is Place.IMAGING
        assert self.place(given("A1", "09:00-09:30", encounter="E2"), first, second) is Place.RECOVERY


class TestDaysOfASeries:
    def test_what_ends_before_what_hangs_does_not_end_the_day(self) -> None:
        series = encounter("E1", series=True, start=at("-2 00:00"), end=at("+5 00:00"))
        visits = derived(
            [
                given("A1", "20:00-+1 02:00", "vancomycin"),
                given("A2", "21:00-21:30"),
                given("A3", "+1 01:00-+1 01:30", "metronidazole"),
            ],
            series,
        )
        assert [[one.key for one in visit.administrations] for visit in visits] == [["A1", "A2", "A3"]]


class TestStays:
    @pytest.mark.parametrize("patient_class", [EMERGENCY, OBSERVATION, INPATIENT])
    def test_who_stays_without_a_charted_end_is_there_through_the_day(self, patient_class: PatientClass) -> None:
        visits = derived(
            [given("A1", "09:00-10:00", encounter="E1"), given("A2", "20:00-20:30", encounter="E2")],
            encounter("E1", "08:00", patient_class),
            encounter("E2", "19:00-21:00"),
        )
        assert len(visits) == 1

    def test_an_outpatient_without_a_charted_end_is_there_to_the_last_thing_known(self) -> None:
        doses = [given("A1", "09:00-11:00", encounter="E1"), given("A2", "11:30-12:00", encounter="E2")]
        assert len(derived(doses, encounter("E1", "08:00"), encounter("E2", "10:30-13:00"))) == 1
        assert len(derived(doses, encounter("E1", "08:00"), encounter("E2", "11:15-13:00"))) == 2

    def test_a_period_of_a_class_is_something_known(self) -> None:
        periods = (ClassPeriod(OUTPATIENT, at("08:00"), at("11:00")),)
        doses = [given("A1", "09:00-09:30", encounter="E1"), given("A2", "11:30-12:00", encounter="E2")]
        first = encounter("E1", "08:00", classes=periods)
        assert len(derived(doses, first, encounter("E2", "10:30-13:00"))) == 1
        assert len(derived(doses, first, encounter("E2", "11:15-13:00"))) == 2


class TestClassHistory:
    def test_a_newest_class_that_nobody_knows_ends_no_history(self) -> None:
        periods = (ClassPeriod(INPATIENT, at("08:00"), at("12:00")),)
        unknown = encounter("E1", "08:00-12:00", PatientClass.UNKNOWN, classes=periods)
        assert class_history(unknown) == periods
        turned = encounter("E1", "08:00-12:00", OBSERVATION, classes=periods)
        assert class_history(turned) == (ClassPeriod(OBSERVATION, at("12:00"), at("12:00")),)
        same = encounter("E1", "08:00-12:00", INPATIENT, classes=periods)
        assert class_history(same) == periods


def test_a_procedure_of_an_inpatient_has_the_department_of_the_stay() -> None:
    account = Reference(value="ACC")
    stay = encounter("E1", "08:00", INPATIENT, department="4 West", account=account)
    dose = given("A1", "09:00-10:00", "alteplase", access="picc")
    visits = code(PatientFacts("P1", Reference(), (dose,), (stay,)), POLICY, TABLES, at("+3 08:00")).visits
    (charge,) = visits[0].charges
    assert (charge.department, charge.account) == ("4 West", account)


def test_what_began_before_the_days_an_inpatient_claim_takes_in_becomes_no_procedure() -> None:
    """By its start, though it ended within them."""
    policy = replace(POLICY, inpatient_window=InpatientWindow.WITHDRAW)
    begun, admitted = at("-4 23:00"), at("08:00")
    stay = encounter("E1", "", EMERGENCY, start=begun)
    order = AdmissionOrder("AO1", "P1", INPATIENT, admitted, "E1")
    dose = given("A1", "", "alteplase", start=begun, end=at("-3 01:00"), access="picc")
    facts = PatientFacts("P1", Reference(), (dose,), (stay,), admission_orders=(order,))
    (visit,) = code(facts, policy, TABLES, at("+3 08:00")).visits
    assert [charge.code for charge in visit.charges if charge.system is CodeSystem.ICD_10_PCS] == []
