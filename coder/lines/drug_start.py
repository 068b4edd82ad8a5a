"""The start of a drug line: all but the dose, and the line of a drug that has no code of its own."""

from __future__ import annotations

from coder.charges import Charge, ChargeKey, ChargeStatus, CodeSystem, Product, Role
from coder.lines.drug_amounts import Supply, doses
from coder.lines.drug_asking import ask
from coder.lines.drug_wording import unclassified_words
from coder.lines.line import Who, within_day
from coder.policy import Setting
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.values import value

DRUG = Role.DRUG
HCPCS = CodeSystem.HCPCS
NEW_DRUG = "C9399"


@value(frozen=True, slots=True)
class Told:
    """What a drug line says once its dose is known."""

    status: ChargeStatus
    units: int | None
    modifiers: tuple[str, ...]
    because: tuple[str, ...]
    product: Product
    explanation: tuple[str, ...]


def drug_line(supply: Supply, told: Told, run: Run, sheet: Sheet) -> Charge:
    """The line of a supply, under the code of its product; its fields in their order, as of a service line."""
    start, end = sheet.local(run.start), sheet.local(run.end)
    day = start.date()
    if end.date() != day:
        start, end = within_day(day, start, end, sheet)
    who = Who.of(run.pieces)
    visit, part = sheet.visit, sheet.part(run.pieces[0].administration)
    return Charge(
        ChargeKey(run.anchor, DRUG, supply.place, day),
        told.status,
        HCPCS,
        told.product.hcpcs,
        told.modifiers,
        told.units,
        start,
        end,
        visit.patient,
        visit.key,
        visit.subject,
        part.context,
        run.keys,
        who.references,
        told.because,
        supply.name,
        who.ordered_by,
        who.given_by,
        None,
        told.product,
        None,
        part.department,
        part.account,
        told.explanation,
    )


def started(supply: Supply, code: str, unit: str, run: Run, sheet: Sheet) -> Charge:
    """The line before its dose is known."""
    product = Product(supply.name, code, supply.known.ndc, None, unit)
    says = f"{supply.name.capitalize()} is still running: its dose is not known yet."
    return drug_line(supply, Told(ChargeStatus.PLANNED, None, (), ("drug.units",), product, (says,)), run, sheet)


def unclassified(supply: Supply, run: Run, planned: bool, sheet: Sheet) -> Charge:
    """One unit of an unclassified code, with name, dose, route and NDC in its explanation."""
    drug, day = supply.known.drug, sheet.local(run.start).date()
    new = sheet.policy.setting is Setting.FACILITY and any(unit.since > day for unit in drug.billing)
    code = NEW_DRUG if new else str(drug.unclassified)
    if planned:
        return started(supply, code, "", run, sheet)
    ndc = supply.known.ndc
    if ndc is None:
        ask("drug.ndc-missing", supply, run, sheet)
    said = [dose for dose in doses(supply, run) if dose is not None]
    told = Told(
        status=ChargeStatus.BILLABLE if ndc else ChargeStatus.PLANNED,
        units=1,
        modifiers=(),
        because=("drug.unclassified",) if ndc else ("drug.unclassified", "drug.ndc-missing"),
        product=Product(drug.name, code, ndc, None, ""),
        explanation=unclassified_words(supply, said, run.route),
    )
    return drug_line(supply, told, run, sheet)
