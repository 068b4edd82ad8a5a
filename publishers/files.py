"""The file target: every ChargeItem version that is due, one line each, in the order it is published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.ledger import Ledger
from ledger.reading_back import mark_delivered, undelivered
from mappers.charge_item import ChargeItemProfile
from publishers.encoding import version_line

TARGET = "files"


@dataclass(frozen=True, slots=True)
class FileTarget:
    """Writes what the ledger owes the target `files` to `write`, one line at a time."""

    write: Callable[[bytes], object]
    profile: ChargeItemProfile

    def deliver(self, ledger: Ledger) -> int:
        """Write and mark every version not yet delivered; gives how many there were."""
        versions = tuple(undelivered(ledger, TARGET))
        for version in versions:
            self.write(version_line(version, self.profile))
        mark_delivered(ledger, TARGET, versions)
        return len(versions)
