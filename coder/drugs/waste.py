"""What became of the opened containers: units given, units discarded, and whether the record accounts for them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm

from coder.drugs.units import billing_units, whole_units
from coder.values import value

COMPUTED = "drug.containers-computed"
UNDOCUMENTED = "drug.waste-undocumented"
DIFFERS = "drug.waste-differs"
SHORT = "drug.containers-short"
LARGER = "drug.containers-larger"
RESIDUES_CEILING = 20_000
NOTHING = Decimal(0)


@value(frozen=True, slots=True)
class Amounts:
    """What one drug line is about, in the measure of its billing unit.

    `opened` are the containers documented as opened, `sizes` those that the code's products come in,
    `held` what a container of the product given holds, where its NDC is known. `unclear` is the rule by which
    what was charted as opened or discarded cannot be told to be this line's.
    """

    dose: Decimal
    wasted: Decimal | None
    opened: tuple[Decimal, ...]
    sizes: tuple[Decimal, ...]
    unit: Decimal
    held: Decimal | None = None
    unclear: str | None = None


@value(frozen=True, slots=True)
class Accounted:
    """The opened total and what is left of it; `doubt` is the rule by which the record does not add up.

    `remark` is a rule that asks but holds nothing; `computed` says that the containers follow from the dose.
    """

    opened: Decimal | None
    left: Decimal | None
    doubt: str | None = None
    remark: str | None = None
    computed: bool = False


def account(amounts: Amounts) -> Accounted:
    """Hold the dose, the documented waste and the opened containers against each other."""
    if amounts.opened:
        return _of_opened(amounts, sum(amounts.opened, Decimal(0)))
    if amounts.wasted is not None:
        total = amounts.dose + amounts.wasted
        if smallest_cover(total, amounts.sizes) not in (total, None):
            return Accounted(None, amounts.wasted, DIFFERS)
        return Accounted(total, amounts.wasted, remark=_remark(amounts, total))
    for size in (amounts.held,) if amounts.held else amounts.sizes:
        if amounts.dose % size == 0:
            return Accounted(amounts.dose, NOTHING, computed=True)
    return Accounted(None, None, UNDOCUMENTED)


def _of_opened(amounts: Amounts, total: Decimal) -> Accounted:
    left = total - amounts.dose
    if left < 0:
        return Accounted(total, None, SHORT)
    if amounts.wasted is None and left > 0:
        return Accounted(total, left, UNDOCUMENTED)
    if amounts.wasted not in (None, left):
        return Accounted(total, left, DIFFERS)
    return Accounted(total, left, remark=_remark(amounts, total))


def _remark(amounts: Amounts, total: Decimal) -> str | None:
    smallest = smallest_cover(amounts.dose, amounts.sizes)
    return LARGER if smallest is not None and total > smallest else None


def wasted_units(opened: Decimal, dose: Decimal, unit: Decimal) -> int:
    """Whole units of the opened containers that the dose's units leave: the dose rounds up, the waste down."""
    return max(0, whole_units(opened, unit) - billing_units(dose, unit))


def smallest_cover(dose: Decimal, sizes: Sequence[Decimal]) -> Decimal | None:
    """The least that containers of these sizes can hold together and still cover a dose; None if not known.

    For each remainder by the smallest size, the least sum of the others that leaves it; the smallest size
    fills up the rest.
    """
    if not sizes:
        return None
    measure = _common_measure([dose, *sizes])
    steps = sorted({int(Fraction(size) / measure) for size in sizes})
    target, first = int(Fraction(dose) / measure), steps[0]
    if first > RESIDUES_CEILING:
        return None
    least = _least_by_remainder(first, steps[1:], target + first)
    best = min(max(total, total + -(-(target - total) // first) * first) for total in least.values())
    exact = best * measure
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def _least_by_remainder(first: int, others: Sequence[int], ceiling: int) -> dict[int, int]:
    least = {0: 0}
    waiting = [0]
    while waiting:
        total = waiting.pop()
        for size in others:
            reached = total + size
            if reached <= ceiling and reached < least.get(reached % first, ceiling + 1):
                least[reached % first] = reached
                waiting.append(reached)
    return least


def _common_measure(amounts: Sequence[Decimal]) -> Fraction:
    """The largest amount of which all are whole multiples."""
    exact = [Fraction(amount) for amount in amounts]
    below = lcm(*(one.denominator for one in exact))
    return Fraction(gcd(*(int(one * below) for one in exact)), below)
