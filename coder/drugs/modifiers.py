"""JW or JZ: by container, by what the record accounts for, and by whether the payer asks for them that day."""

from __future__ import annotations

from coder.drugs.units import billing_units
from coder.drugs.waste import Accounted, Amounts, account, wasted_units
from coder.values import value

JW, JZ = "JW", "JZ"
MULTI_DOSE = "drug.multi-dose"
PACKAGED = "drug.waste-packaged"
BEFORE_JW = "drug.waste-before-jw"
CONTAINER_UNKNOWN = "drug.container-unknown"
STATUS_UNKNOWN = "drug.status-unknown"


@value(frozen=True, slots=True)
class Terms:
    """What the payer and the container make of waste.

    `payable`: paid separately, None where the status indicator is not known; `single_dose`: None where
    nobody says; `jw` and `jz`: whether they are asked for on the day.
    """

    payable: bool | None
    single_dose: bool | None
    jw: bool
    jz: bool


@value(frozen=True, slots=True)
class Judged:
    """Units and modifiers of a drug line and of its waste line (no units: no line).

    `held` is the rule whose question the line waits for, `remark` one that asks and holds nothing,
    `not_billed` why discarded drug is not on the bill.
    """

    units: int
    modifiers: tuple[str, ...] = ()
    wasted: int = 0
    held: str | None = None
    remark: str | None = None
    not_billed: str | None = None
    accounted: Accounted | None = None


def judge(amounts: Amounts, terms: Terms) -> Judged:
    """The lines of a drug whose dose is known; never both modifiers, never neither where one is owed."""
    units = billing_units(amounts.dose, amounts.unit)
    discarded = amounts.wasted is not None and amounts.wasted > 0
    if terms.single_dose is False:
        return Judged(units, not_billed=MULTI_DOSE if discarded else None)
    if terms.payable is False:
        return Judged(units, not_billed=PACKAGED if discarded else None)
    if not terms.jw:
        return Judged(units, not_billed=BEFORE_JW if discarded else None)
    if amounts.unclear:
        return Judged(units, held=amounts.unclear)
    if not terms.jz and amounts.wasted is None and not amounts.opened:
        return Judged(units)
    if terms.payable is None:
        return Judged(units, held=STATUS_UNKNOWN)
    if terms.single_dose is None:
        return Judged(units, held=CONTAINER_UNKNOWN)
    return _accounted(units, amounts, terms)


def _accounted(units: int, amounts: Amounts, terms: Terms) -> Judged:
    found = account(amounts)
    if found.doubt or found.opened is None:
        return Judged(units, held=found.doubt, accounted=found)
    wasted = wasted_units(found.opened, amounts.dose, amounts.unit)
    modifiers = (JZ,) if not wasted and terms.jz else ()
    return Judged(units, modifiers, wasted, remark=found.remark, accounted=found)
