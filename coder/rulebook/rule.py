"""A rule of the rulebook, and the first day of all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

FIRST_DAY = date(2009, 1, 1)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `cite` are keys of the authorities table, `numbers` those of the numbers it holds minutes against."""

    id: str
    says: str
    cite: tuple[str, ...]
    since: date = FIRST_DAY
    until: date | None = None
    numbers: tuple[str, ...] = ()

    def in_force(self, day: date) -> bool:
        """Whether the rule decides about a service of that day."""
        return self.since <= day and (self.until is None or day <= self.until)
