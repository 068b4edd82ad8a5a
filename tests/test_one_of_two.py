"""Where two could be meant and a case file cannot tell which: whose visit, which table's row, which of two fluids."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from coder.charge_master import ChargeMaster, ChargeMasterRow
from coder.charges import ChargeStatus, CodedVisit
from coder.coding import code
from coder.coverage_table import CoverageRow, CoverageTable, Verdict
from coder.drugs.identity import identify, ndc_forms
from coder.edit_tables import Separable
from coder.facts import (
    Administration,
    AdministrationStatus,
    Coding,
    Coverage,
    DrugGiven,
    Encounter,
    PatientClass,
    PatientFacts,
    Procedure,
    ProcedureKind,
    Purpose,
    Quantity,
    Reference,
    Route,
)
from coder.lines.explaining import reasons
from coder.policy import Concurrent
from coder.visits.deriving import derive
from tests.infused import DAY, IN_PROGRESS, POLICY, TABLES, ZONE, at, coded, given, push, sentences
from tests.test_edits import visits
from tests.test_edits_between_lines import paired


def milligrams(amount: int) -> Quantity:
    return Quantity(Decimal(amount), "mg")


def _years_before(time: datetime | None) -> datetime:
    """The same day and time in March 2024, before the first edition of the edits."""
    assert time is not None
    return time.replace(year=2024)


def admitted(*givens: Administration) -> CodedVisit:
    """The inpatient stay of some doses."""
    encounter = Encounter("E1", "P1", PatientClass.INPATIENT, at("08:00"))
    (visit,) = code(PatientFacts("P1", Reference(), givens, (encounter,)), POLICY, TABLES, at("+3 12:00")).visits
    return visit


class TestDrugs:
    @pytest.mark.parametrize("said", ["12345--67", "-1234-56789", "12345-123456-"])
    def test_a_product_code_with_an_empty_part_is_none(self, said: str) -> None:
        assert ndc_forms(said) == ()

    def test_a_drug_is_identified_the_second_time_as_the_first(self) -> None:
        TABLES.formulary.remembered.clear()
        first, second = (identify(DrugGiven(text="ceftriaxone"), TABLES.formulary) for _ in range(2))
        assert first.candidates == ("ceftriaxone",)
        assert second == first

    def test_where_no_drug_is_charted_the_pharmacy_is_asked(self) -> None:
        visit = coded(given("A1", "09:00-10:00", drugs=()))
        assert [left.because for left in visit.not_billed] == ["drug.unknown"]
        assert [query.because for query in visit.queries] == ["drug.unknown"]
        assert visit.charges == ()

    def test_one_drug_of_two_that_fits_several_is_asked_about_as_such(self) -> None:
        drugs = (DrugGiven((Coding("rxnorm", "1721947"),)), DrugGiven(text="ondansetron"))
        visit = coded(given("A1", "09:00-10:00", drugs=drugs))
        assert [left.because for left in visit.not_billed] == ["drug.ambiguous"]

    def test_the_line_of_a_drug_that_is_still_running_has_its_rule_and_no_quantity(self) -> None:
        dose = (DrugGiven(text="ceftriaxone", dose=Quantity(Decimal(1), "g")),)
        visit = coded(given("A1", "09:00", status=IN_PROGRESS, drugs=dose))
        (drug,) = [charge for charge in visit.charges if charge.code == "J0696"]
        assert (drug.status, drug.units, drug.because) == (ChargeStatus.PLANNED, None, ("drug.units",))


class TestWords:
    def test_a_question_about_an_artery_calls_it_one(self) -> None:
        visit = admitted(given("A1", "09:00-10:00", "cisplatin", route=Route.INTRA_ARTERIAL))
        (query,) = visit.queries
        assert query.ask == "Did the line that cisplatin ran through end in a peripheral or in a central artery?"

    def test_a_procedure_says_its_date_once(self) -> None:
        (charge,) = admitted(given("A1", "09:00-10:00", "alteplase", access="picc")).charges
        assert charge.because[0] == "pcs.introduction"
        assert not any(said.startswith("Dated") for said in set(reasons(charge, ZONE)) - set(charge.explanation))

    def test_a_new_drug_is_said_to_be_one_where_shared_time_is_taken_off(self) -> None:
        bags = given("A1", "09:00-11:00", "vancomycin"), given("A2", "10:50-12:00")
        said = sentences(coded(*bags, policy=replace(POLICY, concurrent=Concurrent.DEDUCT)), "96367")
        assert said.startswith("A new drug on the same access, before or after the initial service: sequential.")
        assert "time shared with a longer infusion is taken off it" in said

    def test_what_was_opened_is_said_of_a_line_that_waits_for_an_answer_about_it(self) -> None:
        dose = (DrugGiven(text="infliximab", dose=milligrams(380)),)
        visit = coded(given("A1", "09:00-10:00", drugs=dose, wasted=milligrams(10), containers=(milligrams(100),) * 4))
        said = sentences(visit, "J1745")
        assert "Opened: 400 mg (as charted); discarded: 20 mg. Waits for an answer." in said

    def test_care_at_home_names_the_first_and_the_last_of_several_codes(self) -> None:
        encounter = Encounter("E1", "P1", PatientClass.HOME, at("08:00"))
        pays = Coverage("C1", "P1", "Acme")
        facts = PatientFacts("P1", Reference(), (given("A1", "09:00-10:00"),), (encounter,), coverages=(pays,))
        ((left,),) = [visit.not_billed for visit in code(facts, POLICY, TABLES, at("+3 12:00")).visits]
        assert "would want one of S9494 to S9504 for the day" in left.says

    def test_pieces_of_fluid_that_are_each_too_short_are_said_to_be(self) -> None:
        apart = replace(POLICY, sum_hydration_segments=False)
        short = [given("A1", "08:00-08:20", "normal saline"), given("A2", "09:00-09:20", "normal saline")]
        fluids = [replace(one, purpose=Purpose.HYDRATION) for one in short]
        (left,) = coded(*fluids, policy=apart).not_billed
        assert left.says == "No piece of fluid alone has 31 minutes (policy sum_hydration_segments = no)."
        (left,) = coded(fluids[0]).not_billed
        assert left.says == "20 minutes of fluid alone; the first unit needs 31."

    def test_the_need_of_a_second_access_is_said_as_it_was_first_charted(self) -> None:
        visit = coded(
            given("A1", "08:00-09:00"),
            given("B2", "08:10-09:10", "vancomycin", access="right arm", second_access="incompatible"),
            given("B1", "09:10-09:40", "metronidazole", access="right arm", second_access="protocol"),
        )
        second = next(charge for charge in visit.charges if charge.service == ("B2",))
        assert "documented as necessary (incompatible;" in " ".join(second.explanation)

    def test_days_before_the_first_edition_are_named_in_order_with_services_alone(self) -> None:
        dose = (DrugGiven(text="ceftriaxone", dose=Quantity(Decimal(1), "g")),)
        doses = [given(f"A{day}", f"+{day} 09:00-+{day} 10:00", drugs=dose) for day in range(6)]
        early = [replace(one, start=_years_before(one.start), end=_years_before(one.end)) for one in doses]
        encounter = Encounter("E1", "P1", PatientClass.OUTPATIENT, _years_before(at("08:00")))
        facts = PatientFacts("P1", Reference(), tuple(early), (encounter,))
        (visit,) = code(facts, POLICY, TABLES, at("12:00")).visits
        (told,) = [one for one in visit.advisories if one.because == "edit.before-first-edition"]
        days = ", ".join(f"2024-03-{day:02d}" for day in range(3, 9))
        assert f"were not checked for {days}: " in told.says
        assert not [one for one in told.codes if not one.isdigit()]

    @pytest.mark.parametrize(
        ("drug", "kind"), [("amiodarone", "antiarrhythmic (RZ)"), ("norepinephrine", "vasopressor (XZ)")]
    )
    def test_a_kind_of_substance_that_the_site_does_not_code_is_named(self, drug: str, kind: str) -> None:
        (left,) = admitted(given("A1", "09:00-10:00", drug, access="picc")).not_billed
        assert f"the site codes no {kind} for inpatients" in left.says

    def test_without_a_payers_number_none_is_said(self) -> None:
        (charge,) = coded(given("A1", "09:00-10:00", "dalbavancin", reasons=("L03.119",))).charges
        assert charge.authorisation is None
        assert not any("Approved by the payer" in said for said in charge.explanation)

    def test_one_injection_is_said_to_count_once(self) -> None:
        said = sentences(coded(given("A1", "09:00", "octreotide", route=Route.INTRAMUSCULAR)), "96372")
        assert "Each separately ordered injection counts once." in said

    def test_a_push_at_the_minute_of_the_reported_one_is_said_to_follow_it(self) -> None:
        visit = coded(push("A1", "09:00", "morphine"), push("A2", "09:00", "morphine"))
        (left,) = [one for one in visit.not_billed if one.because == "push.repeat-within"]
        assert left.says == "The same drug again only 0 minutes after its last reported push."

    def test_an_evaluation_is_advised_about_with_all_codes_in_order(self) -> None:
        wanted = ("96365", "96366", "96367", "96372", "96375", "96376")
        evaluation = Procedure("PR1", "P1", ProcedureKind.EVALUATION, "99213", at("07:00"), at("07:20"), "E1")
        visit, *_ = visits(
            given("A1", "07:30-09:01"),
            given("A2", "09:10-09:40", "vancomycin"),
            push("A3", "09:50", "morphine"),
            push("A4", "10:30", "morphine"),
            given("A5", "10:50", "octreotide", route=Route.INTRAMUSCULAR),
            tables=paired(*((one, "99213", Separable.WITH_MODIFIER) for one in reversed(wanted))),
            procedures=(evaluation,),
        )
        (advice,) = [one for one in visit.advisories if one.because == "modifier.25"]
        assert advice.codes == ("99213", *wanted)
        assert f"beside {', '.join(wanted)}, if" in advice.says

    def test_what_needs_no_minutes_names_none_that_earned_it(self) -> None:
        visit = coded(
            given("A1", "09:00-10:00", "vancomycin"), given("A2", "09:10-09:50"), push("A3", "11:00", "morphine")
        )
        minutes = {charge.code: charge.minutes for charge in visit.charges}
        for code_without in ("96368", "96375"):
            assert (named := minutes[code_without]) is not None
            assert (named.threshold, named.threshold_minutes) == (None, None)

    def test_of_rows_that_cover_every_age_the_first_band_is_named(self) -> None:
        rows = tuple(
            CoverageRow(Verdict.COVERED, "ceftriaxone", "A41", "A41", source=source, **ages)  # type: ignore[arg-type]
            for source, ages in [("for adults", {"from_age": 18}), ("for children", {"to_age": 17})]
        )
        tables = replace(TABLES, coverage=CoverageTable(rows), cache={})
        visit = coded(given("A1", "09:00-10:00", reasons=("A41.9",)), tables=tables)
        assert visit.advisories == ()
        assert "Ceftriaxone is covered for A41.9: for children." in " ".join(visit.charges[0].explanation)


class TestWhich:
    def test_of_two_visits_of_a_day_the_earlier_is_advised_of_an_evaluation(self) -> None:
        evaluation = Procedure("PR1", "P1", ProcedureKind.EVALUATION, "99213", at("07:00"), at("07:20"), "E1")
        morning, evening = visits(
            given("A1", "08:00-09:00"),
            given("A2", "18:00-19:00", "vancomycin", encounter="E2"),
            tables=paired(("96365", "99213", Separable.WITH_MODIFIER)),
            procedures=(evaluation,),
        )
        assert [one.because for one in morning.advisories] == ["modifier.25"]
        assert "modifier.25" not in [one.because for one in evening.advisories]

    def test_of_two_fluids_left_with_the_same_time_the_higher_key_loses_it(self) -> None:
        paused = {"purpose": Purpose.HYDRATION, "order": "O2"}
        visit = coded(
            given("S2", "07:00-07:30", "normal saline", status=AdministrationStatus.ON_HOLD, **paused),
            given("S3", "08:30-10:00", "normal saline", **paused),
            given("S1", "08:30-10:00", "lactated ringer's", purpose=Purpose.HYDRATION),
        )
        fluid = visit.charges[0]
        assert fluid.minutes is not None
        assert (fluid.code, fluid.minutes.counted) == ("96360", 120)
        assert [one.administration for one in fluid.minutes.subtracted] == ["S2"]

    def test_of_a_push_and_its_drip_the_question_names_the_one_that_began_first(self) -> None:
        visit = coded(push("A1", "09:30", "heparin"), given("A2", "09:00-10:00", "heparin"))
        (query,) = [query for query in visit.queries if query.because == "bolus-and-drip.query"]
        assert (query.administrations, query.since) == (("A2", "A1"), at("09:00"))

    def test_what_is_said_of_one_drug_names_its_own_codes_alone(self) -> None:
        rows = (CoverageRow(Verdict.WARNED, "ceftriaxone", "R50", "R50", source="test"),)
        tables = replace(TABLES, coverage=CoverageTable(rows), cache={})
        doses = given("A1", "09:00-10:00", reasons=("R50.9",)), push("A2", "11:00", "ketorolac")
        (advice,) = coded(*doses, tables=tables).advisories
        assert (advice.because, advice.codes) == ("necessity.warned", ("96365",))

    def test_an_error_in_the_chart_does_not_say_which_days_table_holds(self) -> None:
        since = CoverageRow(Verdict.SECONDARY_ONLY, None, "Z792", "Z792", since=DAY, source="test")
        tables = replace(TABLES, coverage=CoverageTable((since,)), cache={})
        dose = given("A1", "09:00-10:00", reasons=("Z79.2",))
        error = given("A0", "", start=at("-1 06:00"), end=at("-1 07:00"), status=AdministrationStatus.ENTERED_IN_ERROR)
        (alone,) = coded(dose, tables=tables).charges
        (beside,) = coded(error, dose, tables=tables).charges
        assert "necessity.secondary-only" in alone.because
        assert beside.because == alone.because

    def test_questions_for_the_charge_master_come_in_order_of_keys(self) -> None:
        keys = [f"A{number}" for number in range(9)]
        master = ChargeMaster({"99999": (ChargeMasterRow("99999", "C1"),)})
        doses = [given(key, "09:00", "octreotide", route=Route.INTRAMUSCULAR) for key in keys]
        visit = coded(*doses, tables=replace(TABLES, charge_master=master, cache={}))
        asked = [query.administrations for query in visit.queries if query.because == "charge.unmapped"]
        assert asked == [(key,) for key in keys]

    def test_what_another_reading_of_an_hour_would_add_stands_in_order_of_keys(self) -> None:
        begun, later = datetime(2026, 11, 1, 6, 20, tzinfo=UTC), datetime(2026, 11, 1, 7, 20, tzinfo=UTC)
        bag = replace(given("A1", ""), start=begun - timedelta(minutes=50), end=begun, later_end=later)
        visit = coded(bag, replace(given("A2", ""), status=AdministrationStatus.NOT_DONE, start=begun))
        left = [(one.administrations, one.because) for one in visit.not_billed]
        assert (("A1",), "time.repeated-hour") in left
        assert left == sorted(left)

    def test_a_row_for_another_payer_asks_nothing(self) -> None:
        rows = (CoverageRow(Verdict.COVERED, "ceftriaxone", "A41", "A41", payer="acme", source="test"),)
        tables = replace(TABLES, coverage=CoverageTable(rows), cache={})
        asked = [
            query.because for query in coded(given("A1", "09:00-10:00", reasons=("M72.2",)), tables=tables).queries
        ]
        assert "necessity.unsupported" not in asked

    def test_what_a_pair_took_off_is_not_taken_off_again_for_want_of_a_primary(self) -> None:
        tables = paired(("36556", "96365", Separable.NEVER), ("36556", "96367", Separable.WITH_MODIFIER))
        catheter = Procedure("PR1", "P1", ProcedureKind.OTHER, "36556", at("10:00"), at("10:30"), "E1")
        visit, *_ = visits(
            given("A1", "08:00-09:00", order="O1", purpose=Purpose.THERAPEUTIC),
            given("A2", "10:00-10:30", "vancomycin", order="O1", purpose=Purpose.THERAPEUTIC),
            given("A3", "11:00-12:00", "metronidazole", order="O3", purpose=Purpose.THERAPEUTIC),
            tables=replace(tables, edits=replace(tables.edits, since=DAY), cache={}),
            procedures=(catheter,),
        )
        left = sorted((one.administrations, one.because) for one in visit.not_billed if one.code)
        assert left == [(("A1",), "edit.pair-never"), (("A2",), "edit.pair"), (("A3",), "edit.add-on")]

    @pytest.mark.parametrize(("until", "coded_so"), [(DAY, True), (DAY - timedelta(days=1), False)])
    def test_a_new_technology_has_its_code_until_its_last_day(self, until: date, coded_so: bool) -> None:
        (row,) = TABLES.procedures.new_technology["cefiderocol"]
        rows = {"cefiderocol": (replace(row, until=until),)}
        tables = replace(TABLES, procedures=replace(TABLES.procedures, new_technology=rows), cache={})
        encounter = Encounter("E1", "P1", PatientClass.INPATIENT, at("08:00"))
        dose = given("A1", "09:00-10:00", "cefiderocol", access="picc")
        facts = PatientFacts("P1", Reference(), (dose,), (encounter,))
        (visit,) = code(facts, POLICY, tables, at("+3 12:00")).visits
        assert ([charge.code for charge in visit.charges] == ["XW043A6"]) is coded_so

    def test_a_question_about_a_drug_names_the_drug_it_is_about(self) -> None:
        drugs = tuple(DrugGiven(text=name) for name in ("ondansetron", "dexamethasone"))
        asked = {query.drug for query in coded(given("A1", "09:00-10:00", drugs=drugs)).queries}
        assert asked == {"ondansetron", "dexamethasone sodium phosphate"}

    def test_a_day_of_a_series_does_not_end_with_the_account(self) -> None:
        account = Encounter("E1", "P1", PatientClass.OUTPATIENT, at("-2 00:00"), at("+20 23:59"), series=True)
        facts = PatientFacts("P1", Reference(), (given("A1", "09:00-10:00"),), (account,))
        (visit,) = derive(facts, POLICY)
        assert (visit.start, visit.end) == (None, None)


class TestDrawn:
    def test_what_was_given_at_home(self) -> None:
        encounter = Encounter("E1", "P1", PatientClass.HOME, at("08:00"))
        facts = PatientFacts("P1", Reference(), (given("A1", "09:00-10:00"),), (encounter,))
        (visit,) = code(facts, POLICY, TABLES, at("+3 12:00")).visits
        assert [run.mode for run in visit.runs] == ["home"]

    def test_pieces_of_fluid_that_are_added_up_are_not_said_to_be_counted_by_themselves(self) -> None:
        fluids = [
            given(key, time, "normal saline", purpose=Purpose.HYDRATION)
            for key, time in [("A1", "08:00-08:40"), ("A2", "09:00-09:50")]
        ]
        added, apart = (
            coded(*fluids, policy=replace(POLICY, sum_hydration_segments=adds)).charges[0].because
            for adds in (True, False)
        )
        assert "hydration.segments" not in added
        assert "hydration.segments" in apart


def test_a_new_technology_of_no_known_kind_is_said_to_stand_in_no_table_before_its_day() -> None:
    tables = replace(TABLES, procedures=replace(TABLES.procedures, kinds={}), cache={})
    name = "cefiderocol"
    day = min(row.since for row in TABLES.procedures.new_technology[name]) - timedelta(days=1)
    dose = replace(given("A1", "", name, access="picc"), start=at("09:00", day), end=at("10:00", day))
    encounter = Encounter("E1", "P1", PatientClass.INPATIENT, at("08:00", day))
    facts = PatientFacts("P1", Reference(), (dose,), (encounter,))
    (visit,) = code(facts, POLICY, tables, at("+3 12:00", day)).visits
    (left,) = [left for left in visit.not_billed if left.because == "class.inpatient"]
    assert f"which kind of substance {name} is stands in no table here" in left.says
