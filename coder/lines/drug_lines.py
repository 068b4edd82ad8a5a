"""Drug lines: each drug of a run by product and source, its doses together, and what was discarded of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from coder.charges import Charge, ChargeKey, ChargeStatus, CodeSystem, Product, Role
from coder.drug_tables import Container, modifier_asked
from coder.drugs.choice import NO_CODE, Circumstances, choose, on_dialysis
from coder.drugs.identity import identify
from coder.drugs.modifiers import JW, Judged, Terms, judge
from coder.drugs.ndc_line import ndc_quantity
from coder.drugs.sources import SUPPLIED, modifier_340b
from coder.drugs.units import in_unit
from coder.drugs.waste import Amounts
from coder.facts import Quantity
from coder.lines.drug_amounts import Opened, Supply, doses, opened, supplies
from coder.lines.drug_asking import ask
from coder.lines.drug_wording import given_words, judged_words, left_words, unclassified_words
from coder.lines.line import period_on, service_references
from coder.policy import Setting
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.tables import BillingUnit

PAID_SEPARATELY = ("G", "K")
NO_WASTE_PLACES = ("50", "72")
NEW_DRUG = "C9399"
ASKED_340B, ONLY_TB = "340B", "TB"


@dataclass(frozen=True, slots=True)
class _Dose:
    """A supply with its code, its container, and its dose in the measure of the code."""

    supply: Supply
    billing: BillingUnit
    container: Container | None
    amount: Decimal


def drug_charges(run: Run, planned: bool, sheet: Sheet) -> tuple[Charge, ...]:
    """The lines of what a run's bags held; what somebody else supplied has none."""
    made: list[Charge] = []
    for supply in supplies(run):
        if not _left_out(supply, run, sheet):
            made += _lines(supply, run, planned, sheet)
    return tuple(made)


def _left_out(supply: Supply, run: Run, sheet: Sheet) -> bool:
    """Whether the drug has no line because of whose it was or how it is taken."""
    if supply.source in SUPPLIED:
        rule, says = SUPPLIED[supply.source]
        sheet.leave_out(rule, run.keys, f"{supply.name.capitalize()}: {says}")
        return True
    if run.route in supply.known.drug.self_administered:
        says = f"{supply.name.capitalize()} is taken by patients themselves and not covered for outpatients."
        sheet.leave_out("drug.self-administered", run.keys, says)
        return True
    return False


def _lines(supply: Supply, run: Run, planned: bool, sheet: Sheet) -> tuple[Charge, ...]:
    charted = () if planned else doses(supply, run)
    if not planned and (None in charted or not any(dose.value for dose in charted if dose)):
        sheet.leave_out("drug.dose-missing", run.keys, f"No dose is charted for {supply.name}.", curable=True)
        ask("drug.dose-missing", supply, run, sheet)
        return ()
    container = sheet.tables.formulary.containers.get(supply.known.ndc or "")
    billing = choose(supply.known.drug, _circumstances(supply, run, container, sheet))
    if isinstance(billing, str):
        return _uncoded(billing, supply, run, planned, sheet)
    if planned:
        return (_charge(supply, billing, run, sheet),)
    amount = _amount(supply, charted, run, billing, container, sheet)
    return _dosed(_Dose(supply, billing, container, amount), run, sheet) if amount is not None else ()


def _circumstances(supply: Supply, run: Run, container: Container | None, sheet: Sheet) -> Circumstances:
    given = supply.pieces[0].administration
    identified = identify(given.drugs[supply.known.place], sheet.tables.formulary)
    charted = given.containers[0] if given.containers else None
    held = in_unit(charted, "mL", container) if charted else container.amount if container else None
    return Circumstances(identified.hcpcs, _day(run, sheet), run.route, on_dialysis(sheet.visit.diagnoses), held)


def _day(run: Run, sheet: Sheet) -> date:
    return sheet.local(run.start).date()


def _uncoded(rule: str, supply: Supply, run: Run, planned: bool, sheet: Sheet) -> tuple[Charge, ...]:
    """No code of its own: billed as unclassified where the formulary says so, else asked or left out."""
    if rule == NO_CODE and supply.known.drug.unclassified:
        return (_unclassified(supply, run, planned, sheet),)
    says = {
        NO_CODE: f"No code covers {supply.name} on this date.",
        "drug.route": f"No code of {supply.name} covers the charted route.",
    }.get(rule, f"Several codes fit {supply.name}.")
    sheet.leave_out(rule, run.keys, says, curable=True)
    if rule != NO_CODE:
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
    converted = [in_unit(dose, billing.unit, container) for dose in charted if dose is not None]
    amounts = [amount for amount in converted if amount is not None]
    if len(amounts) < len(converted):
        says = f"The charted unit of {supply.name} does not convert to its billing unit."
        sheet.leave_out("drug.unit-mismatch", run.keys, says, code=billing.hcpcs, curable=True)
        ask("drug.unit-mismatch", supply, run, sheet, billing.unit)
        return None
    return sum(amounts, Decimal(0))


def _dosed(dose: _Dose, run: Run, sheet: Sheet) -> tuple[Charge, ...]:
    """The line of what was given and, where units were discarded, the line of those."""
    supply, billing = dose.supply, dose.billing
    stated = opened(supply, billing.unit, dose.container)
    judged = judge(_amounts(dose, stated), _terms(dose, run, sheet))
    if stated.unclear and judged.held:
        judged = replace(judged, held=stated.unclear)
    for rule in (judged.held, judged.remark):
        if rule:
            ask(rule, supply, run, sheet, billing.unit)
    if judged.not_billed:
        sheet.leave_out(judged.not_billed, run.keys, left_words(judged.not_billed, supply.name), code=billing.hcpcs)
    pricing = _pricing(dose, run, sheet)
    line = _charge(supply, billing, run, sheet)
    given = _given(line, dose, judged, pricing, run)
    return (given, _wasted(given, dose, judged, pricing)) if judged.wasted else (given,)


