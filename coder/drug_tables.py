"""Facts about products: what a container holds, what tells codes of one drug apart, when modifiers apply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class CodeRule(StrEnum):
    """What tells a HCPCS code from the other codes of its drug that are in force on the same day."""

    ANY = ""
    PRODUCT = "product"
    ESRD = "esrd"
    NOT_ESRD = "not-esrd"
    CONTAINER = "container"


@dataclass(frozen=True, slots=True)
class Container:
    """A product: its drug, the codes it is billed under, and what one container of it holds.

    `amount` is in `unit`; `millilitres` is None for a powder or where nobody says; `single_dose` likewise.
    `ndc_unit` is how an NDC line counts it (ML, UN, GR, F2, ME), None where nobody says.
    """

    drug: str
    codes: tuple[str, ...]
    amount: Decimal | None = None
    unit: str | None = None
    millilitres: Decimal | None = None
    single_dose: bool | None = None
    ndc_unit: str | None = None


@dataclass(frozen=True, slots=True)
class DrugModifier:
    """A modifier of drug lines and the first day a payer asks for it; `payer` begins the payer's name."""

    modifier: str
    payer: str
    since: date
    source: str


def modifiers_asked(rows: tuple[DrugModifier, ...], payer: str | None, day: date) -> frozenset[str]:
    """The modifiers a payer asks for on a day; a payer that no row names goes by Medicare's days."""
    said = " ".join((payer or "").casefold().split())
    named = [row for row in rows if said.startswith(row.payer)]
    rules = named or [row for row in rows if row.payer == "medicare"]
    return frozenset(row.modifier for row in rules if row.since <= day)
