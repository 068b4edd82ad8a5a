"""The start of a drug line: all but the dose, and the line of a drug that has no code of its own."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from coder.charges import Charge, ChargeKey, ChargeStatus, CodeSystem, Product, Role
from coder.lines.drug_amounts import Supply, doses
from coder.lines.drug_asking import ask
from coder.lines.drug_wording import unclassified_words
from coder.lines.line import Who, within_day
from coder.policy import Setting
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.tables import BillingUnit

NEW_DRUG = "C9399"


def started(supply: Supply, billing: BillingUnit, run: Run, sheet: Sheet) -> Charge:
    """The line before its dose is known."""
    day = sheet.local(run.start).date()
    start, end = within_day(day, sheet.local(run.start), sheet.local(run.end), sheet)
    givens = [piece.administration for piece in run.pieces]
    who = Who.of(givens)
    visit, known = sheet.visit, supply.known
    part = sheet.part(givens[0])
    return Charge(
        key=ChargeKey(run.anchor, Role.DRUG, supply.place, day),
        status=ChargeStatus.PLANNED,
        system=CodeSystem.HCPCS,
        code=billing.hcpcs,
        modifiers=(),
        units=None,
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
        product=Product(known.drug.name, billing.hcpcs, known.ndc, None, billing.unit),
        department=part.department,
        account=part.account,
        explanation=(f"{supply.name.capitalize()} is still running: its dose is not known yet.",),
    )


def unclassified(supply: Supply, run: Run, planned: bool, sheet: Sheet) -> Charge:
    """One unit of an unclassified code, with name, dose, route and NDC in its explanation."""
    drug, day = supply.known.drug, sheet.local(run.start).date()
    new = sheet.policy.setting is Setting.FACILITY and any(unit.since > day for unit in drug.billing)
    code = NEW_DRUG if new else str(drug.unclassified)
    line = started(supply, BillingUnit(code, Decimal(1), "", day, None), run, sheet)
    if planned:
        return line
    if supply.known.ndc is None:
        ask("drug.ndc-missing", supply, run, sheet)
    said = [dose for dose in doses(supply, run) if dose is not None]
    return replace(
        line,
        status=ChargeStatus.BILLABLE if supply.known.ndc else ChargeStatus.PLANNED,
        units=1,
        because=("drug.unclassified", *(() if supply.known.ndc else ("drug.ndc-missing",))),
        explanation=unclassified_words(supply, said, run.route),
    )
