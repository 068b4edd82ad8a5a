"""What a replay came to: the counts of its summary, and charges to show while they are few."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from coder.charges import Charge
from console.posting.counts import Counts

CHARGES_SHOWN = 250


@dataclass(slots=True)
class Results:
    """The counts of one replay; `complete` is False where somebody stopped it."""

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
        if self.all_shown:
            self.first_charges.append(charge)
