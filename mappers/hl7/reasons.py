"""Why something was given: the indications of RXA-19, else of the order (RXE-27, RXO-20)."""

from __future__ import annotations

from collections.abc import Iterator

from mappers.code_systems import ICD_10_CM, of_short_name
from mappers.hl7.message import Segment, text_of
from mappers.hl7.orders import Given

_OF_THE_ORDER = (("RXE", 27), ("RXO", 20))
_CODING_STARTS = (1, 4)


def reasons_of(given: Given) -> tuple[str, ...]:
    """The ICD-10-CM codes an administration was made for, as charted, else as ordered."""
    stated = [tuple(_codes(given.rxa, 19))]
    for name, field in _OF_THE_ORDER:
        stated += [tuple(_codes(segment, field)) for segment in given.ordered if segment.name == name]
    return next((codes for codes in stated if codes), ())


def _codes(segment: Segment, field: int) -> Iterator[str]:
    for repetition in segment.repetitions(field):
        for start in _CODING_STARTS:
            code, system = text_of(repetition, start), text_of(repetition, start + 2)
            if code and of_short_name(system) == ICD_10_CM:
                yield code
                break
