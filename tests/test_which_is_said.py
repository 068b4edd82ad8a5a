"""What is said of which line: necessity, waiting, drawing, and the order at a tie, where a case file cannot tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from coder.answers import effects
from coder.answers.values import LONGEST_TEXT, Asked, text
from coder.charges import CodedVisit
from coder.coding import code
from coder.coverage_table import ApprovalRow, CoverageRow, CoverageTable, Verdict
from coder.edit_tables import LimitKind, Separable, UnitLimit
from coder.facts import (
    Administration,
    Encounter,
    PatientClass,
    PatientFacts,
    Place,
    PlacePeriod,
    Procedure,
    ProcedureKind,
    Pump,
    Purpose,
    Reference,
    Route,
)
from coder.policy import DemandDoses, Setting, Unsigned
from tests.infused import DAY, IN_PROGRESS, POLICY, TABLES, at, coded, given, push, sentences
from tests.test_edits import visits
from tests.test_edits_between_lines import paired, with_edits

PUSHES = replace(POLICY, pca_demand_doses=DemandDoses.PUSHES)


def inpatient(*givens: Administration) -> CodedVisit:
    encounter = Encounter("E1", "P1", PatientClass.INPATIENT, at("08:00"))
    (visit,) = code(PatientFacts("P1", Reference(), givens, (encounter,)), POLICY, TABLES, at("+3 12:00")).visits
    return visit


class TestEdits:
    def test_an_evaluation_is_advised_about_once_for_all_lines_in_order(self) -> None:
        over = [(line, "99213", Separable.WITH_MODIFIER) for line in ("96375", "96367", "96365")]
        evaluation = Procedure("PR1", "P1", ProcedureKind.EVALUATION, "99213", at("07:00"), at("07:20"), "E1")
        (visit,) = visits(
            given("A1", "08:00-09:00"),
            given("A2", "09:00-10:00", "vancomycin"),
            push("A3", "10:30", "morphine"),
            tables=paired(*over),
            procedures=(evaluation,),
        )
        (advice,) = visit.advisories
        assert advice.codes == ("99213", "96365", "96367", "96375")
        assert "beside 96365, 96367, 96375, if" in advice.says

    @pytest.mark.parametrize(
        ("kind", "said"),
        [(LimitKind.LINE, "2 units on one line of"), (LimitKind.DATE_CLINICAL, "3 units on the date of")],
    )
    def test_a_limit_says_what_it_counted(self, kind: LimitKind, said: str) -> None:
        tables = with_edits(limits={Setting.FACILITY: {"96366": UnitLimit(1, kind)}})
        first, second = given("A1", "08:00-10:31"), given("A2", "17:00-18:31", "vancomycin", encounter="E2")
        advised = [one.says for visit in visits(first, second, tables=tables) for one in visit.advisories]
        assert [says for says in advised if said in says]

    def test_a_second_concurrent_infusion_of_one_visit_is_not_said_to_be_another_visits(self) -> None:
        visit = coded(
            given("A1", "08:00-12:00", "vancomycin"),
            given("A2", "08:30-09:00"),
            given("A3", "10:00-10:30", "metronidazole"),
        )
        (left,) = [one for one in visit.not_billed if one.because == "concurrent.once-per-date"]
        assert (left.says, left.minutes) == ("A concurrent infusion is reported once a date.", 30)


class TestNecessity:
    def test_a_row_from_an_age_on_says_nothing_of_the_younger(self) -> None:
        rows = (CoverageRow(Verdict.COVERED, "iron", "D50", "D50", from_age=41),)
        ages = {age: CoverageTable(rows).row_for("iron", "D50", "medicare", DAY, age) for age in (40, 41)}
        assert (ages[40], ages[41]) == (None, rows[0])

    def test_where_no_payer_is_told_the_one_whose_rows_count_is_named(self) -> None:
        rows = (ApprovalRow("ceftriaxone", "medicare", source="test"),)
        visit = coded(given("A1", "09:00-10:00"), tables=replace(TABLES, coverage=CoverageTable((), rows), cache={}))
        (query,) = [query for query in visit.queries if query.because == "authorisation.missing"]
        assert "Under which number did Medicare approve it" in query.ask


class TestDrawing:
    def test_what_an_inpatient_was_given_is_drawn(self) -> None:
        assert [run.mode for run in inpatient(given("A1", "09:00-10:00")).runs] == ["inpatient"]

    def test_what_is_not_covered_is_drawn(self) -> None:
        rows = (CoverageRow(Verdict.NOT_COVERED, "ceftriaxone", "M722", "M722", source="test"),)
        tables = replace(TABLES, coverage=CoverageTable(rows), cache={})
        visit = coded(given("A1", "09:00-10:00", reasons=("M72.2",)), tables=tables)
        assert [run.mode for run in visit.runs] == ["not covered"]


class TestLines:
    def test_the_question_of_a_bolus_and_its_drip_is_about_no_other_drug(self) -> None:
        visit = coded(
            push("A1", "09:00", "heparin"),
            given("A2", "09:05-10:00", "heparin"),
            push("B1", "11:00", "furosemide"),
            given("B2", "11:05-12:00", "furosemide"),
        )
        asked = [query.administrations for query in visit.queries if query.because == "bolus-and-drip.query"]
        assert sorted(asked) == [("A1", "A2"), ("B1", "B2")]

    def test_a_line_that_waits_keeps_what_was_said_of_it(self) -> None:
        signed, unsigned = (
            sentences(
                coded(given("A1", "09:00-10:00", signed=one), policy=replace(POLICY, unsigned=Unsigned.HOLD)), "96365"
            )
            for one in (True, False)
        )
        assert unsigned.startswith(signed)
        assert len(unsigned) > len(signed)

    @pytest.mark.parametrize(("pump", "said"), [(Pump.PORTABLE, "portable"), (Pump.IMPLANTABLE, "implanted")])
    def test_a_refill_says_of_which_pump(self, pump: Pump, said: str) -> None:
        visit = coded(given("A1", "09:00", "morphine", purpose=Purpose.PUMP_REFILL, pump=pump))
        assert f"A pump was refilled and looked after: {said}." in visit.charges[0].explanation

    def test_only_a_dose_asked_of_a_pump_is_said_to_be_one(self) -> None:
        (charted,) = coded(push("A1", "09:00", "morphine")).charges
        assert charted.because[0] == "mode.push-charted"
        assert "pca.demand-pushes" not in charted.because
        (asked,) = coded(given("A1", "09:00", "morphine", demand=True), policy=PUSHES).charges
        assert asked.because[:2] == ("mode.push-charted", "pca.demand-pushes")

    def test_one_injection_was_not_split(self) -> None:
        (charge,) = coded(given("A1", "09:00", "octreotide", route=Route.INTRAMUSCULAR)).charges
        assert not any(rule.startswith("injection.split") for rule in charge.because)


def test_the_earliest_of_what_time_alone_would_change_in_several_visits() -> None:
    running = [
        given(key, start, status=IN_PROGRESS, encounter=encounter)
        for key, start, encounter in [("A1", "08:00", "E1"), ("A2", "18:00", "E2")]
    ]
    encounters = tuple(
        Encounter(key, "P1", PatientClass.OUTPATIENT, at(start), at(end))
        for key, start, end in [("E1", "07:00", "12:00"), ("E2", "17:00", "22:00")]
    )
    facts = PatientFacts("P1", Reference(), tuple(running), encounters)
    due = code(facts, POLICY, TABLES, at("19:00")).due_at
    assert due == at("08:00") + timedelta(hours=POLICY.missing_stop_hours)


def test_of_two_places_that_began_at_once_the_name_decides() -> None:
    def place(*periods: PlacePeriod) -> Any:
        encounter = Encounter("E1", "P1", PatientClass.OUTPATIENT, at("08:00"), places=periods)
        facts = PatientFacts("P1", Reference(), (given("A1", "09:00-10:00"),), (encounter,))
        return [left.because for left in code(facts, POLICY, TABLES, at("+3 12:00")).visits[0].not_billed]

    two = [PlacePeriod(one, at("08:00"), at("12:00")) for one in (Place.IMAGING, Place.DIALYSIS)]
    assert place(*two) == place(*reversed(two))


def test_times_that_were_answered_leave_a_bag_between_without_a_stop() -> None:
    bags = [given("A1", "09:00"), given("A2", "09:30")]
    said = f"{at('09:10').isoformat()}/{at('10:00').isoformat()}"
    assert [(one.start, one.end) for one in effects.times(bags, said)] == [
        (at("09:10"), None),
        (at("09:30"), at("10:00")),
    ]


def test_questions_of_the_repeated_hour_come_in_order_of_keys() -> None:
    begun, later = datetime(2026, 11, 1, 6, 30, tzinfo=UTC), datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
    doses = [
        replace(given(key, "", drug), start=begun, end=begun + timedelta(hours=2), later_start=later)
        for key, drug in [("B", "vancomycin"), ("A", "ceftriaxone")]
    ]
    visit = coded(*doses)
    asked = [query.administrations for query in visit.queries if query.because == "time.repeated-hour"]
    assert asked == sorted(asked)
    assert asked


@pytest.mark.parametrize("length", [LONGEST_TEXT, LONGEST_TEXT + 1])
def test_an_answer_in_words_has_a_length(length: int) -> None:
    assert LONGEST_TEXT == 200
    assert (text("x" * length, Asked()) is not None) is (length == LONGEST_TEXT)
