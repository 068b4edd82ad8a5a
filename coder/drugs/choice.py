"""Which HCPCS code of a drug: by date, product, route, and whether the patient is on dialysis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from coder.drug_tables import CodeRule
from coder.facts import Route
from coder.tables import BillingUnit, Drug
from coder.values import value

OF_A_PRODUCT = CodeRule.PRODUCT
NO_CODE, OTHER_ROUTE, DIALYSIS, PRODUCT = "drug.no-code", "drug.route", "drug.dialysis-unknown", "drug.product-unknown"
DIALYSIS_RULES = (CodeRule.ESRD, CodeRule.NOT_ESRD)
END_STAGE_RENAL_DISEASE = ("N186", "Z992")


@value(frozen=True, slots=True)
class Circumstances:
    """What tells codes apart: the codes an identity narrows to, the day, the route, and dialysis.

    `on_dialysis` is None where no diagnosis says either; `container` is what one container holds, in the
    unit of the codes it decides.
    """

    codes: tuple[str, ...]
    day: date
    route: Route | None
    on_dialysis: bool | None
    container: Decimal | None = None


def choose(drug: Drug, known: Circumstances) -> BillingUnit | str:
    """The one billing unit that fits, or the rule by which none does."""
    in_force = drug.billing_on(known.day)
    if not in_force:
        return NO_CODE
    named = [unit for unit in in_force if unit.hcpcs in known.codes]
    pool = named or [unit for unit in in_force if unit.rule is not OF_A_PRODUCT]
    if not pool:
        return PRODUCT
    pool = [unit for unit in pool if not unit.routes or known.route in unit.routes]
    if not pool:
        return OTHER_ROUTE
    if len(pool) > 1 and any(unit.rule in DIALYSIS_RULES for unit in pool):
        if known.on_dialysis is None:
            return DIALYSIS
        wanted = CodeRule.ESRD if known.on_dialysis else CodeRule.NOT_ESRD
        pool = [unit for unit in pool if unit.rule not in DIALYSIS_RULES or unit.rule is wanted]
    if len(pool) > 1 and all(unit.rule is CodeRule.CONTAINER for unit in pool):
        pool = by_container(pool, known.container)
    return pool[0] if len(pool) == 1 else PRODUCT


def by_container(units: Sequence[BillingUnit], held: Decimal | None) -> list[BillingUnit]:
    """The codes of the largest volume that the container is a whole multiple of."""
    fitting = [unit for unit in units if held and held % unit.amount == 0]
    largest = max((unit.amount for unit in fitting), default=None)
    return [unit for unit in fitting if unit.amount == largest]


def on_dialysis(diagnoses: Sequence[str]) -> bool | None:
    """Whether the diagnoses say end-stage renal disease or dialysis; None where there are none."""
    if not diagnoses:
        return None
    plain = (code.replace(".", "").upper() for code in diagnoses)
    return any(code.startswith(END_STAGE_RENAL_DISEASE) for code in plain)
