"""What the charge master makes of a line, in a ChargeItem: charge code, price, revenue code; and its NDC quantity."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson

from coder.charges import Charge

Json = dict[str, Any]
CURRENCY = "USD"


def site_codings(charge: Charge, base: str) -> list[Json]:
    """The site's charge code, where its charge master has one."""
    if charge.charge_code is None:
        return []
    return [{"system": f"{base}/charge-code", "code": charge.charge_code}]


def price_override(charge: Charge) -> Json | None:
    """The charge master's price of one unit."""
    return None if charge.price is None else {"value": _number(charge.price), "currency": CURRENCY}


def price_extensions(charge: Charge, base: str) -> list[Json]:
    """The revenue code, and the product's quantity as its NDC line has it."""
    extensions: list[Json] = []
    if charge.revenue_code is not None:
        extensions.append({"url": f"{base}/revenue-code", "valueCode": charge.revenue_code})
    quantity = charge.product.ndc_quantity if charge.product else None
    if quantity is not None:
        stated = {"value": _number(quantity.value), "unit": quantity.unit}
        extensions.append({"url": f"{base}/ndc-quantity", "valueQuantity": stated})
    return extensions


def _number(value: Decimal) -> orjson.Fragment:
    """A decimal as the JSON number it is written as."""
    return orjson.Fragment(f"{value:f}")
