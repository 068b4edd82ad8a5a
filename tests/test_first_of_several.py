"""Which of several is named, asked about or comes first, where a case file cannot tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from coder.charges import Answerable, CodedVisit
from coder.coding import code
from coder.coverage_table import CoverageRow, CoverageTable, Verdict
from coder.drug_tables import DrugModifier, modifiers_asked
from coder.edit_tables import LimitKind, Separable, UnitLimit
from coder.edits.review import Reviewed
from coder.facts import (
    Answer,
    Coverage,
    DrugGiven,
    DrugSource,
    Encounter,
    PatientClass,
    PatientFacts,
    Procedure,
    ProcedureKind,
    Pump,
    Purpose,
    Quantity,
    Reference,
    Route,
)
from coder.inpatient.substances import Uncoded, procedure_of
from coder.lines.explaining import explanation, reasons
from coder.pcs_tables import Region
from coder.policy import Midnight, MissingStop, Owned, SameDrugRepeat, Setting, SplitDose
from coder.sheet import Sheet
from coder.visits.deriving import derive
from tests.infused import DAY, IN_PROGRESS, POLICY, TABLES, ZONE, at, coded, given, push, sentences
from tests.test_edits import visits
from tests.test_edits_between_lines import paired, with_edits

SALINE, RED_CELLS = "normal saline", "packed red cells"
OUTPATIENT = Encounter("E1", "P1", PatientClass.OUTPATIENT)
INPATIENT = Encounter("E1", "P1", PatientClass.INPATIENT, at("08:00"))


def of(*givens: Any, encounter: Encounter = OUTPATIENT, **more: Any) -> CodedVisit:
    """The one visit of a patient of whom more is known than what was given."""
    facts = PatientFacts("P1", Reference(), givens, (encounter,), **more)
    (visit,) = code(facts, POLICY, TABLES, at("+3 12:00")).visits
    return visit


def mixed(*drugs: str) -> tuple[DrugGiven, ...]:
    return tuple(DrugGiven(text=name) for name in drugs)


class TestEdits:
    def test_a_question_names_the_earliest_of_those_over_a_line(self) -> None:
        tables = paired(*((over, "96372", Separable.WITH_MODIFIER) for over in ("96365", "96375")))
        injected = given("A3", "10:30", "ketorolac", route=Route.INTRAMUSCULAR, order=None)
        (visit,) = visits(given("A1", "09:00-10:00"), push("A2", "08:00", "morphine"), injected, tables=tables)
        (query,) = [query for query in visit.queries if query.because == "edit.pair-open"]
        assert query.ask.endswith("and is it the order of what was started at 08:00?")

    def test_of_one_dose_what_is_left_out_comes_in_order_of_its_reasons(self) -> None:
        bag = (DrugGiven(text="ceftriaxone", dose=Quantity(Decimal(1), "g")), DrugGiven(text="vancomycin"))
        (visit,) = visits(given("A1", "09:00-10:00", drugs=bag), policy=replace(POLICY, charges=Owned.ADMINISTRATION))
        assert [left.because for left in visit.not_billed] == ["charges.drug-elsewhere", "drug.dose-missing"]

    def test_an_add_on_of_an_add_on_that_was_taken_off_is_taken_off_too(self) -> None:
        limit = UnitLimit(0, LimitKind.DATE_ABSOLUTE)
        tables = with_edits(limits={Setting.FACILITY: {"96365": limit}})
        (visit,) = visits(given("A1", "08:00-09:00"), given("A2", "09:00-10:31", "vancomycin"), tables=tables)
        assert visit.charges == ()
        assert {left.because for left in visit.not_billed if left.code in ("96366", "96367")} == {"edit.add-on"}

    def test_an_add_on_that_waits_already_does_not_wait_for_its_initial_service_too(self) -> None:
        study = Procedure("PR1", "P1", ProcedureKind.IMAGING, "70460", encounter="E1", day=DAY)
        (visit,) = visits(given("A1", "08:00-09:00"), given("A2", "09:30", "vancomycin"), procedures=(study,))
        rules = {charge.service: charge.because for charge in visit.charges}
        assert "edit.pair-open" in rules["A1",]
        assert rules["A2",].count("initial.waiting") == 0

    def test_a_line_has_each_of_its_rules_once(self) -> None:
        charge = visits(given("A1", "08:00-09:00"))[0].charges[0]
        line = Reviewed(charge, 0, charge.code, DAY)
        line.note("edit.pair", "One.")
        line.note("edit.pair", "Two.")
        assert line.charge.because == (*charge.because, "edit.pair")
        assert line.charge.explanation[-2:] == ("One.", "Two.")


class TestInpatient:
    def test_of_two_unnamed_antineoplastics_the_first_is_asked_about(self) -> None:
        bag = mixed("interferon alfa-2b", "pegaspargase")
        kinds = {name: kind for name, kind in TABLES.procedures.kinds.items() if name != "pegaspargase"}
        tables = replace(TABLES, procedures=replace(TABLES.procedures, kinds=kinds), cache={})
        facts = PatientFacts("P1", Reference(), (given("A1", "09:00-10:00", drugs=bag, access="hand"),), (INPATIENT,))
        (visit,) = code(facts, POLICY, tables, at("+3 12:00")).visits
        (query,) = visit.queries
        assert query.ask.startswith("Is interferon alfa-2b an antineoplastic,")

    @pytest.mark.parametrize(
        ("drugs", "said"),
        [
            (("ketorolac", "vancomycin"), "no anti-inflammatory (3Z)"),
            (("vancomycin", "ketorolac"), "(29)"),
            (("vedolizumab",), "(GR)"),
        ],
    )
    def test_of_what_is_not_coded_the_first_drug_and_its_first_kind_are_named(
        self, drugs: tuple[str, ...], said: str
    ) -> None:
        visit = of(given("A1", "09:00-10:00", drugs=mixed(*drugs), access="hand"), encounter=INPATIENT)
        assert said in visit.not_billed[0].says

    def test_where_a_more_general_kind_alone_is_wanted_the_first_drug_is_named(self) -> None:
        bag = given("A1", "09:00-10:00", drugs=mixed("vancomycin", "vedolizumab"), access="hand")
        facts = PatientFacts("P1", Reference(), (bag,), (INPATIENT,))
        (visit,) = code(facts, replace(POLICY, pcs_allow=("GC",)), TABLES, at("+3 12:00")).visits
        assert (len(visit.not_billed), "(29)" in visit.not_billed[0].says) == (1, True)

    def test_of_a_region_that_knows_none_of_its_kinds_the_first_is_named(self) -> None:
        (visit,) = derive(PatientFacts("P1", Reference(), (given("A1", "09:00-10:00"),), ()), POLICY)
        sheet = Sheet(visit, POLICY, TABLES, at("12:00"))
        drug = TABLES.formulary.drugs["vancomycin"]
        found = procedure_of(drug, ("17", "PZ"), Region.MUSCLE, DAY, sheet)
        assert isinstance(found, Uncoded)
        assert (found.rule, "thrombolytic" in found.says) == ("pcs.no-code", True)
        found = procedure_of(drug, ("PZ", "XZ"), Region.MUSCLE, DAY, sheet)
        assert isinstance(found, Uncoded)
        assert (found.rule, "(PZ)" in found.says) == ("class.inpatient", True)
        found = procedure_of(drug, ("PZ", "XZ"), Region.MUSCLE, date(2010, 1, 1), sheet)
        assert isinstance(found, Uncoded)
        assert (found.rule, "(PZ)" in found.says) == ("class.inpatient", True)


class TestNecessity:
    def test_of_a_bag_of_which_nothing_is_covered_the_first_drug_is_named(self) -> None:
        rows = (
            CoverageRow(Verdict.NOT_COVERED, "cyanocobalamin", "M722", "M722", source="of the first"),
            CoverageRow(Verdict.NOT_COVERED, "thiamine", "M722", "M722", source="of the second"),
        )
        tables = replace(TABLES, coverage=CoverageTable(rows), cache={})
        bag = given("A1", "09:00-10:00", drugs=mixed("cyanocobalamin", "thiamine"), reasons=("M72.2",))
        (left,) = coded(bag, tables=tables).not_billed
        assert left.says == "Cyanocobalamin for M72.2 is not covered: of the first."

    def test_a_diagnosis_of_which_a_row_says_something_else_may_stand_first(self) -> None:
        rows = (CoverageRow(Verdict.COVERED, None, "Z792", "Z792", source="ours"),)
        tables = replace(TABLES, coverage=CoverageTable(rows), cache={})
        bag = given("A1", "09:00-10:00", reasons=("Z79.2", "L03.119"))
        assert coded(bag, tables=tables).charges[0].reason == ("Z79.2", "L03.119")

    def test_the_row_in_force_when_it_began_decides(self) -> None:
        rows = (CoverageRow(Verdict.NOT_COVERED, "ceftriaxone", "L031", "L031", since=date(2026, 3, 4)),)
        tables = replace(TABLES, coverage=CoverageTable(rows), cache={})
        assert coded(given("A1", "23:00-+1 01:00", reasons=("L03.119",)), tables=tables).charges
        assert not coded(given("A1", "+1 00:00-+1 01:00", reasons=("L03.119",)), tables=tables).charges

    def test_of_two_drugs_that_want_a_number_the_first_is_asked_about_and_the_payer_named(self) -> None:
        bag = mixed("dalbavancin", "ferric carboxymaltose")
        dose = given("A1", "09:00-10:00", drugs=bag, reasons=("L03.119", "D50.9"))
        visit = of(dose, coverages=(Coverage("C1", "P1", "Sample Health Plan"),))
        (query,) = [query for query in visit.queries if query.because == "authorisation.missing"]
        assert query.ask == (
            "Dalbavancin was given at 09:00. Under which number did Sample Health Plan approve it, if it did?"
        )


class TestFluid:
    """What has no stop may take the time of every fluid that follows."""

    def counted(self, *givens: Any) -> int:
        """The minutes of fluid alone."""
        lines = [charge.minutes for charge in coded(*givens).charges if charge.code in ("96360", "96361")]
        return next(minutes.counted for minutes in lines if minutes)

    def test_what_has_a_stop_and_goes_on_without_one(self) -> None:
        fluid = given("S", "08:00-12:00", SALINE, purpose=Purpose.HYDRATION)
        first = given("A1", "09:00-09:30", order="O1")
        goes_on = given("A2", "09:30", order="O1")
        assert self.counted(fluid, first, goes_on) == 60

    def test_what_lay_between_its_bags_is_not_taken(self) -> None:
        fluid = given("S", "08:00-12:00", SALINE, purpose=Purpose.HYDRATION)
        bags = [given("A1", "09:00-09:20", order="O1"), given("A2", "09:30-09:40", order="O1")]
        assert self.counted(fluid, *bags, given("A3", "09:40", order="O1")) == 70

    def test_fluids_that_touch_take_nothing_of_each_other(self) -> None:
        first = given("S1", "08:00-09:00", SALINE, purpose=Purpose.HYDRATION)
        second = given("S2", "09:00-10:00", "lactated ringer's", purpose=Purpose.HYDRATION)
        (ledger,) = {charge.minutes for charge in coded(first, second).charges if charge.code == "96360"}
        assert ledger is not None
        assert ledger.subtracted == ()

    def test_also_of_the_last_of_several_fluids(self) -> None:
        fluids = [
            given("S1", "08:00-09:00", SALINE, purpose=Purpose.HYDRATION),
            given("S2", "10:00-12:00", SALINE, purpose=Purpose.HYDRATION),
        ]
        assert self.counted(*fluids, given("A1", "09:30", RED_CELLS)) == 60

    def test_not_of_what_was_over_when_its_last_charted_time_came(self) -> None:
        fluid = given("S", "08:00-11:00", SALINE, purpose=Purpose.HYDRATION)
        units = given("A1", "09:30-11:30", RED_CELLS, order="O1"), given("A2", "11:30", RED_CELLS, order="O1")
        visit = coded(fluid, *units)
        assert [(charge.code, charge.status) for charge in visit.charges] == [("96360", "billable")]
        assert visit.queries == ()


class TestLines:
    def test_infusions_counted_as_one_stand_in_order_of_start_and_key(self) -> None:
        repeats = [given(name, "13:00-13:31", "vancomycin", order=f"O{name}", access=name) for name in ("B", "A")]
        visit = coded(
            given("I", "09:00-10:00", "vancomycin", access="B"),
            *repeats,
            policy=replace(POLICY, same_drug_repeat=SameDrugRepeat.SUM),
        )
        assert [charge.service for charge in visit.charges if len(charge.service) > 1] == [("I", "A", "B")]

    def test_the_question_of_sites_is_of_the_first_of_them(self) -> None:
        visit = coded(
            given("A1", "09:00-10:00", access="left"), given("A2", "10:00-11:00", "vancomycin", access="right")
        )
        (query,) = [query for query in visit.queries if query.because == "access.second-undocumented"]
        assert query.since == at("09:00")
        taken_over = given("A1", "09:00-10:00", access="left", taken_over_at=at("09:10"))
        visit = coded(taken_over, given("A2", "10:00-11:00", "vancomycin", access="right"))
        (query,) = [query for query in visit.queries if query.because == "access.second-undocumented"]
        assert query.since == at("09:10")

    def test_one_access_is_no_second_one_whatever_was_charted(self) -> None:
        visit = coded(given("A1", "09:00-10:00", access="left", second_access="protocol"))
        assert "second access" not in sentences(visit, "96365")

    def test_one_pump_under_the_skin_is_not_counted_together(self) -> None:
        visit = coded(given("A1", "09:00-11:00", "octreotide", route=Route.SUBCUTANEOUS, pump=Pump.PORTABLE))
        (hours,) = [charge for charge in visit.charges if charge.code == "96370"]
        assert "subcutaneous.together" not in hours.because

    def test_one_bag_that_was_taken_over_is_not_stitched(self) -> None:
        visit = coded(given("A1", "09:00-10:00", taken_over_at=at("09:10")))
        assert "run.taken-over" in visit.charges[0].because
        assert "run.stitched" not in visit.charges[0].because

    def test_a_line_dated_by_its_start_does_not_say_its_date_again(self) -> None:
        visit = coded(given("A1", "23:00-+1 02:00"), policy=replace(POLICY, midnight=Midnight.START))
        dated = [said for said in reasons(visit.charges[0], ZONE) if "Dated" in said]
        assert dated == ["Dated 2026-03-03 by policy midnight = start."]

    def test_a_new_technology_dates_its_line_itself(self) -> None:
        visit = of(given("A1", "09:00-10:00", "trilaciclib", access="hand"), encounter=INPATIENT)
        said = reasons(visit.charges[0], ZONE)
        assert [words for words in said if words.startswith("Dated")] == [
            "Dated 2026-03-03, the day on which it began; a procedure counts once."
        ]

    def test_a_computed_stop_says_its_arithmetic(self) -> None:
        bag = given("A1", "09:00", volume_infused=Quantity(Decimal(100), "mL"), rate=Quantity(Decimal(100), "mL/h"))
        visit = coded(bag, policy=replace(POLICY, missing_stop=MissingStop.COMPUTED))
        wanted = "The stop of A1: its charted start and the time that 100 mL take at 100 mL/h."
        assert wanted in visit.charges[0].explanation

    def test_the_minutes_at_which_several_units_were_earned_are_said(self) -> None:
        said = sentences(coded(given("A1", "09:00-12:31")), "96366")
        assert "Units earned at counted minutes 91, 151, 211." in said
        dose = given("A1", "09:00", "octreotide", route=Route.INTRAMUSCULAR, injections=2)
        twice = coded(dose, policy=replace(POLICY, split_dose=SplitDose.EACH))
        assert "Units earned" not in sentences(twice, "96372")

    def test_of_two_that_it_runs_beside_for_as_long_the_first_is_named(self) -> None:
        visit = coded(
            given("A1", "08:00-10:05", "vancomycin"),
            given("A2", "08:30-10:05", "metronidazole"),
            given("A3", "10:00-12:00"),
        )
        assert "Ran alongside vancomycin for 5 minutes" in sentences(visit, "96367")

    def test_an_arterial_infusion_says_that_it_stands_by_itself(self) -> None:
        visit = coded(given("A1", "09:00-10:00", "methotrexate", route=Route.INTRA_ARTERIAL))
        assert "An antineoplastic infused into an artery: it stands by itself." in sentences(visit, "96422")

    def test_pauses_of_infusions_counted_as_one_stand_in_their_ledger(self) -> None:
        nought = Quantity(Decimal(0), "mL/h")
        visit = coded(
            given("A1", "08:00-09:00", "vancomycin", order="O1"),
            given("A2", "12:00-14:00", "vancomycin", order="O2"),
            given("A3", "12:30", "vancomycin", order="O2", rate=nought),
            given("A4", "12:45", "vancomycin", order="O2", status=IN_PROGRESS),
            policy=replace(POLICY, same_drug_repeat=SameDrugRepeat.SUM),
        )
        (ledger,) = [charge.minutes for charge in visit.charges if charge.code == "96366"]
        assert ledger is not None
        assert [(one.administration, one.minutes, one.rule) for one in ledger.subtracted] == [("A3", 15, "run.pause")]

    def test_of_two_reasons_for_a_second_access_at_one_time_that_of_the_lower_key_is_said(self) -> None:
        visit = coded(
            given("A0", "08:00-10:00", "vancomycin", access="left"),
            given("B", "09:00-10:00", access="right", second_access="incompatible"),
            given("A", "09:00-10:00", SALINE, purpose=Purpose.HYDRATION, access="right", second_access="protocol"),
        )
        said = next(charge.explanation for charge in visit.charges if charge.service == ("B",))
        assert "documented as necessary (protocol;" in " ".join(said)

    def test_a_push_has_no_minutes_to_say(self) -> None:
        (charge,) = coded(push("A1", "09:00", "morphine")).charges
        assert "Counted:" not in " ".join(explanation(charge, ZONE, TABLES.authorities))

    def test_what_was_discarded_has_its_own_amount_of_the_product(self) -> None:
        dose = (DrugGiven(text="infliximab", dose=Quantity(Decimal(350), "mg")),)
        hundred = Quantity(Decimal(100), "mg")
        visit = coded(
            given(
                "A1",
                "09:00-11:00",
                drugs=dose,
                containers=(hundred,) * 4,
                wasted=Quantity(Decimal(50), "mg"),
                drug_source=DrugSource("340b"),
            )
        )
        amounts = [charge.product.dose for charge in visit.charges if charge.product]
        assert amounts == [Decimal(350), Decimal(50)]

    def test_a_dose_during_an_operation_is_of_the_time_before_its_end(self) -> None:
        operation = Procedure("PR1", "P1", ProcedureKind.OPERATION, None, at("09:00"), at("11:00"), "E1")
        dose = given("A1", "10:00-10:10", "cefazolin", purpose=Purpose.PROPHYLACTIC)
        (left,) = of(dose, procedures=(operation,)).not_billed
        assert left.says == "Prophylaxis on the day of an operation, before its end: integral to it."

    def test_a_pump_that_goes_on_at_home_is_asked_about_twice_once_it_is_overdue(self) -> None:
        pump = given("A1", "09:00", "fluorouracil", pump=Pump.PORTABLE, continues_at_home=True)
        assert {query.because for query in coded(pump).queries} >= {"pump.length-unknown", "time.stop-missing"}


class TestAnswersAndQuestions:
    def test_answers_are_said_in_order_of_when_they_were_given(self) -> None:
        said = [
            Answer(f"answer|{hour}", "P1", rule, "E1", ("A1",), says, "RN Kim", at(f"{hour}:00"))
            for hour, rule, says in [
                (14, "documented.identity", "yes"),
                (13, "time.stop-missing", at("10:00").isoformat()),
            ]
        ]
        line = of(given("A1", "09:00"), answers=tuple(said)).charges[0]
        assert [words.partition(":")[0] for words in line.explanation if words.startswith("Answered")] == [
            "Answered by RN Kim on 2026-03-03 at 13",
            "Answered by RN Kim on 2026-03-03 at 14",
        ]

    def test_the_same_words_for_two_reasons_are_two_questions(self) -> None:
        (visit,) = derive(PatientFacts("P1", Reference(), (given("A1", "09:00-10:00"),), ()), POLICY)
        sheet = Sheet(visit, POLICY, TABLES, at("12:00"))
        for rule in ("drug.ndc-missing", "drug.product-unknown", "drug.ndc-missing"):
            sheet.ask(rule, ["A1"], Answerable.PHARMACY, "Which product was given?", None)
        assert [query.because for query in sheet.queries] == ["drug.ndc-missing", "drug.product-unknown"]


def test_a_payer_that_no_row_names_goes_by_medicares_days_alone() -> None:
    rows = (
        DrugModifier("JZ", "medicare", DAY, "test"),
        DrugModifier("JW", "acme", date(2020, 1, 1), "test"),
    )
    assert modifiers_asked(rows, "Another Plan", DAY) == modifiers_asked(rows, None, DAY) == {"JZ"}
    assert modifiers_asked(rows, "ACME of Texas", DAY) == {"JW"}
