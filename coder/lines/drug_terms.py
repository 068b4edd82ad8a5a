"""What decides the code and the modifiers of a dose: product, route, patient, payer, date, place."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from coder.drug_tables import Container, modifier_asked
from coder.drugs.choice import DIALYSIS, Circumstances, on_dialysis
from coder.drugs.identity import identify
from coder.drugs.modifiers import JW, JZ, STATUS_UNKNOWN, Terms
from coder.drugs.sources import modifier_340b
from coder.drugs.units import in_unit
from coder.lines.drug_amounts import Supply
from coder.policy import Setting
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.tables import BillingUnit

PAID_SEPARATELY = ("G", "K")
NO_WASTE_PLACES = ("50", "72")
ASKED_340B, ONLY_TB = "340B", "TB"


@dataclass(frozen=True, slots=True)
class Dose:
    """A supply with its code, its container, and its dose in the measure of the code."""

    supply: Supply
    billing: BillingUnit
    container: Container | None
    amount: Decimal


def circumstances(supply: Supply, run: Run, container: Container | None, sheet: Sheet) -> Circumstances:
    """What tells the codes of a drug apart."""
    given = supply.pieces[0].administration
    identified = identify(given.drugs[supply.known.place], sheet.tables.formulary)
    charted = given.containers[0] if given.containers else None
    held = in_unit(charted, "mL", container) if charted else container.amount if container else None
    return Circumstances(identified.hcpcs, sheet.local(run.start).date(), run.route, _on_dialysis(run, sheet), held)


def _on_dialysis(run: Run, sheet: Sheet) -> bool | None:
    """What a person answered, else what the diagnoses say."""
    said = run.answered(DIALYSIS)
    return said == "yes" if said else on_dialysis(sheet.visit.diagnoses)


def held_by(container: Container, billing: BillingUnit) -> Decimal | None:
    """What a container holds, in the measure of a code."""
    if container.amount is None or container.unit != billing.unit:
        return None
    return container.amount


def terms_of(dose: Dose, run: Run, sheet: Sheet) -> Terms:
    """What the payer, the date, the place and the container make of waste."""
    day, payer, rows = sheet.local(run.start).date(), sheet.visit.payer, sheet.tables.drug_modifiers
    asked = sheet.policy.place not in NO_WASTE_PLACES
    stated = [piece.administration.single_dose for piece in dose.supply.pieces]
    single = next((one for one in stated if one is not None), dose.container.single_dose if dose.container else None)
    return Terms(
        payable=_payable(dose.billing, run, sheet),
        single_dose=dose.billing.single_dose if single is None else single,
        jw=asked and modifier_asked(rows, JW, payer, day),
        jz=asked and modifier_asked(rows, JZ, payer, day),
    )


def _payable(billing: BillingUnit, run: Run, sheet: Sheet) -> bool | None:
    """Whether the drug is paid by itself: by its status indicator in a facility, always for a professional.

    Without an indicator what a coder answered decides.
    """
    if sheet.policy.setting is Setting.PROFESSIONAL:
        return True
    if billing.status is not None:
        return billing.status in PAID_SEPARATELY
    said = run.answered(STATUS_UNKNOWN)
    return said == "yes" if said else None


def pricing_of(dose: Dose, run: Run, sheet: Sheet) -> tuple[str, ...]:
    """The 340B modifier, of drugs that are paid by themselves."""
    day, payer, rows = sheet.local(run.start).date(), sheet.visit.payer, sheet.tables.drug_modifiers
    return modifier_340b(
        dose.supply.source,
        sheet.policy.drug_340b,
        told=_payable(dose.billing, run, sheet) is True and modifier_asked(rows, ASKED_340B, payer, day),
        only_tb=modifier_asked(rows, ONLY_TB, payer, day),
    )
