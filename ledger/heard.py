"""Whom the ledger has heard of: until when, and whose coding failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Uncoded:
    """How many patients' charges stand still, and when the one heard of least recently was heard of last."""

    patients: int
    oldest: datetime | None


def uncoded(ledger: Ledger) -> Uncoded:
    """The patients whose coding failed."""
    patients, oldest = ledger.reader.execute(
        "SELECT count(*), min(as_of) FROM patient WHERE held IS NOT NULL"
    ).fetchone()
    return Uncoded(patients, _time(oldest))


def newest_time(ledger: Ledger) -> datetime | None:
    """The newest record time or deadline heard of anybody."""
    row: tuple[str | None] = ledger.reader.execute("SELECT max(as_of) FROM patient").fetchone()
    return _time(row[0])


def _time(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
