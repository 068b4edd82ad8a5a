"""Doses in other units: masses, volumes, activities, counts, and what does not convert."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.drug_tables import Container
from coder.drugs.ndc_line import ndc_quantity, said
from coder.drugs.units import SCALES, billing_units, convert, in_unit
from coder.facts import Quantity

VIAL = Container("iron sucrose", ("J1756",), Decimal(100), "mg", Decimal(5), True, "ML")
POWDER = Container("infliximab", ("J1745",), Decimal(100), "mg", None, True, "UN")


def quantity(text: str) -> Quantity:
    value, _, unit = text.partition(" ")
    return Quantity(Decimal(value), unit or None)


@pytest.mark.parametrize(
    ("dose", "unit", "converted"),
    [
        ("1 L", "mL", "1000"),
        ("1 dL", "mL", "100"),
        ("1 liter", "mL", "1000"),
        ("5 cc", "mL", "5"),
        ("250 uL", "mL", "0.25"),
        ("5 k[iU]", "[iU]", "5000"),
        ("5000 units", "k[iU]", "5"),
        ("2 M[iU]", "[iU]", "2000000"),
        ("2 m[iU]", "[iU]", "0.002"),
        ("500 mU", "[iU]", "0.5"),
        ("3 million units", "[iU]", "3000000"),
        ("20 meq", "meq", "20"),
        ("0.02 eq", "meq", "20"),
        ("1 mCi", "uCi", "1000"),
        ("2 Mg", "mg", None),
        ("20 mmol", "meq", None),
        ("5 mg", "[iU]", None),
        ("5 [iU]", "mg", None),
        ("5 widget", "widget", "5"),
        ("5", "mg", None),
        ("5 mg", "", None),
        ("5", "", None),
    ],
)
def test_conversions(dose: str, unit: str, converted: str | None) -> None:
    assert convert(quantity(dose), unit) == (None if converted is None else Decimal(converted))


@given(value=st.decimals(min_value="0.001", max_value=10000, places=3), left=st.sampled_from(sorted(SCALES)))
def test_there_and_back_is_the_same(value: Decimal, left: str) -> None:
    for right, (kind, _) in SCALES.items():
        there = convert(Quantity(value, left), right)
        assert (there is None) == (kind != SCALES[left][0])
        if there is not None:
            assert convert(Quantity(there, right), left) == value


@pytest.mark.parametrize(
    ("dose", "container", "milligrams"),
    [
        ("20 mL", VIAL, "400"),
        ("2 vials", VIAL, "200"),
        ("2 {vial}", POWDER, "200"),
        ("20 mL", POWDER, None),
        ("20 mL", None, None),
        ("20 [iU]", VIAL, None),
        ("1 mg", None, "1"),
    ],
)
def test_by_what_a_container_holds(dose: str, container: Container | None, milligrams: str | None) -> None:
    assert in_unit(quantity(dose), "mg", container) == (None if milligrams is None else Decimal(milligrams))


def test_a_container_that_says_nothing_converts_nothing() -> None:
    unknown = Container("iron sucrose", ("J1756",))
    assert in_unit(quantity("20 mL"), "mg", unknown) is None
    assert in_unit(quantity("20 mL"), "mg", Container("a", (), None, "mg", Decimal(5))) is None
    assert in_unit(quantity("20 mL"), "mg", Container("a", (), Decimal(100), None, Decimal(5))) is None
    other = Container("heparin", ("J1644",), Decimal(5000), "[iU]", Decimal(1))
    assert in_unit(quantity("20 mL"), "mg", other) is None


@pytest.mark.parametrize(
    ("dose", "amount", "units"),
    [("1000", "1000", 1), ("1000.001", "1000", 2), ("0.1", "10", 1), ("1500", "5", 300), ("4.5", "1.125", 4)],
)
def test_whole_units_that_cover_a_dose(dose: str, amount: str, units: int) -> None:
    assert billing_units(Decimal(dose), Decimal(amount)) == units


@pytest.mark.parametrize(
    ("dose", "unit", "container", "quantity_said"),
    [
        ("380", "mg", POWDER, "UN3.8"),
        ("400", "mg", POWDER, "UN4"),
        ("400", "mg", VIAL, "ML20"),
        ("33.3333", "mg", VIAL, "ML1.667"),
        ("400", "[iU]", VIAL, None),
        ("400", "mg", None, None),
        ("2", "g", Container("x", (), Decimal(1), "g", None, None, "GR"), "GR2"),
        ("500", "[iU]", Container("x", (), Decimal(250), "[iU]", None, None, "F2"), "F2500"),
        ("500", "mg", Container("x", (), Decimal(250), "mg", None, None, "ME"), None),
        ("500", "mg", Container("x", (), Decimal(250), "mg", None, None, "ML"), None),
        ("500", "mg", Container("x", (), None, None, None, None, "UN"), None),
    ],
)
def test_ndc_lines(dose: str, unit: str, container: Container | None, quantity_said: str | None) -> None:
    found = ndc_quantity(Decimal(dose), unit, container)
    assert (f"{found.unit}{found.value}" if found else None) == quantity_said


def test_an_ndc_line_as_a_claim_has_it() -> None:
    assert said("57894003001", Quantity(Decimal("3.8"), "UN")) == "N457894003001 UN3.8"


@pytest.mark.parametrize(
    ("container", "quantity_said"),
    [
        (VIAL, "10 ML"),
        (POWDER, "2 UN"),
        (Container("a", (), Decimal(100), "mg", None, True, "ML"), None),
        (Container("a", (), Decimal(100), "mg", None, True, "GR"), "0.2 GR"),
        (Container("a", (), Decimal(100), "mg", None, True, "F2"), None),
        (Container("a", (), Decimal(100), "mg", None, True, "ME"), None),
        (Container("a", (), Decimal(100), "mg", None, True, None), None),
        (Container("a", (), Decimal(100), None, None, True, "UN"), None),
        (Container("a", (), None, "mg", None, True, "UN"), None),
        (Container("a", (), Decimal(0), "mg", None, True, "UN"), None),
        (Container("a", (), Decimal(100), "[iU]", None, True, "UN"), None),
        (None, None),
    ],
)
def test_two_hundred_milligrams_as_an_ndc_quantity(container: Container | None, quantity_said: str | None) -> None:
    found = ndc_quantity(Decimal(200), "mg", container)
    assert (f"{found.value} {found.unit}" if found else None) == quantity_said


def test_an_ndc_quantity_in_international_units_and_other_units() -> None:
    units = Container("a", (), Decimal(5000), "[iU]", None, True, "F2")
    found = ndc_quantity(Decimal(2500), "[iU]", units)
    assert found == Quantity(Decimal(2500), "F2")
    assert ndc_quantity(Decimal(2500), "[iU]", Container("a", (), Decimal(5000), "[iU]", None, True, "ME")) is None


@pytest.mark.parametrize(
    ("spellings", "unit", "one"),
    [
        ("mcg µg μg microgram micrograms ug", "ng", "1000"),
        ("milligram milligrams mg MG", "ug", "1000"),
        ("gram grams gm g", "mg", "1000"),
        ("kg", "g", "1000"),
        ("ng", "ug", "0.001"),
        ("iu unit units u [usp'u] [arb'u] IU", "milliunits", "1000"),
        ("ku k[iu]", "[iu]", "1000"),
        ("[mu]", "[iu]", "1000000"),
        ("milliequivalent meq", "eq", "0.001"),
        ("cc cm3 milliliter milliliters millilitre ml", "ul", "1000"),
        ("liter litre l", "ml", "1000"),
        ("cl", "ml", "10"),
        ("ci", "mci", "1000"),
        ("{vial} ampule ampoule vials vial", "vial", "1"),
    ],
)
def test_every_spelling_of_a_unit(spellings: str, unit: str, one: str) -> None:
    converted = {said: convert(Quantity(Decimal(1), said), unit) for said in spellings.split()}
    assert converted == dict.fromkeys(spellings.split(), Decimal(one))


@pytest.mark.parametrize(
    ("said", "units"), [("int'l unit", "1"), ("million unit", "1000000"), ("Million Units", "1000000")]
)
def test_units_of_two_words(said: str, units: str) -> None:
    assert convert(Quantity(Decimal(1), said), "[iU]") == Decimal(units)
