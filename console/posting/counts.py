"""What became of every record read and of every item in them; each is counted exactly once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ledger import counting
from ledger.posting import Posted
from mappers.telling import Reading


@dataclass(slots=True)
class Fates:
    """How many were mapped, ignored (by kind) and refused."""

    mapped: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    dead_letters: int = 0

    @property
    def read(self) -> int:
        """All of them."""
        return self.mapped + self.ignored.total() + self.dead_letters

    def add(self, fates: counting.Fates) -> None:
        """Add those of one posting."""
        self.mapped += fates.mapped
        self.ignored.update(fates.ignored)
        self.dead_letters += fates.dead_letters


@dataclass(slots=True)
class Counts:
    """Records and items by fate, and how many items only repeated what was known."""

    records: Fates = field(default_factory=Fates)
    items: Fates = field(default_factory=Fates)
    repeats: int = 0

    def leave_out(self, reading: Reading, kind: str) -> None:
        """Count a record that is not posted, with all its items, as ignored by `kind`."""
        self.records.ignored[kind] += 1
        self.items.ignored[kind] += len(reading.items)

    def add(self, posted: Posted) -> None:
        """Count what became of a posted batch."""
        self.records.add(posted.records)
        self.items.add(posted.items)
        self.repeats += posted.repeats
