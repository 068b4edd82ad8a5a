"""Chemotherapy or therapeutic: which family of codes a drug's administration belongs to.

The site's own rows come first, then those that ship, then what the formulary says of the drug. Among rows
that fit, one for the payer stands before one for a diagnosis (of two diagnoses the longer), that before one
for the route, that before one for a stretch of days; of equals the later.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from coder.facts import Route
from coder.policy import CodeFamily, FamilyChoice
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.tables import DrugFamily

FLUID = DrugFamily.FLUID
CHEMOTHERAPY, HORMONAL, THERAPEUTIC = CodeFamily.CHEMOTHERAPY, CodeFamily.HORMONAL, CodeFamily.THERAPEUTIC
MEDICARE = "medicare"
TABLE = ("family.table",)
BY_DRUG = {
    DrugFamily.CHEMOTHERAPY: CodeFamily.CHEMOTHERAPY,
    DrugFamily.HORMONAL: CodeFamily.HORMONAL,
}
INJECTED = (Route.SUBCUTANEOUS, Route.INTRAMUSCULAR)


def code_family(run: Run, sheet: Sheet) -> tuple[CodeFamily, tuple[str, ...]]:
    """The family of codes of a run, and the rules that made it another than the formulary's.

    Of several drugs in a bag the strongest decides. A hormonal drug that is not injected under the skin or
    into muscle is therapeutic.
    """
    families: list[CodeFamily] = []
    rules: tuple[str, ...] = ()
    for known in run.drugs:
        family, by_table = _of_drug(known.drug.name, known.drug.family, run, sheet)
        families.append(family)
        rules = TABLE if by_table else rules
    if CHEMOTHERAPY in families:
        return CHEMOTHERAPY, rules
    if run.route in INJECTED and HORMONAL in families:
        return HORMONAL, rules
    return THERAPEUTIC, rules


def _of_drug(name: str, family: DrugFamily, run: Run, sheet: Sheet) -> tuple[CodeFamily, bool]:
    if family is FLUID:
        return THERAPEUTIC, False
    for rows in (sheet.policy.chemo_family, sheet.tables.families.get(name, ())):
        chosen = _chosen(name, rows, run, sheet) if rows else None
        if chosen:
            return chosen.family, True
    return BY_DRUG.get(family, THERAPEUTIC), False


def _chosen(name: str, rows: Iterable[FamilyChoice], run: Run, sheet: Sheet) -> FamilyChoice | None:
    """The most specific row that fits; of equals the later."""
    best: FamilyChoice | None = None
    for row in rows:
        if row.drug == name and _fits(row, run, sheet) and (best is None or _specific(row) >= _specific(best)):
            best = row
    return best


def _fits(row: FamilyChoice, run: Run, sheet: Sheet) -> bool:
    day = sheet.local(run.start).date()
    return (
        (row.payer is None or row.payer.lower() == (sheet.visit.payer or MEDICARE).lower())
        and (row.route is None or row.route is run.route)
        and (row.diagnosis is None or any(code.startswith(row.diagnosis) for code in sheet.visit.diagnoses))
        and (row.since or date.min) <= day <= (row.until or date.max)
    )


def _specific(row: FamilyChoice) -> tuple[bool, int, bool, bool]:
    return (
        row.payer is not None,
        len(row.diagnosis or ""),
        row.route is not None,
        row.since is not None or row.until is not None,
    )
