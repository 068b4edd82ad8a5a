"""Where two could be meant and a case file cannot tell which: whose visit, which table's row, which of two fluids."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from coder.charges import ChargeStatus, CodedVisit
from coder.coding import code
from coder.coverage_table import CoverageRow, CoverageTable, Verdict
from coder.drugs.identity import identify, ndc_forms
from coder.edit_tables import Separable
from coder.facts import (
    Administration,
    AdministrationStatus,
    Coding,
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
from tests.infused import IN_PROGRESS, POLICY, TABLES, ZONE, at, coded, given, push
from tests.test_edits import visits
from tests.test_edits_between_lines import paired


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
