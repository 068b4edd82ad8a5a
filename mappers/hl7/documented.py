"""Facts that only the documentation asks for, which an RXA has fields for: the lot and its expiry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mappers.hl7.message import Segment

LOT, EXPIRY = 15, 16
_DAY = 8


def documented(rxa: Segment) -> Iterable[tuple[str, Any]]:
    """The lot number and the expiry date, by the names that the facts have for them."""
    if lot := rxa.text(LOT):
        yield "lot", lot
    if expiry := rxa.text(EXPIRY):
        yield "expiry", _date(expiry)


def _date(said: str) -> str:
    """A date as FHIR writes it, as exact as it was written; what is none stays as it was said."""
    date = said[:_DAY]
    if not (date.isascii() and date.isdecimal()) or len(date) not in (4, 6, _DAY):
        return said
    return "-".join(part for part in (date[:4], date[4:6], date[6:]) if part)
