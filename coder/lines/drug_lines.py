"""Drug lines: each drug of a run by product and source, its doses together, and what was discarded of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from coder.charges import Charge, ChargeStatus, Product, Role
from coder.drug_tables import Container
from coder.drugs.choice import NO_CODE, OTHER_ROUTE
from coder.drugs.modifiers import JW, Judged, judge
from coder.drugs.ndc_line import ndc_quantity
from coder.drugs.sources import SUPPLIED
from coder.drugs.units import in_unit
from coder.drugs.waste import Amounts
from coder.facts import Quantity
from coder.lines.drug_amounts import Opened, Supply, doses, opened, supplies
from coder.lines.drug_asking import ask
from coder.lines.drug_start import Told, drug_line, started, unclassified
from coder.lines.drug_terms import Dose, billing_of, held_by, pricing_of, terms_of
from coder.lines.drug_wording import given_words, judged_words, left_words
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.tables import BillingUnit

PLANNED, BILLABLE = ChargeStatus.PLANNED, ChargeStatus.BILLABLE
NOTHING = Decimal(0)


def drug_charges(run: Run, planned: bool, sheet: Sheet) -> tuple[Charge, ...]:
    """The lines of what a run's bags held; what somebody else supplied has none."""
    made: list[Charge] = []
    for supply in supplies(run):
        if not _left_out(supply, run, sheet):
            made += _lines(supply, run, planned, sheet)
    return tuple(made)


def _left_out(supply: Supply, run: Run, sheet: Sheet) -> bool:
    """Whether the drug has no line because of whose it was or how it is taken."""
    if supply.source and supply.source in SUPPLIED:
        rule, says = SUPPLIED[supply.source]
        sheet.leave_out(rule, run.keys, f"{supply.name.capitalize()}: {says}")
        return True
    by_patients = supply.known.drug.self_administered
    if by_patients and run.route in by_patients:
        says = f"{supply.name.capitalize()} is taken by patients themselves and not covered for outpatients."
        sheet.leave_out("drug.self-administered", run.keys, says)
        return True
    return False


def _lines(supply: Supply, run: Run, planned: bool, sheet: Sheet) -> tuple[Charge, ...]:
    ndc = supply.known.ndc
    container = sheet.tables.formulary.containers.get(ndc) if ndc else None
    day = sheet.local(run.start).date()
    billing = billing_of(supply, run, day, container, sheet)
    if billing == NO_CODE and not supply.known.drug.unclassified:
        sheet.leave_out(NO_CODE, run.keys, f"No code covers {supply.name} on this date.", curable=True)
        return ()
    charted = () if planned else doses(supply, run)
    if not planned and not _known(charted):
        sheet.leave_out("drug.dose-missing", run.keys, f"No dose is charted for {supply.name}.", curable=True)
        ask("drug.dose-missing", supply, run, sheet)
        return ()
    if isinstance(billing, str):
        return _uncoded(billing, supply, run, planned, sheet)
    if planned:
        return (started(supply, billing.hcpcs, billing.unit, run, sheet),)
    amount = _amount(supply, charted, run, billing, container, sheet)
    return _dosed(Dose(supply, billing, container, amount), run, day, sheet) if amount is not None else ()


def _known(charted: Sequence[Quantity | None]) -> bool:
    known = False
    for dose in charted:
        if dose is None:
            return False
        known = known or bool(dose.value)
    return known


def _uncoded(rule: str, supply: Supply, run: Run, planned: bool, sheet: Sheet) -> tuple[Charge, ...]:
    """No one code: billed as unclassified where it has none of its own, else asked."""
    if rule == NO_CODE:
        return (unclassified(supply, run, planned, sheet),)
    none_by_route = rule == OTHER_ROUTE
    says = (
        f"No code of {supply.name} covers the charted route." if none_by_route else f"Several codes fit {supply.name}."
    )
    sheet.leave_out(rule, run.keys, says, curable=True)
    ask(rule, supply, run, sheet)
    return ()


def _amount(
    supply: Supply,
    charted: Sequence[Quantity | None],
    run: Run,
    billing: BillingUnit,
    container: Container | None,
    sheet: Sheet,
) -> Decimal | None:
    """The dose in the code's measure; asked, and no line, where it does not convert."""
    total = NOTHING
    for dose in charted:
        amount = in_unit(dose, billing.unit, container) if dose is not None else NOTHING
        if amount is None:
            says = f"The charted unit of {supply.name} does not convert to its billing unit."
            sheet.leave_out("drug.unit-mismatch", run.keys, says, code=billing.hcpcs, curable=True)
            ask("drug.unit-mismatch", supply, run, sheet, billing.unit)
            return None
        total += amount
    return total


def _dosed(dose: Dose, run: Run, day: date, sheet: Sheet) -> tuple[Charge, ...]:
    """The line of what was given and, where units were discarded, the line of those."""
    supply, billing = dose.supply, dose.billing
    stated = opened(supply, billing.unit, dose.container)
    judged = judge(_amounts(dose, stated), terms_of(dose, run, day, sheet))
    if judged.held:
        ask(judged.held, supply, run, sheet, billing.unit)
    if judged.remark:
        ask(judged.remark, supply, run, sheet, billing.unit)
    if judged.not_billed:
        sheet.leave_out(judged.not_billed, run.keys, left_words(judged.not_billed, supply.name), code=billing.hcpcs)
    pricing = pricing_of(dose, run, day, sheet)
    given = drug_line(supply, _given(dose, judged, pricing), run, sheet)
    return (given, _wasted(given, dose, judged, pricing)) if judged.wasted else (given,)


def _amounts(dose: Dose, stated: Opened) -> Amounts:
    container, billing = dose.container, dose.billing
    held = held_by(container, billing) if container else None
    charted = (stated.wasted, stated.containers)
    return Amounts(dose.amount, *charted, billing.sizes, billing.amount, held, stated.unclear)


def _given(dose: Dose, judged: Judged, pricing: tuple[str, ...]) -> Told:
    billing, product = dose.billing, _product(dose, dose.amount)
    status = PLANNED if judged.held else BILLABLE
    modifiers = (*judged.modifiers, *pricing)
    words = given_words(dose.supply.name, dose.amount, billing, judged.units)
    explanation = (words, *judged_words(judged, billing.unit, product))
    return Told(status, judged.units, modifiers, _rules(judged, pricing), product, explanation)


def _rules(judged: Judged, pricing: tuple[str, ...]) -> tuple[str, ...]:
    rules = ["drug.units"]
    if judged.held:
        rules.append(judged.held)
    if judged.accounted is not None and judged.accounted.computed:
        rules.append("drug.containers-computed")
    if judged.modifiers:
        rules.append("drug.nothing-wasted")
    if pricing:
        rules.append("drug.340b")
    return tuple(rules)


def _wasted(given: Charge, dose: Dose, judged: Judged, pricing: tuple[str, ...]) -> Charge:
    """The line of whole units discarded."""
    left = judged.accounted.left if judged.accounted else None
    product = _product(dose, left or NOTHING)
    return replace(
        given,
        key=replace(given.key, role=Role.WASTE),
        units=judged.wasted,
        modifiers=(JW, *pricing),
        because=("drug.wasted", *(["drug.340b"] if pricing else [])),
        product=product,
        explanation=judged_words(judged, dose.billing.unit, product),
    )


def _product(dose: Dose, amount: Decimal) -> Product:
    billing, known = dose.billing, dose.supply.known
    quantity = ndc_quantity(amount, billing.unit, dose.container) if dose.container else None
    return Product(known.drug.name, billing.hcpcs, known.ndc, amount, billing.unit, quantity)
