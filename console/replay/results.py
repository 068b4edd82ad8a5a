"""What a replay came to: the counts of its summary, and charges to show while they are few."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from coder.charges import Charge, NotBilled
from coder.pricing import total
from console.posting.counts import Counts

CHARGES_SHOWN = 250


@dataclass(slots=True)
class Results:
    """The counts of one replay; `complete` is False where somebody stopped it.

    `amounts` is what lines with a price come to, by status, `not_billed_amount` what one unit of each thing
    left out is worth; both stay empty without a charge master.
    """

    counts: Counts
    as_of: datetime | None
    complete: bool
    seconds: float
    visits: int = 0
    queries: int = 0
    not_billed: int = 0
    withdrawn: int = 0
    held: int = 0
    lines_by_code: Counter[tuple[str, str]] = field(default_factory=Counter)
    units_by_code: Counter[tuple[str, str]] = field(default_factory=Counter)
    amounts: dict[str, Decimal] = field(default_factory=dict)
    not_billed_amount: Decimal | None = None
    first_charges: list[Charge] = field(default_factory=list)

    @property
    def messages_per_second(self) -> float:
        """Records read per second."""
        return self.counts.records.read / self.seconds if self.seconds else 0.0

    @property
    def all_shown(self) -> bool:
        """Whether the charges are few enough to be shown one by one."""
        return len(self.first_charges) <= CHARGES_SHOWN

    def lines(self, status: str) -> int:
        """How many charges in force have this status."""
        return sum(count for (_, given), count in self.lines_by_code.items() if given == status)

    def note(self, charge: Charge) -> None:
        """Count a charge in force, and keep it to be shown while there are few."""
        place = (charge.code, charge.status.value)
        self.lines_by_code[place] += 1
        self.units_by_code[place] += charge.units or 0
        if charge.price is not None:
            self.amounts[place[1]] = self.amounts.get(place[1], Decimal(0)) + total([charge])
        if self.all_shown:
            self.first_charges.append(charge)

    def note_not_billed(self, left: NotBilled) -> None:
        """Count something that was not billed, with what it is worth where that is known."""
        self.not_billed += 1
        if left.amount is not None:
            self.not_billed_amount = (self.not_billed_amount or Decimal(0)) + left.amount
