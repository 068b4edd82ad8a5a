"""By whose coverage a visit is judged."""

from __future__ import annotations

from coder.runs.families import MEDICARE
from coder.sheet import Sheet


def payer_of(sheet: Sheet) -> str:
    """The payer's name in lower case; Medicare's values where no payer is known."""
    return (sheet.visit.payer or MEDICARE).lower()
