"""What became of opened containers: every way the record can add up or not, and what holds for all of them.

1. Billed and wasted units together cover the opened containers to less than a unit and never exceed them.
2. Units never fall as the dose rises, nor do wasted units rise.
3. A line never bears both modifiers, and a settled one of a payable single-dose drug is never without either.
4. The smallest cover is the smallest: no other combination of the sizes holds less and still covers the dose.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.drugs.modifiers import JZ, Terms, judge
from coder.drugs.units import billing_units
from coder.drugs.waste import Amounts, account, smallest_cover, wasted_units

UNITS = st.sampled_from([Decimal(word) for word in ("0.5", "1", "5", "10", "100", "200", "0.25")])
DOSES = st.decimals(min_value="0.1", max_value=5000, places=1)
TERMS = Terms(payable=True, single_dose=True, jw=True, jz=True)
INFLIXIMAB = Amounts(Decimal(380), Decimal(20), (Decimal(100),) * 4, (Decimal(100),), Decimal(10))


@given(dose=DOSES, unit=UNITS, vials=st.integers(1, 40), held=st.integers(1, 20))
def test_units_and_waste_are_the_opened_containers(dose: Decimal, unit: Decimal, vials: int, held: int) -> None:
    opened = unit * held * vials
    if opened >= dose:
        total = (billing_units(dose, unit) + wasted_units(opened, dose, unit)) * unit
        assert total == opened  # 1.


@given(dose=DOSES, unit=UNITS, left=st.decimals(min_value=0, max_value=500, places=2))
def test_containers_that_are_no_whole_units(dose: Decimal, unit: Decimal, left: Decimal) -> None:
    opened = dose + left
    units, wasted = billing_units(dose, unit), wasted_units(opened, dose, unit)
    assert (units + wasted + 1) * unit > opened  # 1.
    assert wasted == 0 or (units + wasted) * unit <= opened  # 1.


@given(dose=DOSES, more=DOSES, unit=UNITS, opened=st.decimals(min_value=10000, max_value=20000, places=0))
def test_more_dose_is_never_fewer_units(dose: Decimal, more: Decimal, unit: Decimal, opened: Decimal) -> None:
    assert billing_units(dose + more, unit) >= billing_units(dose, unit) > 0  # 2.
    assert wasted_units(opened, dose + more, unit) <= wasted_units(opened, dose, unit)  # 2.


@given(
    dose=st.integers(1, 600),
    wasted=st.none() | st.integers(0, 120),
    opened=st.lists(st.sampled_from([80, 100, 200, 400]), max_size=4),
    unit=st.sampled_from([1, 10, 50, 200]),
)
def test_never_both_and_never_neither(dose: int, wasted: int | None, opened: list[int], unit: int) -> None:
    sizes = tuple(Decimal(size) for size in (80, 100, 200, 400))
    said = Decimal(wasted) if wasted is not None else None
    judged = judge(Amounts(Decimal(dose), said, tuple(map(Decimal, opened)), sizes, Decimal(unit)), TERMS)
    if judged.held:
        assert (judged.modifiers, judged.wasted) == ((), 0)  # 3.
    else:
        assert (JZ in judged.modifiers) != (judged.wasted > 0)  # 3.


@given(dose=st.integers(1, 400), sizes=st.sets(st.sampled_from([25, 40, 80, 100, 160]), min_size=1, max_size=3))
def test_the_smallest_cover_is_the_smallest(dose: int, sizes: set[int]) -> None:
    ordered = sorted(sizes)
    counts = product(*(range(dose // size + 2) for size in ordered))
    covers = (sum(size * count for size, count in zip(ordered, one, strict=True)) for one in counts)
    wanted = min(total for total in covers if total >= dose)
    assert smallest_cover(Decimal(dose), [Decimal(size) for size in ordered]) == wanted  # 4.


@pytest.mark.parametrize(
    ("dose", "sizes", "smallest"),
    [
        ("300", ("100", "400"), "300"),
        ("301", ("100", "400"), "400"),
        ("0.5", ("0.25",), "0.5"),
        ("0.51", ("0.25", "0.4"), "0.65"),
        ("1500", ("500",), "1500"),
        ("1501", ("500",), "2000"),
    ],
)
def test_smallest_covers(dose: str, sizes: tuple[str, ...], smallest: str) -> None:
    assert smallest_cover(Decimal(dose), [Decimal(size) for size in sizes]) == Decimal(smallest)


def test_without_sizes_or_with_too_many_steps_nothing_is_known() -> None:
    assert smallest_cover(Decimal(5), []) is None
    assert smallest_cover(Decimal("0.0001"), [Decimal(400)]) is None


def test_a_container_of_a_known_product_decides_before_other_sizes() -> None:
    whole = Amounts(Decimal(300), None, (), (Decimal(100), Decimal(400)), Decimal(10))
    assert account(whole).computed
    assert account(replace(whole, held=Decimal(400))).doubt == "drug.waste-undocumented"


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (TERMS, ((), 2, None, None)),
        (replace(TERMS, single_dose=False), ((), 0, None, "drug.multi-dose")),
        (replace(TERMS, payable=False), ((), 0, None, "drug.waste-packaged")),
        (replace(TERMS, jw=False, jz=False), ((), 0, None, "drug.waste-before-jw")),
        (replace(TERMS, jz=False), ((), 2, None, None)),
        (replace(TERMS, payable=None), ((), 0, "drug.status-unknown", None)),
        (replace(TERMS, single_dose=None), ((), 0, "drug.container-unknown", None)),
    ],
)
def test_terms(terms: Terms, expected: tuple[tuple[str, ...], int, str | None, str | None]) -> None:
    judged = judge(INFLIXIMAB, terms)
    assert (judged.modifiers, judged.wasted, judged.held, judged.not_billed) == expected
    assert judged.units == 38


def test_nothing_discarded_leaves_nothing_out() -> None:
    nothing = replace(INFLIXIMAB, dose=Decimal(400), wasted=Decimal(0))
    for terms in (replace(TERMS, single_dose=False), replace(TERMS, payable=False), replace(TERMS, jw=False, jz=False)):
        assert judge(nothing, terms).not_billed is None
    assert judge(nothing, replace(TERMS, jz=False)).modifiers == ()
    assert judge(replace(nothing, wasted=None, opened=()), replace(TERMS, jz=False)).held is None


@pytest.mark.parametrize(
    ("dose", "opened", "wasted", "held"),
    [
        ("380", (), None, None),
        ("380", ("100",) * 4, None, "drug.waste-undocumented"),
        ("380", ("100",) * 3, None, "drug.containers-short"),
        ("380", ("100",) * 4, "10", "drug.waste-differs"),
        ("380", ("100",) * 4, "20", None),
        ("380", (), "10", "drug.waste-differs"),
    ],
)
def test_before_jz_only_what_is_charted_is_held_against_the_dose(
    dose: str, opened: tuple[str, ...], wasted: str | None, held: str | None
) -> None:
    said = Decimal(wasted) if wasted else None
    charted = Amounts(Decimal(dose), said, tuple(map(Decimal, opened)), (Decimal(100),), Decimal(10))
    assert judge(charted, replace(TERMS, jz=False)).held == held


def test_a_milligram_more_than_was_opened_is_too_much() -> None:
    opened = Amounts(Decimal(101), None, (Decimal(100),), (Decimal(100),), Decimal(10))
    assert account(opened).doubt == "drug.containers-short"
    assert account(replace(opened, dose=Decimal(100))).doubt is None


def test_larger_containers_than_needed_are_remarked_upon() -> None:
    charted = Amounts(Decimal(100), Decimal(300), (Decimal(400),), (Decimal(100), Decimal(400)), Decimal(10))
    assert account(charted).remark == "drug.containers-larger"
    assert account(replace(charted, opened=())).remark == "drug.containers-larger"
    assert account(replace(charted, opened=(), wasted=Decimal(0))).remark is None
    assert account(replace(charted, sizes=(), opened=())).remark is None


@pytest.mark.parametrize("wasted", ["0.5", "1"])
def test_however_little_was_discarded_is_left_out_by_name(wasted: str) -> None:
    little = replace(INFLIXIMAB, wasted=Decimal(wasted))
    assert judge(little, replace(TERMS, single_dose=False)).not_billed == "drug.multi-dose"
    assert judge(little, replace(TERMS, payable=False)).not_billed == "drug.waste-packaged"
