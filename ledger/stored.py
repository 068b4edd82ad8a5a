"""A telling as the ledger keeps it: what was said, and where in which input it stood."""

from __future__ import annotations

from dataclasses import dataclass

from mappers.telling import Telling


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where a telling stood: the input and partition, the record in it, the item in the record."""

    source: str
    partition: int
    offset: int
    item: int

    @property
    def record(self) -> tuple[str, int, int]:
        """The record the telling came with."""
        return self.source, self.partition, self.offset


@dataclass(frozen=True, slots=True)
class StoredTelling:
    """A telling and its position."""

    telling: Telling
    position: Position
