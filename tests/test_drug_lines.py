"""Which drug a sender means, how its dose converts, and what its line says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from coder.charges import Charge, ChargeKey, CodedVisit, Role
from coder.drugs.identity import identify, ndc_forms
from coder.drugs.units import convert
from coder.facts import (
    Coding,
    DrugGiven,
    DrugSource,
    Quantity,
    Reference,
)
from coder.tables import DrugFamily
from tests.infused import DAY, TABLES, coded, given, push

DOCTOR, NURSE = Reference(reference="Practitioner/d"), Reference(reference="Practitioner/n")


class TestDrugLines:
    def test_who_ordered_and_gave_is_the_first_known(self) -> None:
        dose = (DrugGiven(text="vancomycin", dose=Quantity(Decimal(1), "g")),)
        visit = coded(
            given("A1", "09:00-09:30", drugs=dose, order="O1"),
            given("A2", "09:30-10:00", drugs=dose, order="O1", ordered_by=DOCTOR, given_by=NURSE),
        )
        assert {charge.code for charge in visit.charges} == {"96365", "J3373"}
        assert {(charge.ordered_by, charge.given_by) for charge in visit.charges} == {(DOCTOR, NURSE)}

    def test_the_product_and_its_place_in_the_mixture(self) -> None:
        bag = (
            DrugGiven(text="normal saline"),
            DrugGiven(codings=(Coding("NDC", "57970-100-01"),), dose=Quantity(Decimal("0.5"), "g")),
        )
        visit = coded(given("A1", "09:00-10:00", drugs=bag))
        charge = visit.charges[-1]
        assert charge.key == ChargeKey("A1", Role.DRUG, 1, DAY)
        assert charge.product is not None
        assert (charge.product.drug, charge.product.hcpcs, charge.product.ndc) == (
            "dalbavancin",
            "J0875",
            "57970010001",
        )
        assert (charge.product.dose, charge.product.dose_unit, charge.minutes) == (Decimal(500), "mg", None)

    def test_bags_of_other_makers_are_lines_of_their_own(self) -> None:
        bags = [
            given(f"A{place}", said, order="O1", drugs=(DrugGiven((Coding("NDC", ndc),), dose=dose),))
            for place, said, ndc, dose in [
                (1, "09:00-09:20", "00338355148", Quantity(Decimal(1), "g")),
                (2, "09:20-09:40", "00338355248", Quantity(Decimal(2), "g")),
                (3, "09:40-10:00", "72611076510", Quantity(Decimal(3), "g")),
            ]
        ]
        drug_lines = [charge for charge in coded(*bags).charges if charge.product]
        assert [(charge.key.component, charge.units) for charge in drug_lines] == [(0, 100), (1, 200), (2, 300)]

    def test_both_reasons_of_one_run_stand_in_order(self) -> None:
        visit = coded(push("A1", "09:00-09:30", "furosemide"))
        assert [left.because for left in visit.not_billed] == ["drug.dose-missing", "mode.push-unattended"]


@pytest.mark.parametrize(
    ("dose", "unit", "milligrams"),
    [
        ("2", "kg", "2000000"),
        ("2", "g", "2000"),
        ("2", "gram", "2000"),
        ("2", "gm", "2000"),
        ("2", "mg", "2"),
        ("2", "milligram", "2"),
        ("2", " MG ", "2"),
        ("2", "ug", "0.002"),
        ("2", "mcg", "0.002"),
        ("2", "µg", "0.002"),
        ("2", "μg", "0.002"),
        ("2", "microgram", "0.002"),
        ("2", "ng", "0.000002"),
        ("2", "mL", None),
        ("2", "unit", None),
        ("2", None, None),
    ],
)
def test_masses(dose: str, unit: str | None, milligrams: str | None) -> None:
    wanted = None if milligrams is None else Decimal(milligrams)
    assert convert(Quantity(Decimal(dose), unit), "mg") == wanted
    assert wanted is None or convert(Quantity(wanted, "mg"), str(unit)) == Decimal(dose)


@pytest.mark.parametrize(
    ("said", "billed"),
    [
        ("iu", "[iU]"),
        ("unit", "[iU]"),
        ("units", "[iU]"),
        ("U", "[iU]"),
        ("[USP'U]", "[iU]"),
        ("mEq", "meq"),
        ("cc", "mL"),
        ("ml", "mL"),
    ],
)
def test_spellings_of_what_is_no_mass(said: str, billed: str) -> None:
    assert convert(Quantity(Decimal(7), said), billed) == Decimal(7)
    assert convert(Quantity(Decimal(7), said), "mg") is None
    assert convert(Quantity(Decimal(7), "mg"), billed) is None


class TestIdentity:
    def test_forms_of_an_ndc(self) -> None:
        assert ndc_forms("0409127332") == ("00409127332", "04091027332", "04091273302")
        assert ndc_forms("1-2-3") == ("00001000203",)
        assert ndc_forms("123456-1234-12") == ndc_forms("57970-100-x1") == ndc_forms("12345678901-") == ()
        assert ndc_forms("123456789") == ndc_forms("123456789012") == ndc_forms("1234-5678901") == ()

    def test_the_form_that_is_known_is_kept(self) -> None:
        found = identify(DrugGiven(codings=(Coding("NDC", "5797010001"),)), TABLES.formulary)
        assert found.drug is not None
        assert (found.drug.name, found.ndc) == ("dalbavancin", "57970010001")
        beside = (Coding("NDC", "57970010001"), Coding("NDC", "99999999999"))
        assert identify(DrugGiven(codings=beside), TABLES.formulary).ndc == "57970010001"

    def test_only_an_ndc_gives_one(self) -> None:
        found = identify(DrugGiven(codings=(Coding("RxNorm", "6470"),)), TABLES.formulary)
        assert found.drug is not None
        assert (found.drug.name, found.ndc) == ("lorazepam", None)

    @pytest.mark.parametrize("system", ["local", None, ""])
    def test_a_code_of_another_system_says_nothing(self, system: str | None) -> None:
        assert identify(DrugGiven(codings=(Coding(system, "6470"),)), TABLES.formulary).drug is None

    @pytest.mark.parametrize(
        ("system", "said"),
        [
            ("http://hl7.org/fhir/sid/ndc", "57970-100-01"),
            ("urn:oid:2.16.840.1.113883.6.69", "57970-100-01"),
            ("http://www.nlm.nih.gov/research/umls/rxnorm", "1539243"),
            ("urn:oid:2.16.840.1.113883.6.88", "1539243"),
            ("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "J0875"),
            ("https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "J0875"),
            ("urn:oid:2.16.840.1.113883.6.285", " j0875 "),
            ("HPC", "J0875"),
        ],
    )
    def test_every_name_of_a_system(self, system: str, said: str) -> None:
        found = identify(DrugGiven(codings=(Coding(system, said),)), TABLES.formulary).drug
        assert found is not None
        assert found.name == "dalbavancin"

    def test_a_name_may_stand_beside_a_code(self) -> None:
        found = identify(DrugGiven(codings=(Coding("local", "X1", "Packed  Red Cells"),)), TABLES.formulary).drug
        assert found is not None
        assert found.family is DrugFamily.BLOOD

    def test_two_names_are_two_candidates(self) -> None:
        both = DrugGiven(text="vancomycin", codings=(Coding("local", "X1", "ceftriaxone"),))
        assert identify(both, TABLES.formulary).candidates == ("ceftriaxone", "vancomycin")


def bag(drug: str, dose: str, **more: Any) -> CodedVisit:
    """The visit of one bag of a drug and its dose."""
    value, _, unit = dose.partition(" ")
    return coded(given("A1", "09:00-10:00", drugs=(DrugGiven(text=drug, dose=Quantity(Decimal(value), unit)),), **more))


def drug_line(visit: CodedVisit, hcpcs: str) -> Charge:
    return next(charge for charge in visit.charges if charge.code == hcpcs)


class TestReasons:
    """All reasons of a drug line, and no others."""

    def test_by_what_became_of_its_containers(self) -> None:
        whole = drug_line(bag("infliximab", "400 mg"), "J1745")
        assert (whole.modifiers, whole.because) == (
            ("JZ",),
            ("drug.units", "drug.containers-computed", "drug.nothing-wasted"),
        )
        hundred = Quantity(Decimal(100), "mg")
        wasted = drug_line(
            bag("infliximab", "380 mg", containers=(hundred,) * 4, wasted=Quantity(Decimal(20), "mg")), "J1745"
        )
        assert (wasted.modifiers, wasted.because) == ((), ("drug.units",))
        assert "Opened: 400 mg (as charted); discarded: 20 mg." in wasted.explanation
        open_one = drug_line(bag("infliximab", "380 mg"), "J1745")
        assert (open_one.status, open_one.because) == ("planned", ("drug.units", "drug.waste-undocumented"))

    def test_a_340b_drug_alone_has_its_modifier(self) -> None:
        discounted = drug_line(bag("infliximab", "400 mg", drug_source=DrugSource.DISCOUNTED_340B), "J1745")
        assert (discounted.modifiers, discounted.because[-1]) == (("JZ", "TB"), "drug.340b")

    def test_containers_in_a_unit_that_does_not_convert(self) -> None:
        litres = (Quantity(Decimal(4), "L"),)
        held = drug_line(bag("infliximab", "380 mg", containers=litres), "J1745")
        assert (held.status, held.because[1]) == ("planned", "drug.waste-unit")
        held = drug_line(bag("infliximab", "380 mg", wasted=Quantity(Decimal(4), "L")), "J1745")
        assert (held.status, held.because[1]) == ("planned", "drug.waste-unit")

    def test_a_fluid_has_a_line_only_where_it_is_all_there_is(self) -> None:
        litre = (Quantity(Decimal(1000), "mL"),)
        drugs = (DrugGiven(text="normal saline"), DrugGiven(text="ceftriaxone", dose=Quantity(Decimal(1), "g")))
        mixed = coded(given("A1", "09:00-10:00", drugs=drugs, containers=litre))
        assert [charge.code for charge in mixed.charges if charge.product] == ["J0696"]
        alone = coded(given("A1", "09:00-10:00", "normal saline", containers=litre))
        assert [charge.code for charge in alone.charges if charge.product] == ["J7030"]
        assert [
            charge.code for charge in coded(given("A1", "09:00-10:00", "normal saline")).charges if charge.product
        ] == []
