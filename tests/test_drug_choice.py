"""Which code of a drug: by date, product, route, dialysis and container, or the rule by which none fits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from coder.drug_tables import CodeRule, Container
from coder.drugs.choice import Circumstances, choose, on_dialysis
from coder.facts import Quantity, Route
from coder.lines.drug_terms import _held as held_of
from coder.tables import BillingUnit, Drug, DrugFamily

DAY = date(2026, 3, 3)
VEIN, SKIN = Route.INTRAVENOUS, Route.SUBCUTANEOUS


def unit(code: str, rule: CodeRule = CodeRule.ANY, routes: tuple[Route, ...] = (), amount: int = 1) -> BillingUnit:
    return BillingUnit(code, Decimal(amount), "mg", date(2020, 1, 1), None, "K", frozenset(routes), rule)


def chosen(
    *units: BillingUnit,
    codes: tuple[str, ...] = (),
    route: Route | None = VEIN,
    dialysis: bool | None = None,
    held: str | None = None,
    day: date = DAY,
) -> str:
    drug = Drug("d", DrugFamily.THERAPEUTIC, units, "test")
    found = choose(drug, Circumstances(codes, day, route, dialysis, Decimal(held) if held else None))
    return found if isinstance(found, str) else found.hcpcs


def test_one_code_is_the_code() -> None:
    assert chosen(unit("A")) == chosen(unit("A"), codes=("A",)) == chosen(unit("A"), codes=("Z",)) == "A"


def test_before_the_first_day_there_is_none() -> None:
    assert chosen(unit("A"), day=date(2019, 12, 31)) == "drug.no-code"
    assert chosen() == "drug.no-code"


def test_a_product_is_meant_only_by_its_own_identity() -> None:
    both = unit("A"), unit("B", CodeRule.PRODUCT)
    assert chosen(*both) == "A"
    assert chosen(*both, codes=("B",)) == "B"
    assert chosen(unit("B", CodeRule.PRODUCT)) == "drug.product-unknown"
    assert chosen(unit("A"), unit("B")) == "drug.product-unknown"
    assert chosen(unit("A"), unit("B"), codes=("A", "B")) == "drug.product-unknown"


def test_routes() -> None:
    both = unit("A", routes=(VEIN,)), unit("B", routes=(SKIN,))
    assert (chosen(*both), chosen(*both, route=SKIN)) == ("A", "B")
    assert chosen(*both, route=Route.INTRAMUSCULAR) == chosen(*both, route=None) == "drug.route"


def test_dialysis() -> None:
    both = unit("A", CodeRule.NOT_ESRD), unit("B", CodeRule.ESRD)
    assert chosen(*both, dialysis=False) == "A"
    assert chosen(*both, dialysis=True) == "B"
    assert chosen(*both) == "drug.dialysis-unknown"
    assert chosen(*both, codes=("B",)) == "B"


@pytest.mark.parametrize(
    ("held", "code"), [("1000", "L"), ("500", "H"), ("250", "Q"), ("750", "Q"), ("300", "drug.product-unknown")]
)
def test_containers(held: str, code: str) -> None:
    sizes = [unit(name, CodeRule.CONTAINER, amount=amount) for name, amount in (("L", 1000), ("H", 500), ("Q", 250))]
    assert chosen(*sizes, held=held) == code


@pytest.mark.parametrize(
    ("diagnoses", "dialysis"),
    [((), None), (("N18.6",), True), (("Z99.2", "I10"), True), (("n186",), True), (("N18.5",), False)],
)
def test_on_dialysis(diagnoses: tuple[str, ...], dialysis: bool | None) -> None:
    assert on_dialysis(diagnoses) is dialysis


def test_a_container_decides_only_among_codes_of_containers() -> None:
    ten, any_amount = unit("A", CodeRule.CONTAINER, amount=10), unit("B")
    assert chosen(ten, any_amount, held="10") == "drug.product-unknown"
    assert chosen(ten, unit("B"), held="5") == "drug.product-unknown"
    assert chosen(ten, unit("C", CodeRule.CONTAINER, amount=5), held="10") == "A"


def test_one_container_code_is_the_code_whatever_it_held() -> None:
    assert chosen(unit("A", CodeRule.CONTAINER, amount=10), held="5") == "A"


def test_what_a_container_held_as_charted_else_by_its_ndc() -> None:
    product = Container("albumin 5%", ("P9045",), Decimal(250), "mL", Decimal(250))
    assert held_of(Quantity(Decimal(50), "mL"), product) == 50
    assert held_of(None, product) == 250
    assert held_of(None, None) is None
