"""Infusions at home: not billed by a hospital or an office, with the codes that a home payer would want named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from coder.facts import Route
from coder.policy import CodeFamily
from coder.runs.families import MEDICARE, code_family
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.tables import DrugFamily

ANTI_INFECTIVES = ("28", "29")


class HomeCodes(NamedTuple):
    """What a payer of care at home would want: the code to begin with, and all of them in words."""

    code: str
    says: str


def home_codes(run: Run, sheet: Sheet) -> HomeCodes:
    """The codes of Medicare for its drug and route, else those of commercial payers; an unknown payer is Medicare."""
    payer = (sheet.visit.payer or MEDICARE).lower()
    return _medicare(run, sheet) if payer == MEDICARE else _commercial(run, sheet)


def _medicare(run: Run, sheet: Sheet) -> HomeCodes:
    """One payment for a day of infusion by a pump, by the drug's category, another code for the first visit."""
    code, first = "G0068", "G0088"
    if code_family(run, sheet)[0] is CodeFamily.CHEMOTHERAPY:
        code, first = "G0070", "G0090"
    elif run.route is Route.SUBCUTANEOUS:
        code, first = "G0069", "G0089"
    return HomeCodes(code, f"Medicare pays a home infusion supplier by {code}, or {first} on the first visit.")


def _commercial(run: Run, sheet: Sheet) -> HomeCodes:
    """A rate for each day by the kind of therapy, and the nurse's visit beside it."""
    codes = _per_diem(run, sheet)
    named = codes[0] if len(codes) == 1 else f"one of {codes[0]} to {codes[-1]}"
    says = f"A commercial payer would want {named} for the day, and 99601 and 99602 for the nurse's visit."
    return HomeCodes(codes[0], says)


def _per_diem(run: Run, sheet: Sheet) -> Sequence[str]:
    if run.family is DrugFamily.FLUID:
        return ("S9373",)
    if code_family(run, sheet)[0] is CodeFamily.CHEMOTHERAPY:
        return ("S9329", "S9330")
    kinds = sheet.tables.procedures.kinds
    if any(kind in ANTI_INFECTIVES for name in run.infusate for kind in kinds.get(name, ())):
        return ("S9494", "S9504")
    return ("S9379",)
