"""Doses in billing units: one unit of measure in another, and whole billing units that cover a dose."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache

from coder.drug_tables import Container
from coder.facts import Quantity

MASS, VOLUME, UNITS, ACTIVITY, EQUIVALENT = "mass", "volume", "units", "activity", "equivalent"
VIAL = "vial"
SCALES: dict[str, tuple[str, Decimal]] = {
    "kg": (MASS, Decimal(1_000_000)),
    "g": (MASS, Decimal(1_000)),
    "mg": (MASS, Decimal(1)),
    "ug": (MASS, Decimal("0.001")),
    "ng": (MASS, Decimal("0.000001")),
    "l": (VOLUME, Decimal(1_000)),
    "dl": (VOLUME, Decimal(100)),
    "cl": (VOLUME, Decimal(10)),
    "ml": (VOLUME, Decimal(1)),
    "ul": (VOLUME, Decimal("0.001")),
    "[iu]": (UNITS, Decimal(1)),
    "milliunits": (UNITS, Decimal("0.001")),
    "k[iu]": (UNITS, Decimal(1_000)),
    "million units": (UNITS, Decimal(1_000_000)),
    "eq": (EQUIVALENT, Decimal(1_000)),
    "meq": (EQUIVALENT, Decimal(1)),
    "mci": (ACTIVITY, Decimal(1)),
    "uci": (ACTIVITY, Decimal("0.001")),
    "ci": (ACTIVITY, Decimal(1_000)),
}
EXACT = {"M[iU]": "million units", "m[iU]": "milliunits", "mU": "milliunits", "Mg": ""}
SPELLINGS = {
    "mcg": "ug",
    "µg": "ug",
    "μg": "ug",
    "milligram": "mg",
    "milligrams": "mg",
    "gram": "g",
    "grams": "g",
    "microgram": "ug",
    "micrograms": "ug",
    "gm": "g",
    "iu": "[iu]",
    "unit": "[iu]",
    "units": "[iu]",
    "u": "[iu]",
    "int'l unit": "[iu]",
    "[usp'u]": "[iu]",
    "[arb'u]": "[iu]",
    "ku": "k[iu]",
    "[mu]": "million units",
    "million unit": "million units",
    "milliequivalent": "meq",
    "cc": "ml",
    "cm3": "ml",
    "milliliter": "ml",
    "milliliters": "ml",
    "millilitre": "ml",
    "liter": "l",
    "litre": "l",
    "{vial}": VIAL,
    "ampule": VIAL,
    "ampoule": VIAL,
    "vials": VIAL,
}


def convert(dose: Quantity, unit: str) -> Decimal | None:
    """A dose in another unit of the same kind, or of the same unit under another spelling; else None."""
    said, wanted = unit_word(dose.unit), unit_word(unit)
    if not said or not wanted:
        return None
    if said == wanted:
        return dose.value
    left, right = SCALES.get(said), SCALES.get(wanted)
    if left is None or right is None or left[0] != right[0]:
        return None
    return dose.value * left[1] / right[1]


@lru_cache(maxsize=1024)
def unit_word(unit: str | None) -> str:
    """One spelling for each unit; empty where none is stated or the case makes it another one."""
    stated = (unit or "").strip()
    if stated in EXACT:
        return EXACT[stated]
    word = stated.lower()
    return SPELLINGS.get(word, word)


def in_unit(dose: Quantity, unit: str, container: Container | None) -> Decimal | None:
    """A dose in a billing unit's measure; a volume or a number of containers by what one container holds."""
    plain = convert(dose, unit)
    if plain is not None or container is None or container.amount is None or container.unit is None:
        return plain
    held = convert(Quantity(container.amount, container.unit), unit)
    if held is None:
        return None
    if unit_word(dose.unit) == VIAL:
        return dose.value * held
    volume = convert(dose, "mL")
    if volume is None or not container.millilitres:
        return None
    return volume * held / container.millilitres


def billing_units(dose: Decimal, amount: Decimal) -> int:
    """Whole billing units that cover a dose."""
    return int((dose / amount).to_integral_value(ROUND_CEILING))


def whole_units(total: Decimal, amount: Decimal) -> int:
    """Whole billing units that fit into an amount."""
    return int((total / amount).to_integral_value(ROUND_FLOOR))
