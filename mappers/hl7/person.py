"""What PID says of the patient as a person."""

from __future__ import annotations

from datetime import date, datetime

from mappers.hl7.message import Segment

_DATE_CHARACTERS = len("20260303")


def born_on(pid: Segment | None) -> date | None:
    """The birth date of PID-7, whatever time of day follows it; what is no whole date is not known."""
    said = pid.text(7)[:_DATE_CHARACTERS] if pid else ""
    try:
        return datetime.strptime(said, "%Y%m%d").date() if len(said) == _DATE_CHARACTERS else None  # noqa: DTZ007
    except ValueError:
        return None
