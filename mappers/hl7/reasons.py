"""Why something was given: the indications of RXA-19, else of the order (RXE-27, RXO-20)."""

from __future__ import annotations

from collections.abc import Iterator

from mappers.code_systems import ICD_10_CM, of_short_name
from mappers.hl7.message import Segment
from mappers.hl7.orders import Order

_CODING_STARTS = (1, 4)


def reasons_of(rxa: Segment) -> tuple[str, ...]:
    """The ICD-10-CM codes that an administration was charted for."""
    return tuple(_codes(rxa, 19))


def reasons_ordered(order: Order) -> tuple[str, ...]:
    """The ICD-10-CM codes of the order, as encoded, else as written."""
    encoded = tuple(_codes(order.encoded, 27)) if order.encoded else ()
    return encoded or (tuple(_codes(order.written, 20)) if order.written else ())


def _codes(segment: Segment, field: int) -> Iterator[str]:
    part = segment.separators.part
    for said in segment.repetitions(field):
        for start in _CODING_STARTS:
            code, system = part(said, start), part(said, start + 2)
            if code and of_short_name(system) == ICD_10_CM:
                yield code
                break
