"""What the ledger holds, read back row by row: charges, queries, what was not billed, what was refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from coder.charges import Charge, CodedVisit, NotBilled, Query
from ledger.bodies import CHARGE, CODED_VISIT, NOT_BILLED, QUERY
from ledger.history import changed
from ledger.identity import charge_identity
from ledger.ledger import Ledger
from ledger.versions import WITHDRAWN

TARGET_SOURCE = "target:"
REFUSED = "refused by the target"


@dataclass(frozen=True, slots=True)
class ChargeVersion:
    """One version of a charge as a target gets it; `part_of_identity` is the identity of its initial service.

    `changed` says what the version before was and which record changed it.
    """

    identity: str
    version: int
    status: str
    charge: Charge
    part_of_identity: str | None
    changed: str | None = None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What could not be read; `said` and `raw` may hold patient data."""

    source: str
    position: str
    reason: str
    path: str
    said: str
    wanted: str
    raw: bytes


def charges_in_force(ledger: Ledger) -> Iterator[ChargeVersion]:
    """Planned and billable charges, by patient, visit, date, code and identity."""
    found = ledger.reader.execute(
        "SELECT identity, version, status, body FROM charge WHERE status <> ?"
        " ORDER BY patient, visit, service_date, code, identity",
        (WITHDRAWN,),
    )
    return (charge_version(ledger, *row) for row in found)


def open_queries(ledger: Ledger) -> Iterator[tuple[str, Query]]:
    """The questions that stand, with their ids, by patient and visit; `since` is when each was first raised."""
    found = ledger.reader.execute("SELECT identity, body FROM charge_query ORDER BY patient, visit, identity")
    return ((identity, QUERY.load(body)) for identity, body in found)


def not_billed(ledger: Ledger) -> Iterator[NotBilled]:
    """What was not billed, by patient and visit, in the coder's order."""
    found = ledger.reader.execute("SELECT body FROM not_billed ORDER BY patient, visit, place")
    return (NOT_BILLED.load(body) for (body,) in found)


def coded_visits(ledger: Ledger) -> Iterator[CodedVisit]:
    """Every visit as it was last coded, by patient and visit."""
    found = ledger.reader.execute("SELECT body FROM coded_visit ORDER BY patient, visit")
    return (CODED_VISIT.load(body) for (body,) in found)


def dead_letters(ledger: Ledger) -> Iterator[DeadLetter]:
    """What was refused of the records read and still stands, in the order it was posted.

    A charge that a live target refused is no record that was read.
    """
    found = ledger.reader.execute(
        "SELECT source, position, reason, path, said, wanted, raw FROM dead_letter"
        " WHERE settled_at IS NULL AND NOT (reason = ? AND substr(source, 1, ?) = ?) ORDER BY id",
        (REFUSED, len(TARGET_SOURCE), TARGET_SOURCE),
    )
    return (DeadLetter(*row) for row in found)


def count_visits(ledger: Ledger) -> int:
    """How many visits have been coded."""
    return _count(ledger, "SELECT count(*) FROM coded_visit")


def count_charges(ledger: Ledger, status: str) -> int:
    """How many charges have this status."""
    return _count(ledger, "SELECT count(*) FROM charge WHERE status = ?", status)


def count_held(ledger: Ledger) -> int:
    """How many patients' charges stand still because coding them failed."""
    return _count(ledger, "SELECT count(*) FROM patient WHERE held IS NOT NULL")


def undelivered(ledger: Ledger, target: str) -> Iterator[ChargeVersion]:
    """The newest wanted version of each charge the target has not got, in the order to publish them.

    By posting; withdrawals before additions; then patient, date, code and identity.
    """
    found = ledger.reader.execute(
        "SELECT v.identity, v.version, v.status, v.body FROM delivery d"
        " JOIN charge c ON c.identity = d.identity"
        " JOIN charge_version v ON v.identity = d.identity AND v.version = d.wanted AND v.revision ="
        " (SELECT max(revision) FROM charge_version r WHERE r.identity = d.identity AND r.version = d.wanted)"
        " WHERE d.target = ? AND d.delivered < d.wanted"
        " ORDER BY v.posting, v.status <> ?, v.patient, c.service_date, c.code, v.identity",
        (target, WITHDRAWN),
    )
    return (charge_version(ledger, *row) for row in found)


def mark_delivered(ledger: Ledger, target: str, items: Iterable[ChargeVersion]) -> None:
    """Note that the target has these versions; an older one never takes the place of a newer."""
    with ledger.transaction() as connection:
        connection.executemany(
            "UPDATE delivery SET delivered = max(delivered, :version), since = NULL,"
            " due_at = CASE WHEN wanted > :version THEN due_at END WHERE target = :target AND identity = :identity",
            [{"version": item.version, "target": target, "identity": item.identity} for item in items],
        )


def charge_version(ledger: Ledger, identity: str, version: int, status: str, body: bytes) -> ChargeVersion:
    """One version of a charge from its row."""
    charge = CHARGE.load(body)
    initial = charge.part_of
    part_of = charge_identity(ledger.identity_key, ledger.facility, initial) if initial else None
    return ChargeVersion(identity, version, status, charge, part_of, changed(ledger, identity, version))


def _count(ledger: Ledger, statement: str, *values: Any) -> int:
    row: tuple[int] = ledger.reader.execute(statement, values).fetchone()
    return row[0]