def _amounts(dose: _Dose, stated: Opened) -> Amounts:
    container = dose.container
    held = in_unit_of(container, dose.billing) if container else None
    return Amounts(
        dose.amount, stated.wasted, stated.containers, dose.billing.sizes, dose.billing.amount, held if held else None
    )


def in_unit_of(container: Container, billing: BillingUnit) -> Decimal | None:
    """What a container holds, in the measure of a code."""
    if container.amount is None or container.unit != billing.unit:
        return None
    return container.amount


def _terms(dose: _Dose, run: Run, sheet: Sheet) -> Terms:
    """What the payer, the date, the place and the container make of waste."""
    day, payer, rows = _day(run, sheet), sheet.visit.payer, sheet.tables.drug_modifiers
    asked = sheet.policy.place not in NO_WASTE_PLACES
    single = dose.container.single_dose if dose.container else None
    return Terms(
        payable=_payable(dose.billing, sheet),
        single_dose=dose.billing.single_dose if single is None else single,
        jw=asked and modifier_asked(rows, JW, payer, day),
        jz=asked and modifier_asked(rows, "JZ", payer, day),
    )


def _payable(billing: BillingUnit, sheet: Sheet) -> bool | None:
    """Whether the drug is paid by itself: by its status indicator in a facility, always for a professional."""
    if sheet.policy.setting is Setting.PROFESSIONAL:
        return True
    return None if billing.status is None else billing.status in PAID_SEPARATELY


def _pricing(dose: _Dose, run: Run, sheet: Sheet) -> tuple[str, ...]:
    """The 340B modifier, of drugs that are paid by themselves."""
    day, payer, rows = _day(run, sheet), sheet.visit.payer, sheet.tables.drug_modifiers
    return modifier_340b(
        dose.supply.source,
        sheet.policy.drug_340b,
        told=_payable(dose.billing, sheet) is True and modifier_asked(rows, ASKED_340B, payer, day),
        only_tb=modifier_asked(rows, ONLY_TB, payer, day),
    )


def _given(line: Charge, dose: _Dose, judged: Judged, pricing: tuple[str, ...], run: Run) -> Charge:
    held = (judged.held, *_zero_rules(judged))
    rules = ("drug.units", *(rule for rule in held if rule))
    return replace(
        line,
        status=ChargeStatus.PLANNED if judged.held else ChargeStatus.BILLABLE,
        units=judged.units,
        modifiers=(*judged.modifiers, *pricing),
        because=tuple(dict.fromkeys((*rules, *(["drug.340b"] if pricing else [])))),
        product=_product(dose, dose.amount),
        explanation=(
            *given_words(dose.supply.name, dose.amount, dose.billing, judged.units),
            *judged_words(judged, dose.billing.unit, _product(dose, dose.amount)),
        ),
    )


def _zero_rules(judged: Judged) -> tuple[str | None, ...]:
    computed = judged.accounted is not None and judged.accounted.computed
    return (
        "drug.containers-computed" if computed else None,
        "drug.nothing-wasted" if judged.modifiers else None,
    )


def _wasted(given: Charge, dose: _Dose, judged: Judged, pricing: tuple[str, ...]) -> Charge:
    """The line of whole units discarded."""
    left = judged.accounted.left if judged.accounted else None
    product = _product(dose, left or Decimal(0))
    return replace(
        given,
        key=replace(given.key, role=Role.WASTE),
        units=judged.wasted,
        modifiers=(JW, *pricing),
        because=("drug.wasted", *(["drug.340b"] if pricing else [])),
        product=product,
        explanation=judged_words(judged, dose.billing.unit, product),
    )


def _product(dose: _Dose, amount: Decimal) -> Product:
    billing, known = dose.billing, dose.supply.known
    quantity = ndc_quantity(amount, billing.unit, dose.container)
    return Product(known.drug.name, billing.hcpcs, known.ndc, amount, billing.unit, quantity)


def _charge(supply: Supply, billing: BillingUnit, run: Run, sheet: Sheet) -> Charge:
    """The line before its dose is known."""
    day = _day(run, sheet)
    start, end = period_on(day, [run], sheet)
    givens = [piece.administration for piece in run.pieces]
    visit, known = sheet.visit, supply.known
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
        context=visit.context,
        service=run.keys,
        service_references=service_references(givens),
        because=("drug.units",),
        label=known.drug.name,
        ordered_by=next((given.ordered_by for given in givens if given.ordered_by), None),
        given_by=next((given.given_by for given in givens if given.given_by), None),
        product=Product(known.drug.name, billing.hcpcs, known.ndc, None, billing.unit),
        department=visit.department,
        account=visit.account,
        explanation=(f"{supply.name.capitalize()} is still running: its dose is not known yet.",),
    )


def _unclassified(supply: Supply, run: Run, planned: bool, sheet: Sheet) -> Charge:
    """One unit of an unclassified code, with name, dose, route and NDC in its explanation."""
    drug, day = supply.known.drug, _day(run, sheet)
    new = sheet.policy.setting is Setting.FACILITY and any(unit.since > day for unit in drug.billing)
    code = NEW_DRUG if new else str(drug.unclassified)
    line = _charge(supply, BillingUnit(code, Decimal(1), "", day, None), run, sheet)
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
