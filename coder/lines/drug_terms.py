"""What decides the code and the modifiers of a dose: product, route, patient, payer, date, place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from coder.drug_tables import Container
from coder.drugs.choice import DIALYSIS, Circumstances, choose, on_dialysis
from coder.drugs.modifiers import JW, JZ, STATUS_UNKNOWN, Terms
from coder.drugs.sources import modifier_340b
from coder.drugs.units import in_unit
from coder.facts import Quantity
from coder.lines.drug_amounts import Supply
from coder.policy import Setting
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.tables import BillingUnit
from coder.values import value

PROFESSIONAL = Setting.PROFESSIONAL
PAID_SEPARATELY = ("G", "K")
NO_WASTE_PLACES = ("50", "72")
ASKED_340B, ONLY_TB = "340B", "TB"


@value(frozen=True, slots=True)
class Dose:
    """A supply with its code, its container, and its dose in the measure of the code."""

    supply: Supply
    billing: BillingUnit
    container: Container | None
    amount: Decimal


def billing_of(supply: Supply, run: Run, day: date, container: Container | None, sheet: Sheet) -> BillingUnit | str:
    """The one billing unit of a supply, or the rule by which none fits; each question is decided once a visit."""
    known, given = supply.known, supply.pieces[0].administration
    said = run.answered(DIALYSIS)
    charted = given.containers[0] if given.containers else None
    asked = (known.drug.name, known.ndc, known.codes, day, run.route, said, charted)
    chosen = sheet.chosen.get(asked)
    if chosen is None:
        dialysis = said == "yes" if said else on_dialysis(sheet.visit.diagnoses)
        held = _held(charted, container)
        chosen = choose(known.drug, Circumstances(known.codes, day, run.route, dialysis, held))
        sheet.chosen[asked] = chosen
    return chosen


def _held(charted: Quantity | None, container: Container | None) -> Decimal | None:
    """What one container held: as charted in millilitres, else by its NDC."""
    if charted:
        return in_unit(charted, "mL", container)
    return container.amount if container else None


def held_by(container: Container, billing: BillingUnit) -> Decimal | None:
    """What a container holds, in the measure of a code."""
    if container.amount is None or container.unit != billing.unit:
        return None
    return container.amount


def terms_of(dose: Dose, run: Run, day: date, sheet: Sheet) -> Terms:
    """What the payer, the date, the place and the container make of waste."""
    asked = sheet.modifiers_on(day) if sheet.policy.place not in NO_WASTE_PLACES else ()
    single = _single_dose(dose)
    single_dose = dose.billing.single_dose if single is None else single
    return Terms(_payable(dose.billing, run, sheet), single_dose, JW in asked, JZ in asked)


def _single_dose(dose: Dose) -> bool | None:
    """Whether its containers were single-dose ones, as charted or by NDC."""
    for piece in dose.supply.pieces:
        if piece.administration.single_dose is not None:
            return piece.administration.single_dose
    return dose.container.single_dose if dose.container else None


def _payable(billing: BillingUnit, run: Run, sheet: Sheet) -> bool | None:
    """Whether the drug is paid by itself: by its status indicator in a facility, always for a professional.

    Without an indicator what a coder answered decides.
    """
    if sheet.policy.setting is PROFESSIONAL:
        return True
    if billing.status is not None:
        return billing.status in PAID_SEPARATELY
    said = run.answered(STATUS_UNKNOWN)
    return said == "yes" if said else None


def pricing_of(dose: Dose, run: Run, day: date, sheet: Sheet) -> tuple[str, ...]:
    """The 340B modifier, of drugs that are paid by themselves."""
    if dose.supply.source is None:
        return ()
    asked = sheet.modifiers_on(day)
    return modifier_340b(
        dose.supply.source,
        sheet.policy.drug_340b,
        told=ASKED_340B in asked and _payable(dose.billing, run, sheet) is True,
        only_tb=ONLY_TB in asked,
    )
