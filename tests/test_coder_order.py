"""Ties, runs as drawn, visits, deadlines, and numbers by their day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from coder.charges import CodedVisit, Interval
from coder.coding import code
from coder.facts import (
    Administration,
    AdministrationStatus,
    DrugGiven,
    Encounter,
    PatientClass,
    PatientFacts,
    Quantity,
    Reference,
    Route,
)
from coder.tables import DatedNumber, DrugFamily, Tables
from coder.visits.deriving import derive
from tests.infused import DAY, IN_PROGRESS, NOUGHT, POLICY, TABLES, ZONE, at, coded, given, lines, push


class TestTies:
    def test_equal_infusions_by_link_key(self) -> None:
        visit = coded(given("B", "09:00-10:00", "vancomycin"), given("A", "09:00-10:00", "ceftriaxone"))
        assert lines(visit) == [("96365", ("A",)), ("96368", ("B",))]

    def test_equal_infusions_beside_another_by_link_key(self) -> None:
        visit = coded(
            given("C", "08:00-08:50", "paclitaxel"),
            given("B", "09:00-10:00", "vancomycin"),
            given("A", "09:00-10:00", "ceftriaxone"),
        )
        assert lines(visit) == [("96367", ("A",)), ("96368", ("B",)), ("96413", ("C",))]

    def test_the_rivals_of_the_earliest_are_those_that_overlap_it(self) -> None:
        visit = coded(
            given("A", "09:00-10:00", "vancomycin"),
            given("B", "09:10-09:30", "ceftriaxone"),
            given("C", "09:50-12:00", "metronidazole"),
        )
        assert lines(visit)[0] == ("96365", ("C",))

    def test_of_two_earliest_the_lower_link_key_has_the_rivals(self) -> None:
        visit = coded(
            given("A", "09:00-09:20", "ceftriaxone"),
            given("B", "09:00-10:00", "vancomycin"),
            given("C", "09:30-11:30", "metronidazole"),
        )
        assert lines(visit)[0] == ("96365", ("B",))

    def test_the_first_concurrent_of_the_date_is_reported(self) -> None:
        visit = coded(
            given("A1", "09:00-12:00", "vancomycin"),
            given("A2", "10:00-10:30", "ceftriaxone", order="O2"),
            given("A3", "09:30-10:00", "metronidazole"),
        )
        assert lines(visit)[-1] == ("96368", ("A3",))
        assert [left.administrations for left in visit.not_billed if left.because.startswith("concurrent")] == [("A2",)]

    def test_runs_by_start_then_longer_then_link_key(self) -> None:
        visit = coded(
            given("D", "10:00-10:30", "vancomycin", order="O1"),
            given("C", "09:00-09:30", "ceftriaxone"),
            given("B", "09:00-09:40", "metronidazole"),
            given("A", "09:00-09:30", "azithromycin"),
            given("E", "12:00-13:00", "vancomycin", order="O1"),
            given("F", "11:00-11:30", "cefazolin"),
        )
        assert [run.administrations for run in visit.runs] == [("B",), ("A",), ("C",), ("D",), ("F",), ("E",)]

    def test_without_an_order_only_a_short_gap_continues_a_run(self) -> None:
        stopped = given("A1", "09:00-09:30", "vancomycin", order=None, status=AdministrationStatus.STOPPED)
        later = coded(stopped, given("A2", "11:00-11:30", "vancomycin", order=None))
        assert [run.administrations for run in later.runs] == [("A1",), ("A2",)]
        soon = coded(stopped, given("A2", "09:45-10:15", "vancomycin", order=None))
        assert [run.administrations for run in soon.runs] == [("A1", "A2")]

    def test_without_an_order_neither_rate_nor_pause_continues_a_run(self) -> None:
        rate = Quantity(Decimal(9), "mL/h")
        running = given("A1", "09:00", "vancomycin", order=None, status=IN_PROGRESS, rate=rate)
        visit = coded(running, given("A2", "10:00", "vancomycin", order=None, status=IN_PROGRESS, rate=rate))
        assert [run.administrations for run in visit.runs] == [("A1",), ("A2",)]
        paused = given("A2", "09:30-09:40", "vancomycin", order=None, rate=NOUGHT)
        visit = coded(
            given("A1", "09:00-09:30", "vancomycin", order=None),
            paused,
            given("A3", "09:40-10:30", "vancomycin", order=None),
        )
        assert [run.administrations for run in visit.runs] == [("A1", "A2"), ("A3",)]


class TestDrawnRuns:
    def test_pauses_moments_and_what_still_runs(self) -> None:
        visit = coded(
            given("A1", "09:00-11:00", "vancomycin", order="O1", access="left arm"),
            given("A2", "09:30-10:00", "vancomycin", order="O1", rate=NOUGHT),
            push("A3", "12:00", "morphine"),
            given("A4", "13:00", "ceftriaxone", status=IN_PROGRESS, second_access="protocol"),
        )
        bag, moment, running = visit.runs
        assert (bag.access, bag.pauses, bag.counted) == ("main", ((at("09:30"), at("10:00")),), 90)
        assert moment.intervals == (Interval("A3", at("12:00"), at("12:00"), "charted"),)
        assert (moment.label, moment.mode, moment.counted, moment.running) == ("morphine", "push", None, False)
        assert (running.access, running.mode, running.running) == ("second access", "infusion", True)

    def test_a_mixture_is_named_by_its_drugs(self) -> None:
        bag = (DrugGiven(text="palonosetron"), DrugGiven(text="normal saline"), DrugGiven(text="dexamethasone"))
        visit = coded(given("A1", "09:00-10:00", drugs=bag))
        assert visit.runs[0].label == "dexamethasone sodium phosphate with palonosetron"
        fluids = (DrugGiven(text="normal saline"), DrugGiven(text="d5w"))
        visit = coded(given("A1", "09:00-10:00", drugs=fluids))
        assert visit.runs[0].label == "dextrose 5% with sodium chloride 0.9%"

    def test_times_are_on_the_sites_clock(self) -> None:
        visit = coded(given("A1", "09:00-10:00", start=at("09:00").astimezone(UTC), end=at("10:00").astimezone(UTC)))
        charge = visit.charges[0]
        assert {charge.start.tzinfo, charge.end.tzinfo, visit.runs[0].intervals[0].start.tzinfo} == {ZONE}


class TestDatedNumbers:
    def _from(self, day: date, **numbers: int) -> Tables:
        changed = {
            name: replace(TABLES.numbers[name], values=(*TABLES.numbers[name].values, (day, value)))
            for name, value in numbers.items()
        }
        return replace(TABLES, numbers={**TABLES.numbers, **changed}, cache={})

    def test_the_value_of_the_day(self) -> None:
        number = DatedNumber("n", "", "minute", (), ((date(2020, 1, 1), 16), (date(2026, 1, 1), 31)))
        days = [date(2020, 1, 1), date(2025, 12, 31), date(2026, 1, 1), date(2030, 1, 1)]
        assert [number.on(day) for day in days] == [16, 16, 31, 31]

    def test_a_number_is_that_of_the_day_a_run_began(self) -> None:
        tables = self._from(DAY + timedelta(days=1), infusion_minutes_floor=40, additional_hour_minutes_floor=1)
        before = coded(given("A1", "23:50-+1 01:00", "vancomycin"), tables=tables)
        assert [charge.code for charge in before.charges] == ["96365"]
        after = coded(given("A1", "+1 00:00-+1 01:10", "vancomycin"), tables=tables)
        assert [charge.code for charge in after.charges] == ["96365", "96366"]
        crossing = coded(given("A1", "23:50-+1 00:20", "vancomycin"), tables=tables)
        assert [charge.code for charge in crossing.charges] == ["96365"]
        short = coded(given("A1", "+1 00:00-+1 00:39", "vancomycin"), tables=tables)
        assert [charge.code for charge in short.charges] == ["96374"]

    def test_the_numbers_of_a_repeat_are_those_of_its_own_day(self) -> None:
        tables = self._from(DAY + timedelta(days=1), additional_hour_minutes_floor=1)
        visit = coded(
            given("A1", "20:00-20:30", "vancomycin", order="O1"),
            given("A2", "22:30-+1 00:00", "vancomycin", order="O1"),
            given("A3", "+1 01:00-+1 02:01", "vancomycin", order="O1"),
            tables=tables,
        )
        assert [(charge.service, charge.units) for charge in visit.charges] == [
            (("A1",), 1),
            (("A2",), 1),
            (("A3",), 2),
        ]

    def test_the_numbers_of_hydration_are_those_of_its_first_day(self) -> None:
        tables = self._from(DAY + timedelta(days=1), hydration_minutes_floor=120, additional_hour_minutes_floor=90)
        saline = [given("A1", "23:00-+1 00:00", "normal saline"), given("A2", "+1 01:00-+1 01:40", "normal saline")]
        assert [charge.code for charge in coded(*saline, tables=tables).charges] == ["96360", "96361"]
        beside = coded(*saline, given("A3", "22:00-22:30", "ceftriaxone"), tables=tables)
        assert sum(charge.units or 0 for charge in beside.charges if charge.code == "96361") == 2

    def test_the_numbers_of_repeated_pushes_are_those_of_the_initials_day(self) -> None:
        tables = self._from(DAY + timedelta(days=1), push_repeat_minutes_floor=90)
        visit = coded(push("A1", "23:55-+1 00:01", "morphine"), push("A2", "+1 00:30", "morphine"), tables=tables)
        assert [charge.code for charge in visit.charges] == ["96374", "96376"]


class TestDeadlines:
    def _due(self, *givens: Administration, as_of: datetime) -> datetime | None:
        facts = PatientFacts("P1", Reference(), givens, (Encounter("E1", "P1", PatientClass.OUTPATIENT),))
        return code(facts, POLICY, TABLES, as_of).due_at

    def test_the_first_deadline_to_come(self) -> None:
        bags = [
            given("A1", "10:00", "vancomycin", status=IN_PROGRESS),
            given("A2", "09:00", "normal saline", status=IN_PROGRESS),
            given("A3", "11:00", "octreotide", status=IN_PROGRESS, route=Route.SUBCUTANEOUS),
            given("A4", "08:30", "vancomycin", status=IN_PROGRESS, encounter="day:P1|2026-03-03"),
        ]
        assert self._due(*bags, as_of=at("12:00")) == at("+1 09:00")
        assert self._due(*bags, as_of=at("+1 09:00")) == at("+1 10:00")
        assert self._due(*bags, as_of=at("+1 10:59")) == at("+1 11:00")
        assert self._due(*bags, as_of=at("+1 11:00")) is None

    def test_what_is_over_has_none(self) -> None:
        assert self._due(given("A1", "09:00-10:00"), as_of=at("12:00")) is None


class TestVisits:
    def _derived(self, givens: Iterable[Administration], *encounters: Encounter) -> tuple[CodedVisit, ...]:
        facts = PatientFacts("P1", Reference(reference="Patient/P1"), tuple(givens), encounters)
        return code(facts, POLICY, TABLES, at("+3 12:00")).visits

    def test_one_for_each_encounter_and_one_for_each_day_without(self) -> None:
        visits = self._derived(
            [
                given("A1", "23:30-+1 00:20", start=at("23:30").astimezone(UTC), encounter=None),
                given("A2", "+1 00:30-+1 00:50", encounter=None),
                given("A3", "", encounter=None),
                given("A4", "09:00-10:00", encounter="E2"),
                given("A5", "09:00-10:00", encounter="E1"),
                given("A6", "+2 09:00", encounter=None),
            ]
        )
        assert [visit.visit for visit in visits] == [
            "E1",
            "E2",
            "day:P1|2026-03-03",
            "day:P1|2026-03-04",
            "day:P1|2026-03-05",
            "day:P1|undated",
        ]
        assert {visit.patient_class for visit in visits} == {"unknown"}

    def test_the_encounter_says_class_department_account_and_context(self) -> None:
        account = Reference(value="ACC")
        named = (Reference(reference="Encounter/first"), Reference(reference="Encounter/second"))
        encounter = Encounter("E1", "P1", PatientClass.OUTPATIENT, None, None, "ED", account, named)
        dose = (DrugGiven(text="ceftriaxone", dose=Quantity(Decimal(1), "g")),)
        (visit,) = self._derived([given("A1", "09:00-10:00", drugs=dose)], encounter)
        assert (visit.patient_class, visit.encounter) == ("outpatient", "E1")
        assert len(visit.charges) == 2
        for charge in visit.charges:
            assert (charge.department, charge.account, charge.context) == ("ED", account, named[0])

    def test_a_visit_no_sender_refers_to_is_its_key(self) -> None:
        (visit,) = self._derived([given("A1", "09:00-10:00")], Encounter("E1", "P1", PatientClass.OUTPATIENT))
        assert visit.charges[0].context == Reference(value="E1")
        assert (visit.charges[0].department, visit.charges[0].account) == (None, None)

    def test_a_cancelled_encounter_says_nothing(self) -> None:
        cancelled = Encounter("E1", "P1", PatientClass.OUTPATIENT, cancelled=True)
        (visit,) = self._derived([given("A1", "09:00-10:00")], cancelled)
        assert (visit.patient_class, visit.charges) == ("unknown", ())

    def test_dated_and_undated_stand_together(self) -> None:
        mixed = [
            given("C", ""),
            given("B", "10:00-11:00", "vancomycin"),
            given("A", ""),
            given("D", "10:00-11:00"),
            given("E", "09:00-09:30", "cefazolin"),
            push("F", "08:00", "morphine"),
        ]
        facts = PatientFacts("P1", Reference(), tuple(mixed), ())
        assert [one.key for one in derive(facts, POLICY)[0].administrations] == ["F", "E", "B", "D", "A", "C"]
        (visit,) = self._derived(mixed, Encounter("E1", "P1", PatientClass.OUTPATIENT))
        assert [left.administrations for left in visit.not_billed if left.because == "time.start-missing"] == [
            ("A",),
            ("C",),
        ]
        assert [run.administrations for run in visit.runs] == [("F",), ("E",), ("B",), ("D",)]

    def test_what_is_ignored_is_nowhere(self) -> None:
        (visit,) = self._derived(
            [given("A1", "09:00-10:00", ignored="test message")], Encounter("E1", "P1", PatientClass.OUTPATIENT)
        )
        assert (visit.charges, visit.not_billed, visit.queries, visit.runs) == ((), (), (), ())


@pytest.mark.parametrize(
    ("route", "rule"),
    [
        (Route.OTHER, "mode.route-not-coded"),
        (Route.INTRALESIONAL, "mode.route-not-coded"),
        (Route.INTRATHECAL, "mode.route-not-coded"),
    ],
)
def test_routes_that_are_not_coded(route: Route, rule: str) -> None:
    left_out = {left.because for left in coded(given("A1", "09:00-10:00", route=route)).not_billed}
    assert left_out - {"drug.dose-missing"} == {rule}


def test_a_vaccine_has_codes_of_its_own() -> None:
    drug = replace(TABLES.formulary.drugs["pegfilgrastim"], name="a vaccine", family=DrugFamily.VACCINE)
    formulary = replace(
        TABLES.formulary,
        drugs={**TABLES.formulary.drugs, "a vaccine": drug},
        by_text={**TABLES.formulary.by_text, "a vaccine": "a vaccine"},
    )
    visit = coded(
        given("A1", "09:00", "a vaccine", route=Route.INTRAMUSCULAR), tables=replace(TABLES, formulary=formulary)
    )
    assert (visit.charges, [left.because for left in visit.not_billed]) == ((), ["given.vaccine"])
