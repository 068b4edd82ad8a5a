"""Inpatient: words for a line, what the tables refuse, and what a procedure's charge is made of."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from importlib import resources
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from coder.charges import Charge, ChargeStatus, Coded, CodeSystem, Role
from coder.coding import code
from coder.facts import (
    AccessDevice,
    Administration,
    AdministrationStatus,
    AdmissionOrder,
    Answer,
    DrugGiven,
    Encounter,
    PatientClass,
    PatientFacts,
    Reference,
    Route,
)
from coder.inpatient.regions import regions_of
from coder.pcs_tables import KINDS, Region
from coder.policy import InpatientWindow, Policy
from coder.runs.known import recognise
from coder.runs.stitching import stitch
from coder.sheet import Sheet
from coder.visits.deriving import derive
from mappers.charge_item import CODE_SYSTEMS
from mappers.csv_rows import CsvError
from mappers.pcs_tables import load_procedure_tables
from tests.infused import POLICY, TABLES, at, given

DATA = Path(str(resources.files("coder"))) / "data"
DRUGS = TABLES.formulary.drugs
BOTH_VEINS = (Region.PERIPHERAL_VEIN, Region.CENTRAL_VEIN)
BOTH_ARTERIES = (Region.PERIPHERAL_ARTERY, Region.CENTRAL_ARTERY)


def stay(*givens: Administration, policy: Policy = POLICY, orders: Iterable[AdmissionOrder] = (), **more: Any) -> Coded:
    """One inpatient stay on the third of March, looked at three days later."""
    encounter = Encounter(
        "E1", "P1", PatientClass.INPATIENT, at("08:00"), references=(Reference(reference="Encounter/E1"),)
    )
    facts = PatientFacts("P1", Reference(), givens, (encounter,), admission_orders=tuple(orders))
    return code(facts, policy, TABLES, more.get("as_of", at("08:00") + timedelta(days=3)))


def charges(coded: Coded) -> list[Charge]:
    return [charge for visit in coded.visits for charge in visit.charges]


def entered(**said: Any) -> tuple[Region, ...]:
    """The regions that one charted dose may have entered."""
    one = given("A1", "09:00-10:00", **said)
    (visit,) = derive(PatientFacts("P1", Reference(), (one,), ()), POLICY)
    known = recognise(one, Sheet(visit, POLICY, TABLES, at("12:00")))
    assert known
    (run,) = stitch([known], 15)
    return regions_of(run, TABLES.procedures.central)


class TestWhereItEntered:
    @pytest.mark.parametrize(
        ("words", "regions"),
        [
            ("left forearm", (Region.PERIPHERAL_VEIN,)),
            ("Left Antecubital Fossa", (Region.PERIPHERAL_VEIN,)),
            ("LACF", (Region.PERIPHERAL_VEIN,)),
            ("midline, left arm", (Region.PERIPHERAL_VEIN,)),
            ("right external jugular", (Region.PERIPHERAL_VEIN,)),
            ("right internal jugular", (Region.CENTRAL_VEIN,)),
            ("jugular", (Region.CENTRAL_VEIN,)),
            ("RIJ", (Region.CENTRAL_VEIN,)),
            ("PICC-line right arm", (Region.CENTRAL_VEIN,)),
            ("right_arm_picc", (Region.CENTRAL_VEIN,)),
            ("external port", (Region.CENTRAL_VEIN,)),
            ("femoral", BOTH_VEINS),
            ("", BOTH_VEINS),
            (None, BOTH_VEINS),
        ],
    )
    def test_words_for_a_vein(self, words: str | None, regions: tuple[Region, ...]) -> None:
        assert entered(access=words) == regions

    @pytest.mark.parametrize(
        ("device", "regions"),
        [
            (AccessDevice.PORT, (Region.CENTRAL_VEIN,)),
            (AccessDevice.PERIPHERAL, (Region.PERIPHERAL_VEIN,)),
            (AccessDevice.CATHETER, BOTH_VEINS),
            (AccessDevice.RESERVOIR, BOTH_VEINS),
        ],
    )
    def test_the_device_of_a_line(self, device: AccessDevice, regions: tuple[Region, ...]) -> None:
        assert entered(access_device=device) == regions

    def test_a_device_that_says_where_it_ends_stands_before_the_words(self) -> None:
        assert entered(access_device=AccessDevice.PORT, access="left arm") == (Region.CENTRAL_VEIN,)
        assert entered(access_device=AccessDevice.PERIPHERAL, access="picc") == (Region.PERIPHERAL_VEIN,)
        assert entered(access_device=AccessDevice.CATHETER, access="picc") == (Region.CENTRAL_VEIN,)

    @pytest.mark.parametrize(
        ("words", "regions"),
        [
            ("hepatic artery", (Region.PERIPHERAL_ARTERY,)),
            ("aorta", (Region.CENTRAL_ARTERY,)),
            ("picc", BOTH_ARTERIES),
            (None, BOTH_ARTERIES),
        ],
    )
    def test_words_for_an_artery(self, words: str | None, regions: tuple[Region, ...]) -> None:
        assert entered(access=words, route=Route.INTRA_ARTERIAL, access_device=AccessDevice.PORT) == regions

    @pytest.mark.parametrize(
        ("route", "regions"),
        [
            (Route.SUBCUTANEOUS, (Region.SUBCUTANEOUS,)),
            (Route.INTRAMUSCULAR, (Region.MUSCLE,)),
            (Route.INTRAPLEURAL, (Region.CHEST_CAVITY,)),
            (Route.INTRAPERITONEAL, (Region.BELLY_CAVITY,)),
            (Route.INTRATHECAL, (Region.SPINE,)),
            (Route.INTRAVENTRICULAR, (Region.BRAIN,)),
            (Route.INTRALESIONAL, ()),
            (Route.UNLISTED, ()),
        ],
    )
    def test_other_routes(self, route: Route, regions: tuple[Region, ...]) -> None:
        assert entered(route=route) == regions


class TestTheCharge:
    def test_a_procedure_has_a_role_of_its_own_and_no_modifier(self) -> None:
        (charge,) = charges(stay(given("A1", "09:00-10:00", drug="alteplase", access="picc")))
        assert (charge.key.role, charge.key.anchor, charge.key.component) == (Role.PROCEDURE, "A1", 0)
        assert (charge.system, charge.code, charge.units, charge.modifiers) == (
            CodeSystem.ICD_10_PCS, "3E04317", 1, (),
        )  # fmt: skip
        assert CODE_SYSTEMS[charge.system] == "http://www.cms.gov/Medicare/Coding/ICD10"
        assert charge.label == "Thrombolytic into a central vein"
        assert charge.product is None
        assert charge.part_of is None
        assert charge.context == Reference(reference="Encounter/E1")

    def test_its_ledger_holds_every_run_that_it_stands_for(self) -> None:
        port = {"access_device": AccessDevice.PORT}
        (charge,) = charges(
            stay(
                given("A1", "09:00-10:00", drug="cisplatin", **port),
                given("A2", "12:00-12:30", drug="etoposide", **port),
            )
        )
        assert charge.minutes
        assert [one.administration for one in charge.minutes.gross] == ["A1", "A2"]
        assert charge.minutes.counted == 90
        assert charge.minutes.threshold is None
        assert (charge.start, charge.end) == (at("09:00"), at("12:30"))
        assert charge.explanation == (
            "ICD-10-PCS 3E04305, tables of 2024-10-01: antineoplastic into a central vein (cisplatin, etoposide).",
            "Entered by the intravenous route, through the line charted as port.",
            "Coded for inpatients as one of antineoplastics "
            "(policy pcs_allow = thrombolytics, antineoplastics, new-technology, by default).",
            "Dated 2026-03-03, the day on which it began; a procedure counts once.",
            "Given 2 times on this date as the same procedure: reported once.",
        )

    def test_the_second_substance_of_a_bag_has_its_place_in_the_identity(self) -> None:
        policy = replace(POLICY, pcs_allow=("3Z", "GC"))
        mixture = (DrugGiven(text="ondansetron"), DrugGiven(text="dexamethasone"))
        both = charges(stay(given("A1", "09:00-09:30", drugs=mixture, access="hand"), policy=policy))
        assert {(charge.code, charge.key.component) for charge in both} == {("3E033GC", 0), ("3E0333Z", 1)}

    def test_no_order_of_input_changes_it(self) -> None:
        port = {"access_device": AccessDevice.PORT}
        givens = [
            given("A1", "09:00-10:00", drug="cisplatin", **port),
            given("A2", "09:00-10:00", drug="etoposide", **port),
            given("A3", "11:00-12:00", drug="rituximab", **port),
        ]
        (first, *others) = [stay(*order) for order in permutations(givens)]
        assert all(other == first for other in others)

    def test_while_it_runs_time_alone_settles_it(self) -> None:
        running = given("A1", "09:00-", drug="alteplase", access="picc", status=AdministrationStatus.IN_PROGRESS)
        before = stay(running, as_of=at("10:00"))
        assert [charge.status for charge in charges(before)] == [ChargeStatus.PLANNED]
        assert before.due_at == at("09:00") + timedelta(hours=24)
        after = stay(running, as_of=at("09:00") + timedelta(hours=24))
        assert [charge.status for charge in charges(after)] == [ChargeStatus.BILLABLE]
        assert after.due_at is None

    def test_only_the_days_before_that_the_claim_takes_in_become_procedures(self) -> None:
        order = AdmissionOrder("O1", "P1", at=at("+4 12:00"), encounter="E1")
        policy = replace(POLICY, inpatient_window=InpatientWindow.WITHDRAW)
        early = given("A1", "09:00-10:00", drug="alteplase", access="hand")
        late = given("A2", "+1 09:00-+1 10:00", drug="tenecteplase", access="hand")
        coded = stay(early, late, policy=policy, orders=[order])
        services = [charge for charge in charges(coded) if charge.key.role is not Role.DRUG]
        assert [(charge.code, charge.service) for charge in services] == [("96365", ("A1",)), ("3E03317", ("A2",))]

    def test_a_question_about_a_line_names_no_code(self) -> None:
        (visit,) = stay(given("A1", "09:00-10:00", drug="alteplase")).visits
        (query,) = visit.queries
        assert query.ask == "Did the line that alteplase ran through end in a peripheral or in a central vein?"

    @pytest.mark.parametrize(
        ("says", "codes"), [("antineoplastic", ["3E01305"]), ("antibody", ["3E0130M"]), ("other", [])]
    )
    def test_an_answer_says_what_kind_a_substance_is(self, says: str, codes: list[str]) -> None:
        answer = Answer("Q1", "P1", "pcs.substance-unknown", "E1", ("A1",), says)
        asked = given("A1", "09:00", drug="interferon alfa-2b", route=Route.SUBCUTANEOUS)
        assert [query.because for query in stay(asked).visits[0].queries] == ["pcs.substance-unknown"]
        (visit,) = stay(replace(asked, answers=(answer,))).visits
        assert visit.queries == ()
        assert [charge.code for charge in visit.charges] == codes
        assert [left.because for left in visit.not_billed] == ([] if codes else ["class.inpatient"])
        kind = f"That it is of the kind {says} was answered."
        assert all(kind in charge.explanation for charge in visit.charges)

    def test_what_is_not_coded_says_which_value_decides(self) -> None:
        (visit,) = stay(given("A1", "09:00-10:00", drug="vancomycin")).visits
        assert [left.says for left in visit.not_billed] == [
            "An inpatient stay bears no CPT code; the site codes no anti-infective (29) for inpatients "
            "(policy pcs_allow = thrombolytics, antineoplastics, new-technology, by default)."
        ]


class TestTables:
    def test_every_edition_begins_in_october_and_names_its_kinds(self) -> None:
        for editions in TABLES.procedures.introductions.values():
            assert [one.since for one in editions] == sorted({one.since for one in editions})
            assert {(one.since.month, one.since.day) for one in editions} == {(10, 1)}
        assert TABLES.procedures.introductions_on(Region.MUSCLE, date(2017, 9, 30)) is None

    def test_every_kind_of_a_drug_is_named_and_valid_somewhere(self) -> None:
        valid = {
            kind for editions in TABLES.procedures.introductions.values() for one in editions for kind in one.kinds
        }
        kinds = {kind for several in TABLES.procedures.kinds.values() for kind in several}
        assert kinds <= valid
        assert kinds <= set(KINDS)

    @pytest.mark.parametrize("name", ["pcs_substances.csv", "pcs_new_technology.csv"])
    def test_rows_are_sorted(self, name: str) -> None:
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            drugs = [row["drug"] for row in csv.DictReader(file)]
        assert drugs == sorted(set(drugs))

    @pytest.mark.parametrize(
        ("name", "row", "said"),
        [
            ("pcs_introductions.csv", "2025-01-01,3,3,17,x", "since: said '2025-01-01', wanted the first of October"),
            ("pcs_introductions.csv", "2024-10-02,3,3,17,x", "since: said '2024-10-02', wanted the first of October"),
            (
                "pcs_introductions.csv",
                "2024-10-01,3,3,17,x",
                "since: said '2024-10-01', wanted each edition of a region once",
            ),
            ("pcs_introductions.csv", "soon,3,3,17,x", "since: said 'soon', wanted a day"),
            ("pcs_introductions.csv", "2025-10-01,9,3,17,x", "said '9', wanted one of 1, 2, 3"),
            ("pcs_introductions.csv", "2025-10-01,3,3,1O,x", "said '1O', wanted a sixth and a seventh character"),
            ("pcs_introductions.csv", "2025-10-01,3,3,17,", "source: said '', wanted a value"),
            ("pcs_substances.csv", "alteplase,17,x", "drug: said 'alteplase', wanted each once"),
            ("pcs_substances.csv", "moonlight,17,x", "said 'moonlight', wanted a drug of the formulary"),
            ("pcs_substances.csv", "lidocaine,QQ,x", "said 'QQ', wanted one of 02, 03"),
            ("pcs_new_technology.csv", "lidocaine,3,HH,,2026-13-01,,x", "since: said '2026-13-01', wanted a day"),
            ("pcs_access.csv", "elbow,vein,sideways,x", "said 'sideways', wanted one of central, peripheral"),
            ("pcs_access.csv", "picc,vein,central,x", "words: said 'picc', wanted each once"),
            ("pcs_access.csv", "picc,duct,central,x", "said 'duct', wanted one of artery, vein"),
        ],
    )
    def test_a_row_that_does_not_fit_is_refused_by_name(self, tmp_path: Path, name: str, row: str, said: str) -> None:
        for table in DATA.glob("pcs_*.csv"):
            (tmp_path / table.name).write_text(table.read_text(encoding="utf-8"), encoding="utf-8")
        path = tmp_path / name
        path.write_text(path.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
        with pytest.raises(CsvError, match=name) as refused:
            load_procedure_tables(tmp_path, DRUGS)
        assert said in str(refused.value)
