"""Visits: which encounters are one, what their key and class is, and what surrounds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC
from itertools import permutations
from typing import Any

import pytest

from coder.coding import code
from coder.facts import (
    Administration,
    AdmissionOrder,
    ClassPeriod,
    Condition,
    Coverage,
    Encounter,
    PatientClass,
    PatientFacts,
    Procedure,
    Reference,
    VisitReason,
)
from coder.policy import Policy
from coder.visits.deriving import derive
from coder.visits.visit import Visit
from tests.infused import POLICY, TABLES, ZONE, at, given

OUTPATIENT, INPATIENT = PatientClass.OUTPATIENT, PatientClass.INPATIENT
EMERGENCY, OBSERVATION = PatientClass.EMERGENCY, PatientClass.OBSERVATION


def encounter(key: str, said: str = "", patient_class: PatientClass = OUTPATIENT, **more: Any) -> Encounter:
    """An encounter from `08:00-12:00`, `08:00-` or nothing."""
    start, _, end = said.partition("-")
    stated = {
        "start": at(start) if start else None,
        "end": at(end) if end else None,
        "references": (Reference(reference=f"Encounter/{key}"),),
    }
    return Encounter(key, "P1", patient_class, **(stated | more))


def derived(
    givens: Iterable[Administration], *encounters: Encounter, policy: Policy = POLICY, **more: Any
) -> tuple[Visit, ...]:
    """The visits of some facts."""
    return derive(PatientFacts("P1", Reference(), tuple(givens), encounters, **more), policy)


class TestJoining:
    def test_a_stay_has_the_key_of_its_earliest_encounter_and_the_names_of_all(self) -> None:
        account = Reference(value="ACC")
        (visit,) = derived(
            [given("A1", "09:00-10:00", encounter="E2"), given("A2", "13:00-14:00", encounter="E1")],
            encounter("E1", "12:00-20:00", OBSERVATION, department="4 West", account=account),
            encounter("E2", "08:00-12:00", EMERGENCY, department="ED"),
        )
        assert (visit.key, visit.encounter, visit.department) == ("E2", "E2", "ED")
        assert [visit.part(one).department for one in visit.administrations] == ["ED", "4 West"]
        assert visit.part(visit.administrations[1]).context == Reference(reference="Encounter/E1")
        assert visit.part(visit.administrations[1]).account == account
        assert visit.part(given("A3", "09:00", encounter=None)).department == "ED"
        assert (visit.start, visit.end) == (at("08:00"), at("20:00"))
        assert visit.patient_class is OBSERVATION

    def test_of_encounters_that_begin_together_the_lower_key(self) -> None:
        (visit,) = derived(
            [given("A1", "09:00-10:00", encounter="E2")], encounter("E2", "08:00-"), encounter("E1", "08:00-")
        )
        assert visit.key == "E1"

    def test_the_order_of_the_facts_changes_nothing(self) -> None:
        encounters = [
            encounter("E1", "08:00-12:00", EMERGENCY),
            encounter("E2", "12:00-20:00", OBSERVATION),
            encounter("E3", part_of="E2"),
            encounter("E4", "21:00-22:00"),
            encounter("E5", "20:00-", INPATIENT),
        ]
        givens = [given(f"A{n}", f"{9 + 3 * n}:00".zfill(5), encounter=f"E{n}") for n in range(1, 4)]
        wanted = derived(givens, *encounters)
        for shuffled in permutations(encounters):
            assert derived(reversed(givens), *shuffled) == wanted

    def test_the_end_of_a_stay_is_known_when_all_have_left(self) -> None:
        (visit,) = derived(
            [given("A1", "09:00-10:00")], encounter("E1", "08:00-", EMERGENCY), encounter("E2", "09:00-12:00")
        )
        assert (visit.start, visit.end) == (at("08:00"), None)

    @pytest.mark.parametrize(("begun", "keys"), [("11:59", ["E1"]), ("12:00", ["E1"]), ("12:01", ["E1", "E2"])])
    def test_overlapping_and_touching_is_one_visit(self, begun: str, keys: list[str]) -> None:
        visits = derived(
            [given("A1", "09:00-10:00"), given("A2", "13:00-14:00", encounter="E2")],
            encounter("E1", "08:00-12:00"),
            encounter("E2", f"{begun}-15:00"),
        )
        assert [visit.key for visit in visits] == keys

    def test_through_a_third_encounter(self) -> None:
        (visit,) = derived(
            [given("A1", "09:00-10:00"), given("A2", "13:00-14:00", encounter="E3")],
            encounter("E1", "08:00-12:00"),
            encounter("E3", "13:00-15:00"),
            encounter("E2", "11:00-13:30"),
        )
        assert [one.key for one in visit.administrations] == ["A1", "A2"]

    def test_what_is_part_of_a_series_is_a_visit_of_its_own(self) -> None:
        visits = derived(
            [given("A1", "09:00-10:00"), given("A2", "13:00-14:00", encounter="E2")],
            encounter("E1", "00:00-+20 00:00", series=True),
            encounter("E2", "12:00-15:00", part_of="E1"),
        )
        assert [visit.key for visit in visits] == ["E1|2026-03-03", "E2"]

    def test_encounters_that_are_part_of_each_other_end(self) -> None:
        (visit,) = derived([given("A1", "09:00-10:00")], encounter("E1", part_of="E2"), encounter("E2", part_of="E1"))
        assert visit.key == "E1"

    def test_a_dose_in_two_stays_at_once_is_in_neither(self) -> None:
        visits = derived(
            [given("A1", "09:00-10:00", encounter=None)],
            encounter("E1", "08:00-12:00"),
            encounter("E2", "00:00-+20 00:00", series=True),
        )
        assert [visit.key for visit in visits] == ["day:P1|2026-03-03"]


class TestSeries:
    def test_an_undated_dose_is_a_visit_of_its_own(self) -> None:
        visits = derived([given("A1", "09:00"), given("A2", "")], encounter("E1", series=True))
        assert [visit.key for visit in visits] == ["E1|2026-03-03", "E1|undated"]
        assert {(visit.start, visit.end, visit.encounter) for visit in visits} == {(None, None, "E1")}

    @pytest.mark.parametrize(("begun", "count"), [("00:15", 1), ("00:16", 2)])
    def test_a_pause_over_midnight_no_longer_than_the_gap_is_one_day(self, begun: str, count: int) -> None:
        visits = derived(
            [given("A1", "23:00-+1 00:00"), given("A2", f"+1 {begun}-+1 02:00")], encounter("E1", series=True)
        )
        assert len(visits) == count


class TestClasses:
    def _standing(self, *encounters: Encounter, **more: Any) -> tuple[PatientClass, Any]:
        (visit,) = derived([given("A1", "09:00-10:00")], *encounters, **more)
        return visit.patient_class, visit.outpatient_until and visit.outpatient_until.astimezone(ZONE)

    def test_the_newest_class_goes_on_where_the_history_ends(self) -> None:
        history = (ClassPeriod(EMERGENCY, at("08:00"), at("14:00")),)
        assert self._standing(encounter("E1", "08:00-", INPATIENT, classes=history)) == (EMERGENCY, at("14:00"))

    def test_the_earlier_of_order_and_told_class(self) -> None:
        history = (ClassPeriod(OBSERVATION, at("08:00"), at("14:00")), ClassPeriod(INPATIENT, at("14:00")))
        stay = encounter("E1", "08:00-", INPATIENT, classes=history)
        earlier = AdmissionOrder("O1", "P1", at=at("13:30"), encounter="E1")
        later = replace(earlier, at=at("15:00"))
        assert self._standing(stay, admission_orders=(earlier,))[1] == at("13:30")
        assert self._standing(stay, admission_orders=(later,))[1] == at("14:00")

    def test_an_order_that_names_no_encounter_is_of_the_stay_it_lies_in(self) -> None:
        stay = encounter("E1", "08:00-20:00", OBSERVATION)
        inside = AdmissionOrder("O1", "P1", at=at("13:30"))
        assert self._standing(stay, admission_orders=(inside,)) == (OBSERVATION, at("13:30"))
        outside = replace(inside, at=at("20:30"))
        assert self._standing(stay, admission_orders=(outside,)) == (OBSERVATION, None)
        elsewhere = replace(inside, encounter="E9")
        assert self._standing(stay, admission_orders=(elsewhere,)) == (OBSERVATION, None)

    def test_an_order_without_its_time_says_nothing(self) -> None:
        untimed = AdmissionOrder("O1", "P1", encounter="E1")
        assert self._standing(encounter("E1", "08:00-", OBSERVATION), admission_orders=(untimed,))[1] is None

    def test_turned_back_at_an_unknown_time_voids_every_order(self) -> None:
        history = (ClassPeriod(INPATIENT, at("08:00")),)
        stay = encounter("E1", "08:00-", OBSERVATION, classes=history)
        order = AdmissionOrder("O1", "P1", at=at("08:00"), encounter="E1")
        assert self._standing(stay, admission_orders=(order,)) == (OBSERVATION, None)

    def test_an_inpatient_without_any_time_is_one_from_the_start(self) -> None:
        assert self._standing(encounter("E1", "", INPATIENT)) == (INPATIENT, None)

    def test_an_order_cuts_a_stay_whose_start_nobody_told(self) -> None:
        order = AdmissionOrder("O1", "P1", at=at("13:30"), encounter="E1")
        assert self._standing(encounter("E1", "", INPATIENT), admission_orders=(order,)) == (OUTPATIENT, at("13:30"))

    def test_the_next_admission(self) -> None:
        visits = derived(
            [given(f"A{n}", f"+{n} 09:00-+{n} 10:00", encounter=f"E{n}") for n in range(4)],
            encounter("E0", "08:00-12:00"),
            encounter("E1", "+1 08:00-+1 12:00", INPATIENT),
            encounter("E2", "+2 08:00-+2 12:00"),
            encounter("E3", "+3 08:00-+3 12:00", INPATIENT),
        )
        admitted = [visit.next_admission and visit.next_admission.astimezone(ZONE) for visit in visits]
        assert admitted == [at("+1 08:00"), at("+3 08:00"), at("+3 08:00"), None]


class TestSurroundings:
    def test_who_pays(self) -> None:
        def payer(*coverages: Coverage) -> str | None:
            (visit,) = derived([given("A1", "09:00-10:00")], encounter("E1", "08:00-"), coverages=coverages)
            return visit.payer

        old = Coverage("C1", "P1", "Acme", end=at("-1 00:00"))
        new = Coverage("C2", "P1", "Medicare", start=at("-1 00:00"))
        newer = Coverage("C3", "P1", "Beta", start=at("08:00"))
        assert payer() is None
        assert payer(old) is None
        assert payer(old, new) == "Medicare"
        assert payer(new, newer) == "Beta"
        assert payer(replace(new, rank=1), newer) == "Medicare"
        assert payer(new, replace(newer, cancelled=True)) == "Medicare"
        assert payer(replace(new, payer=None)) is None
        assert payer(Coverage("C9", "P1", "Z"), Coverage("C8", "P1", "Y")) == "Y"

    def test_who_pays_when_no_time_is_known(self) -> None:
        always = Coverage("C1", "P1", "Acme")
        (visit,) = derived([given("A1", "")], encounter("E1"), coverages=(always, replace(always, start=at("08:00"))))
        assert visit.payer == "Acme"

    def test_diagnoses_of_the_visit_and_those_known_before(self) -> None:
        conditions = (
            Condition("D1", "P1", "C50.911", encounter="E1"),
            Condition("D2", "P1", "M05.79", start=at("-9 08:00")),
            Condition("D3", "P1", "K50.00", start=at("+1 08:00")),
            Condition("D4", "P1", "K51.00", encounter="E9"),
            Condition("D5", "P1", "K52.00", encounter="E1", cancelled=True),
            Condition("D6", "P1", None, encounter="E1"),
        )
        (visit,) = derived([given("A1", "09:00-10:00")], encounter("E1", "08:00-12:00"), conditions=conditions)
        assert visit.diagnoses == ("C50.911", "M05.79")

    def test_procedures_of_the_visit_and_those_in_its_time(self) -> None:
        procedures = (
            Procedure("PR3", "P1", start=at("10:00")),
            Procedure("PR2", "P1", start=at("10:00"), encounter="E1"),
            Procedure("PR1", "P1", encounter="E1"),
            Procedure("PR4", "P1", start=at("13:00")),
            Procedure("PR5", "P1", start=at("10:00"), encounter="E9"),
            Procedure("PR6", "P1", encounter="E1", cancelled=True),
            Procedure("PR7", "P1"),
        )
        (visit,) = derived([given("A1", "09:00-10:00")], encounter("E1", "08:00-12:00"), procedures=procedures)
        assert [one.key for one in visit.procedures] == ["PR1", "PR2", "PR3"]

    def test_the_reason_of_the_first_encounter_that_has_one(self) -> None:
        (visit,) = derived(
            [given("A1", "09:00-10:00")],
            encounter("E1", "08:00-12:00"),
            encounter("E2", "09:00-12:00", reason=VisitReason.HYDRATION),
            encounter("E3", "10:00-12:00", reason=VisitReason.INFUSION),
        )
        assert visit.reason is VisitReason.HYDRATION


def test_times_told_in_another_zone_change_nothing() -> None:
    def visits(zone: Any) -> Any:
        begun = (at("23:30"), at("+1 00:20"))
        stay = encounter("E1", start=at("20:00").astimezone(zone), end=at("+1 08:00").astimezone(zone))
        dose = given("A1", "", start=begun[0].astimezone(zone), end=begun[1].astimezone(zone))
        facts = PatientFacts("P1", Reference(reference="Patient/P1"), (dose,), (stay,))
        return code(facts, POLICY, TABLES, at("+3 12:00"))

    assert visits(UTC) == visits(ZONE)
