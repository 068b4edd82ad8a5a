"""Why something was given: the indications of RXA-19, else of the order (RXE-27, RXO-20)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from mappers.code_systems import ICD_10_CM, of_short_name
from mappers.hl7.message import Segment
from mappers.hl7.orders import Order
from mappers.hl7.separators import Separators

_CODING_STARTS = (1, 4)
_KEPT_CHARACTERS_MOST = _REPETITIONS_MOST = 200


def reasons_ordered(order: Order) -> tuple[str, ...]:
    """The ICD-10-CM codes of the order, as encoded, else as written."""
    encoded = _stated(order.encoded, 27) if order.encoded else ()
    return encoded or (_stated(order.written, 20) if order.written else ())


def _stated(segment: Segment, field: int) -> tuple[str, ...]:
    raw = segment.raw(field)
    return (_kept if len(raw) <= _KEPT_CHARACTERS_MOST else reasons_in)(raw, segment.separators)


def reasons_in(raw: str, separators: Separators) -> tuple[str, ...]:
    """The ICD-10-CM codes that a field says, one for each repetition."""
    said = raw.split(separators.repetition, _REPETITIONS_MOST)[:_REPETITIONS_MOST] if raw else ()
    return tuple(_codes(said, separators))


_kept = lru_cache(maxsize=2048)(reasons_in)  # a site treats the same diagnoses


def _codes(repetitions: Iterable[str], separators: Separators) -> Iterator[str]:
    part = separators.part
    for said in repetitions:
        for start in _CODING_STARTS:
            code, system = part(said, start), part(said, start + 2)
            if code and of_short_name(system) == ICD_10_CM:
                yield code
                break
