"""Drug lines: each drug of a run once, its doses together, rounded up to whole billing units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_CEILING, Decimal

from coder.charges import Answerable, Charge, ChargeKey, ChargeStatus, CodeSystem, Product, Role
from coder.facts import Quantity
from coder.lines.line import Who, within_day
from coder.lines.wording import dose_to_units
from coder.runs.known import Known, KnownDrug
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.tables import BillingUnit, DrugFamily

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
    if dose.unit == unit:
        return dose.value
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
    """One line per drug and NDC of the bags that were hung here; fluids have none of their own."""
    if run.family is DrugFamily.FLUID:
        return ()
    distinct: dict[tuple[str, str | None], KnownDrug] = {}
    for piece in run.supplied:
        for known in piece.drugs:
            if known.drug.family is not DrugFamily.FLUID:
                distinct.setdefault((known.drug.name, known.ndc), known)
    lines = [_line(run, known, place, planned, sheet) for known, place in _placed(distinct.values())]
    return tuple(line for line in lines if line)


def _placed(distinct: Iterable[KnownDrug]) -> Iterator[tuple[KnownDrug, int]]:
    """Each with its place in the mixture; what only a later bag holds comes after all of the first."""
    taken: set[int] = set()
    for known in distinct:
        place = known.place if known.place not in taken else max(taken) + 1
        taken.add(place)
        yield known, place


def _line(run: Run, known: KnownDrug, place: int, planned: bool, sheet: Sheet) -> Charge | None:
    day = sheet.local(run.start).date()
    billing = known.drug.billing_on(day)
    if billing is None:
        sheet.leave_out("drug.no-code", run.keys, f"No code covers {known.drug.name} on this date.", curable=True)
        return None
    dose = None if planned else _dose(run, known, billing, sheet)
    if dose is None and not planned:
        return None
    return _charge(run, known, place, billing, dose, sheet)


def _dose(run: Run, known: KnownDrug, billing: BillingUnit, sheet: Sheet) -> Decimal | None:
    doses = charted_doses(run, known)
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


def charted_doses(run: Run, known: KnownDrug) -> Sequence[Quantity | None]:
    """The doses charted for a drug, one per bag; None where one is not known.

    What follows a piece without a stop of its own goes on with the bag that hangs: the same dose stated
    again is that bag, and another amount is not known to be another one.
    """
    doses: list[Quantity | None] = []
    hanging: Quantity | None = None
    goes_on = False
    for piece in run.supplied:
        given = piece.administration
        if given.rate is not None and given.rate.value == 0:
            continue
        for dose in (given.drugs[one.place].dose for one in _components(piece, known)):
            if dose is None and given.rate is not None:
                continue
            if not goes_on or hanging is None:
                doses.append(dose)
            elif dose != hanging:
                doses.append(None)
            hanging = dose or hanging
        goes_on = given.end is None
    return doses


def _components(piece: Known, known: KnownDrug) -> list[KnownDrug]:
    return [one for one in piece.drugs if (one.drug.name, one.ndc) == (known.drug.name, known.ndc)]


def _charge(run: Run, known: KnownDrug, place: int, billing: BillingUnit, dose: Decimal | None, sheet: Sheet) -> Charge:
    day = sheet.local(run.start).date()
    start, end = within_day(day, sheet.local(run.start), sheet.local(run.end), sheet)
    givens = [piece.administration for piece in run.pieces]
    who = Who.of(givens)
    visit = sheet.visit
    part = sheet.part(givens[0])
    units = None if dose is None else billing_units(dose, billing.amount)
    return Charge(
        key=ChargeKey(run.anchor, Role.DRUG, place, day),
        status=ChargeStatus.PLANNED if units is None else ChargeStatus.BILLABLE,
        system=CodeSystem.HCPCS,
        code=billing.hcpcs,
        modifiers=(),
        units=units,
        start=start,
        end=end,
        patient=visit.patient,
        visit=visit.key,
        subject=visit.subject,
        context=part.context,
        service=run.keys,
        service_references=who.references,
        because=("drug.units",),
        label=known.drug.name,
        ordered_by=who.ordered_by,
        given_by=who.given_by,
        product=Product(known.drug.name, billing.hcpcs, known.ndc, dose, billing.unit),
        department=part.department,
        account=part.account,
        explanation=_explanation(known, billing, dose, units),
    )


def _explanation(known: KnownDrug, billing: BillingUnit, dose: Decimal | None, units: int | None) -> tuple[str, ...]:
    if dose is None or units is None:
        return (f"{known.drug.name.capitalize()} is still running: its dose is not known yet.",)
    return (
        f"{known.drug.name.capitalize()}: " + dose_to_units(dose, billing.unit, billing.amount, billing.unit, units),
    )
