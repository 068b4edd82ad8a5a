"""The NDC line of a drug charge: how much of the product, in the units that claims count products in."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from coder.drug_tables import Container
from coder.drugs.units import convert
from coder.facts import Quantity

MILLILITRE, EACH, GRAM, INTERNATIONAL_UNIT = "ML", "UN", "GR", "F2"
STEP = Decimal("0.001")


def ndc_quantity(dose: Decimal, unit: str, container: Container | None) -> Quantity | None:
    """A dose as an NDC quantity; None where the product or what it holds is not known."""
    if container is None or not container.amount:
        return None
    held = convert(Quantity(container.amount, container.unit), unit)
    if not held:
        return None
    counted = _counted(Quantity(dose, unit), dose / held, container)
    if counted is None:
        return None
    return Quantity(_plain(counted.quantize(STEP, ROUND_HALF_UP)), container.ndc_unit)


def _counted(dose: Quantity, containers: Decimal, container: Container) -> Decimal | None:
    if container.ndc_unit == EACH:
        return containers
    if container.ndc_unit == MILLILITRE:
        return containers * container.millilitres if container.millilitres else None
    if container.ndc_unit == GRAM:
        return convert(dose, "g")
    return convert(dose, "[iU]") if container.ndc_unit == INTERNATIONAL_UNIT else None


def _plain(value: Decimal) -> Decimal:
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def said(ndc: str, quantity: Quantity) -> str:
    """The NDC line as a claim has it."""
    return f"N4{ndc} {quantity.unit}{quantity.value}"
