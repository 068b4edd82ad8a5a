"""What PID says of the patient as a person."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from mappers.hl7.message import Segment

_DATE_CHARACTERS = len("20260303")


def born_on(pid: Segment) -> date | None:
    """The birth date of PID-7, whatever time of day follows it; what is no whole date is not known."""
    return _date(pid.text(7)[:_DATE_CHARACTERS])


@lru_cache(maxsize=4096)  # patients of a site share the days of some decades
def _date(said: str) -> date | None:
    if len(said) < _DATE_CHARACTERS or not (said.isascii() and said.isdecimal()):
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
