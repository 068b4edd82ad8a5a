"""Amounts: numbers that can be reckoned with, as they were written."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from coder.facts import Quantity

WANTED = "a number from 0 up, of at most 18 digits"
_DIGITS = 18
_NUMBER = re.compile(r"\d{1,18}(\.\d{0,18})?|\.\d{1,18}")
_RATE = re.compile(r"(?P<value>\d{1,18}(?:\.\d{1,18})?|\.\d{1,18})\s*(?P<unit>[^\W\d_%]\S*|%\S*)?")

_RATE_IN_WORDS = re.compile(
    r"(?:(?:infus(?:e|ed|ing)|run|running|(?:flow |pump )?rate)\s*)?(?:(?:at|is)\s|[@:=])?\s*"
    r"(?P<value>\d{1,18}(?:\.\d{1,18})?|\.\d{1,18})\s*(?P<unit>[^\W\d_]{1,12}(?:/kg)?)\s*(?:/|\sper\s)\s*"
    r"(?P<time>h|hr|hour|min|minute|d|day|24\s?h)(?:\s+(?:iv|(?:via|by) pump|continuous(?:ly)?))?\.?",
    re.IGNORECASE,
)
_RATE_CHARACTERS_MOST = 80
_HALTED = frozenset({"off", "stopped", "paused"})


def is_amount(value: Decimal) -> bool:
    """Whether a dose or a rate can be this number at all."""
    return value.is_finite() and value >= 0 and abs(value.adjusted()) <= _DIGITS


def number(text: str) -> Decimal | None:
    """The number a plain decimal text states, or None where it is not one."""
    return Decimal(text) if (text.isdecimal() and len(text) <= _DIGITS) or _NUMBER.fullmatch(text) else None


def rate(text: str) -> Quantity | None:
    """The rate a text such as `100 mL/hr` or `running at 100 mL per hour` states, or None where it states none.

    Only one rate and nothing that could change what it means: a range or a titration is no rate.
    """
    said = text.strip()
    return None if len(said) > _RATE_CHARACTERS_MOST else _rate(said)


@lru_cache(maxsize=2048)  # a site's rates come again and again
def _rate(said: str) -> Quantity | None:
    match = _RATE.fullmatch(said)
    if match:
        return Quantity(Decimal(match["value"]), match["unit"])
    if said.casefold() in _HALTED:
        return Quantity(Decimal(0), None)
    match = _RATE_IN_WORDS.fullmatch(said)
    return Quantity(Decimal(match["value"]), f"{match['unit']}/{match['time']}") if match else None
