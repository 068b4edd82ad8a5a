"""Sentences of drug lines: dose to units, containers opened, what was discarded, the NDC line."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from coder.charges import Product
from coder.drugs.modifiers import BEFORE_JW, MULTI_DOSE, Judged
from coder.drugs.ndc_line import said
from coder.facts import Quantity, Route
from coder.lines.drug_amounts import Supply
from coder.lines.wording import dose_to_units
from coder.tables import BillingUnit


def amount_words(value: Decimal, unit: str) -> str:
    """An amount as it is read: 380 mg."""
    return f"{value.normalize():f} {unit}"


def given_words(name: str, dose: Decimal, billing: BillingUnit, units: int) -> str:
    """How the dose became units, and by which of several codes."""
    return f"{name.capitalize()}: {dose_to_units(dose, billing.unit, billing.amount, billing.unit, units)}"


def judged_words(judged: Judged, unit: str, product: Product) -> tuple[str, ...]:
    """What was opened and discarded, and what became of it; then the NDC line."""
    if not judged.held and judged.accounted is None and product.ndc is None:
        return ()
    return (*_accounted(judged, unit), *_ndc(product))


def _accounted(judged: Judged, unit: str) -> list[str]:
    found = judged.accounted
    if found is None or found.opened is None or found.left is None:
        return ["Waits for an answer."] if judged.held else []
    how = "taken from the dose, which is whole containers" if found.computed else "as charted"
    words = [f"Opened: {amount_words(found.opened, unit)} ({how}); discarded: {amount_words(found.left, unit)}."]
    if judged.held:
        return [*words, "Waits for an answer."]
    if judged.wasted:
        words.append(f"The dose is rounded up and the waste down: {judged.wasted} units discarded.")
    elif found.left:
        words.append("What was discarded is less than one unit.")
    return words


def _ndc(product: Product) -> list[str]:
    if product.ndc is None:
        return []
    if product.ndc_quantity is None:
        return [f"NDC {product.ndc}; what its container holds is not known, so no NDC quantity is."]
    return [f"NDC line: {said(product.ndc, product.ndc_quantity)}."]


def left_words(rule: str, name: str) -> str:
    """Why discarded drug is not on the bill."""
    if rule == MULTI_DOSE:
        return f"{name.capitalize()} came from a multi-dose container: only what was given is billed."
    if rule == BEFORE_JW:
        return f"What was discarded of {name} has no line before its modifier was asked for."
    return f"{name.capitalize()} is not paid by itself: what was discarded of it has no line."


def unclassified_words(supply: Supply, doses: Sequence[Quantity], route: Route | None) -> tuple[str, ...]:
    """What the remarks of an unclassified line need: name, dose, route, NDC."""
    dose = " and ".join(f"{one.value:f} {one.unit or ''}".strip() for one in doses) or "dose not charted"
    by = route.value if route else "route not charted"
    ndc = f"NDC {supply.known.ndc}" if supply.known.ndc else "NDC not known"
    return (f"{supply.name.capitalize()} has no code of its own on this date: {dose}, {by}, {ndc}.",)
