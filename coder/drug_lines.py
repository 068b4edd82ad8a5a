"""Drug lines: each drug of a run once, its doses together, rounded up to whole billing units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal

from coder.charges import Answerable, Charge, ChargeKey, ChargeStatus, CodeSystem, Product, Role
from coder.facts import Quantity
from coder.lines import service_references
from coder.runs import Run
from coder.sheet import Sheet
from coder.sift import KnownDrug
from coder.tables import BillingUnit, DrugFamily
from coder.wording import dose_to_units

MASSES = {
    "kg": Decimal(1_000_000),
    "g": Decimal(1_000),
    "mg": Decimal(1),
    "ug": Decimal("0.001"),
    "ng": Decimal("0.000001"),
}
SPELLINGS = {
    "mcg": "ug",
    "µg": "ug",
    "μg": "ug",
    "milligram": "mg",
    "gram": "g",
    "microgram": "ug",
    "gm": "g",
    "iu": "[iu]",
    "unit": "[iu]",
    "units": "[iu]",
    "u": "[iu]",
    "[usp'u]": "[iu]",
    "meq": "meq",
    "ml": "ml",
    "cc": "ml",
}


def convert(dose: Quantity, unit: str) -> Decimal | None:
    """A dose in another unit: mass to mass, or the same unit under another spelling; else None."""
    said, wanted = _unit(dose.unit), _unit(unit)
    if said == wanted:
        return dose.value
    if said in MASSES and wanted in MASSES:
        return dose.value * MASSES[said] / MASSES[wanted]
    return None


def _unit(unit: str | None) -> str:
    word = (unit or "").strip().lower()
    return SPELLINGS.get(word, word)


def billing_units(dose: Decimal, amount: Decimal) -> int:
    """Whole billing units that cover a dose."""
    return int((dose / amount).to_integral_value(ROUND_CEILING))


def drug_charges(run: Run, planned: bool, sheet: Sheet) -> tuple[Charge, ...]:
    """One line per drug of the bag; fluids have none of their own."""
    lines = [_line(run, known, planned, sheet) for known in run.drugs if known.drug.family is not DrugFamily.FLUID]
    return tuple(line for line in lines if line)


def _line(run: Run, known: KnownDrug, planned: bool, sheet: Sheet) -> Charge | None:
    day = sheet.local(run.start).date()
    billing = known.drug.billing_on(day)
    if billing is None:
        sheet.leave_out("drug.no-code", run.keys, f"No code covers {known.drug.name} on this date.", curable=True)
        return None
    dose = None if planned else _dose(run, known, billing, sheet)
    if dose is None and not planned:
        return None
    return _charge(run, known, billing, dose, day, sheet)


def _dose(run: Run, known: KnownDrug, billing: BillingUnit, sheet: Sheet) -> Decimal | None:
    doses = _doses(run, known)
    converted = [convert(dose, billing.unit) for dose in doses if dose is not None]
    amounts = [amount for amount in converted if amount is not None]
    if len(amounts) < len(converted):
        _ask_unit(run, known, billing, sheet)
        return None
    total = sum(amounts, Decimal(0))
    if None in doses or total <= 0:
        _ask_dose(run, known, sheet)
        return None
    return total


def _ask_dose(run: Run, known: KnownDrug, sheet: Sheet) -> None:
    name = known.drug.name
    sheet.leave_out("drug.dose-missing", run.keys, f"No dose is charted for {name}.", curable=True)
    sheet.ask("drug.dose-missing", run.keys, Answerable.NURSE, f"How much {name} was given in all?", run.start)


def _ask_unit(run: Run, known: KnownDrug, billing: BillingUnit, sheet: Sheet) -> None:
    name = known.drug.name
    says = f"The charted unit of {name} does not convert to its billing unit."
    sheet.leave_out("drug.unit-mismatch", run.keys, says, curable=True)
    ask = f"What is the dose of {name} in {billing.unit}?"
    sheet.ask("drug.unit-mismatch", run.keys, Answerable.PHARMACY, ask, run.start)


def _doses(run: Run, known: KnownDrug) -> Sequence[Quantity | None]:
    """The doses charted for a component, one per bag; what only charts a new rate or a pause charts none."""
    return [
        dose
        for piece in run.pieces
        for one in piece.drugs
        if one.drug.name == known.drug.name
        and ((dose := piece.administration.drugs[one.place].dose) is not None or piece.administration.rate is None)
    ]


def _charge(run: Run, known: KnownDrug, billing: BillingUnit, dose: Decimal | None, day: date, sheet: Sheet) -> Charge:
    givens = [piece.administration for piece in run.pieces]
    visit = sheet.visit
    units = None if dose is None else billing_units(dose, billing.amount)
    return Charge(
        key=ChargeKey(run.anchor, Role.DRUG, known.place, day),
        status=ChargeStatus.PLANNED if units is None else ChargeStatus.BILLABLE,
        system=CodeSystem.HCPCS,
        code=billing.hcpcs,
        modifiers=(),
        units=units,
        start=sheet.local(run.start),
        end=sheet.local(run.end),
        patient=visit.patient,
        visit=visit.key,
        subject=visit.subject,
        context=visit.context,
        service=run.keys,
        service_references=service_references(givens),
        because=("drug.units",),
        label=known.drug.name,
        ordered_by=next((given.ordered_by for given in givens if given.ordered_by), None),
        given_by=next((given.given_by for given in givens if given.given_by), None),
        product=Product(known.drug.name, billing.hcpcs, known.ndc, dose, billing.unit),
        department=visit.department,
        account=visit.account,
        explanation=_explanation(known, billing, dose, units),
    )


def _explanation(known: KnownDrug, billing: BillingUnit, dose: Decimal | None, units: int | None) -> tuple[str, ...]:
    if dose is None or units is None:
        return (f"{known.drug.name.capitalize()} is still running: its dose is not known yet.",)
    return (
        f"{known.drug.name.capitalize()}: " + dose_to_units(dose, billing.unit, billing.amount, billing.unit, units),
    )
