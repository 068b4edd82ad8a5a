"""What the order says of how long it was to run: never counted as given, it only tells an early stop."""

from __future__ import annotations

import re
from decimal import Decimal

from mappers.amounts import number
from mappers.hl7.message import Segment
from mappers.hl7.observations import minutes_in
from mappers.hl7.orders import Order

_PER_TIME = re.compile(r"([SMHD])(\d{1,4})")
_MINUTES_LONGEST = 60 * 24 * 31


def ordered_minutes(order: Order) -> int | None:
    """TQ1-13, else RXE-22 (give per so much time), else the amount at the rate of RXE-23, in whole minutes."""
    stated = _occurrence(order.timing) or _give_per(order.encoded) or _at_rate(order.encoded)
    return stated if stated and 0 < stated <= _MINUTES_LONGEST else None


def _occurrence(timing: Segment | None) -> int | None:
    if timing is None or not timing.raw(13):
        return None
    return minutes_in(timing.text(13), timing.text(13, 2))


def _give_per(encoded: Segment | None) -> int | None:
    found = _PER_TIME.fullmatch(encoded.text(22)) if encoded and encoded.raw(22) else None
    return minutes_in(found[2], found[1]) if found else None


def _at_rate(encoded: Segment | None) -> int | None:
    """The amount over the rate, where the rate is of the amount's own unit."""
    if encoded is None or not encoded.raw(23):
        return None
    amount, rate = number(encoded.text(3)), number(encoded.text(23))
    unit, _, time = (encoded.text(24) or encoded.text(24, 2)).partition("/")
    if not amount or not rate or not unit or unit.casefold() != encoded.text(5).casefold():
        return None
    minutes = minutes_in("1", time) if time else None
    return int(amount / rate * Decimal(minutes)) if minutes else None
