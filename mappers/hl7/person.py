"""What PID says of the patient as a person."""

from __future__ import annotations

from datetime import date

from mappers.hl7.message import Segment

_DATE_CHARACTERS = len("20260303")


def born_on(pid: Segment | None) -> date | None:
    """The birth date of PID-7, whatever time of day follows it; what is no whole date is not known."""
    said = pid.text(7)[:_DATE_CHARACTERS] if pid else ""
    if len(said) < _DATE_CHARACTERS or not (said.isascii() and said.isdecimal()):
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
