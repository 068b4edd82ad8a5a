"""What was given: RXA-5 to RXA-7, or the components of the mixture where the order lists them."""

from __future__ import annotations

from decimal import Decimal

from coder.facts import Coding, DrugGiven, Quantity
from mappers.amounts import WANTED, number
from mappers.code_systems import CVX, of_short_name
from mappers.hl7.message import Repetition, Segment, text_of
from mappers.hl7.orders import Given
from mappers.refused import refused

_CODING_STARTS = (1, 4, 10)
_UNKNOWN_AMOUNT = Decimal(999)


def drugs_given(given: Given) -> tuple[DrugGiven, ...]:
    """The drugs given; several where the order lists the components of one bag."""
    if given.components:
        return tuple(_drug(each, code=2, amount=3) for each in given.components)
    return (_drug(given.rxa, code=5, amount=6),) if given.rxa.text(5) or given.rxa.text(5, 2) else ()


def is_immunization(rxa: Segment) -> bool:
    """Whether a vaccine code says that this is an immunization, which has its own codes."""
    return any(coding.system == CVX for coding in codings_in(rxa, 5))


def codings_in(segment: Segment, field: int) -> tuple[Coding, ...]:
    """Every coding of a coded field's first repetition."""
    repetitions = segment.repetitions(field)
    if not repetitions:
        return ()
    return tuple(coding for start in _CODING_STARTS if (coding := _coding(repetitions[0], start)))


def words_in(segment: Segment, field: int) -> str | None:
    """The words a person would know a coded field by."""
    return segment.text(field, 2) or segment.text(field, 5) or segment.text(field, 9) or None


def _coding(repetition: Repetition, start: int) -> Coding | None:
    code, display, system = (text_of(repetition, start + step) for step in range(3))
    return Coding(of_short_name(system), code, display or None) if code else None


def _drug(segment: Segment, *, code: int, amount: int) -> DrugGiven:
    return DrugGiven(codings_in(segment, code), words_in(segment, code), _dose(segment, amount))


def _dose(segment: Segment, field: int) -> Quantity | None:
    """An amount with its unit; 999 without a unit is how senders say that they do not know."""
    text = segment.text(field)
    unit = segment.text(field + 1) or segment.text(field + 1, 2) or None
    if not text:
        return None
    value = number(text)
    if value is None:
        raise refused("not an amount", segment.path(field), text, WANTED)
    return None if value == _UNKNOWN_AMOUNT and unit is None else Quantity(value, unit)
