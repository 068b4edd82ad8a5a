"""Amounts: numbers that can be reckoned with, as they were written."""

from __future__ import annotations

import re
from decimal import Decimal

from coder.facts import Quantity

WANTED = "a number from 0 up, of at most 18 digits"
_DIGITS = 18
_NUMBER = re.compile(r"\d{1,18}(\.\d{0,18})?|\.\d{1,18}")
_RATE = re.compile(r"(?P<value>\d{1,18}(?:\.\d{1,18})?|\.\d{1,18})\s*(?P<unit>[^\W\d_%]\S*|%\S*)?")


def is_amount(value: Decimal) -> bool:
    """Whether a dose or a rate can be this number at all."""
    return value.is_finite() and value >= 0 and abs(value.adjusted()) <= _DIGITS


def number(text: str) -> Decimal | None:
    """The number a plain decimal text states, or None where it is not one."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def rate(text: str) -> Quantity | None:
    """The rate a free text such as `100 mL/hr` states, or None where it states something else."""
    match = _RATE.fullmatch(text.strip())
    return Quantity(Decimal(match["value"]), match["unit"]) if match else None
