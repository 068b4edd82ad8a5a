"""The site's charge master: from code, modifiers and department to charge code, revenue code and price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ChargeMasterRow:
    """One row; None of modifiers or department matches any.

    `modifiers` must all be on the line; `price` is of one unit.
    """

    code: str
    charge_code: str
    revenue_code: str | None = None
    price: Decimal | None = None
    modifiers: frozenset[str] | None = None
    department: str | None = None
    since: date | None = None
    until: date | None = None

    def fits(self, modifiers: tuple[str, ...], department: str | None, day: date) -> bool:
        """Whether the row covers a line of its code."""
        return (
            (self.modifiers is None or self.modifiers <= set(modifiers))
            and (self.department is None or self.department == department)
            and (self.since is None or self.since <= day)
            and (self.until is None or day <= self.until)
        )

    @property
    def rank(self) -> tuple[int, bool, date]:
        """How specific it is: more modifiers first, then a stated department, then the later first day."""
        return (len(self.modifiers or ()), self.department is not None, self.since or date.min)


@dataclass(frozen=True, slots=True)
class ChargeMaster:
    """All rows by code, in the order of the site's file."""

    rows: dict[str, tuple[ChargeMasterRow, ...]]

    def find(self, code: str, modifiers: tuple[str, ...], department: str | None, day: date) -> ChargeMasterRow | None:
        """The most specific row for a line, of equals the later in the file; None where no row fits."""
        best: ChargeMasterRow | None = None
        for row in self.rows.get(code, ()):
            if row.fits(modifiers, department, day) and (best is None or row.rank >= best.rank):
                best = row
        return best
