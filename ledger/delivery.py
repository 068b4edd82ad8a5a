"""Leases on what a target wants: who delivers a patient's charges now, and what waits to be delivered.

A row of `delivery` is due from `due_at` on (empty: at once; NULL: nothing to do). A lease gives all due
charges of one patient to one owner until a time, under a token that rises with each lease, so that who
wakes up after it was taken over can change nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from ledger.ledger import Ledger
from ledger.reading_back import ChargeVersion, charge_version
from ledger.rows import time_text
from ledger.versions import WITHDRAWN

DUE_PER_PATIENT = 8
REQUEST_SECONDS_MOST = 30


@dataclass(frozen=True, slots=True)
class Owed:
    """A version of a charge under lease.

    `attempts` counts the times it was tried in vain, `partition` is that of its first publication on a topic.
    """

    version: ChargeVersion
    target: str
    token: int
    claimed_at: datetime
    attempts: int = 0
    partition: int | None = None

    @property
    def identity(self) -> str:
        """The identity of the charge."""
        return self.version.identity

    @property
    def withdrawn(self) -> bool:
        """Whether this version takes the charge back."""
        return self.version.status == WITHDRAWN


@dataclass(frozen=True, slots=True)
class Claimed:
    """The due charges of one patient under one lease, in the order they are to be delivered."""

    target: str
    patient: str
    items: tuple[Owed, ...]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for a target: charges undelivered and since when, those the EHR has billed, those it refused."""

    undelivered: int
    oldest: datetime | None
    held: int
    refused: int


def claim(
    ledger: Ledger, target: str, owner: str, now: datetime, lease_seconds: float, limit: int
) -> tuple[Claimed, ...]:
    """Lease the due charges of up to `limit` patients, those that have waited longest first.

    A patient of whose charges anybody holds one under lease is left alone. Where a lease had run out, a
    request of its holder may still be on its way: what is delivered before that is over, REQUEST_SECONDS_MOST
    later, will be delivered once more.
    """
    if not _anything_due(ledger, target, now):
        return ()
    with ledger.transaction() as connection:
        _note_waiting(connection, target, now)
        patients = _due_patients(connection, target, now, limit)
        rows = _due_rows(connection, target, now, patients)
        until = now + timedelta(seconds=lease_seconds)
        _lease(connection, target, owner, until, rows)
    return tuple(
        Claimed(target, patient, tuple(_owed(ledger, target, now, row) for row in of_patient))
        for patient, of_patient in groupby(rows, key=lambda row: str(row["patient"]))
    )


def renew(ledger: Ledger, target: str, owner: str, now: datetime, lease_seconds: float) -> None:
    """Prolong the owner's leases, but for those that have run out."""
    with ledger.transaction() as connection:
        connection.execute(
            "UPDATE delivery SET lease_until = ? WHERE target = ? AND due_at IS NOT NULL"
            " AND lease_owner = ? AND lease_until > ?",
            (time_text(now + timedelta(seconds=lease_seconds)), target, owner, time_text(now)),
        )


def keep_partitions(ledger: Ledger, partitions: Iterable[tuple[Owed, int]]) -> None:
    """Note the partition each charge is first published in, before it is sent there; it stays for good."""
    with ledger.transaction() as connection:
        connection.executemany(
            "UPDATE delivery SET partition = ? WHERE target = ? AND identity = ? AND partition IS NULL",
            [(partition, owed.target, owed.identity) for owed, partition in partitions],
        )


def note_waiting(ledger: Ledger, target: str, now: datetime) -> None:
    """Note since when charges wait, for a target that nothing is claimed for."""
    with ledger.transaction() as connection:
        _note_waiting(connection, target, now)


def backlog(ledger: Ledger, target: str) -> Backlog:
    """What waits for a target now."""
    undelivered, oldest, held, refused = ledger.reader.execute(
        "SELECT count(CASE WHEN stopped IS NULL THEN 1 END), min(CASE WHEN stopped IS NULL THEN since END),"
        " count(CASE WHEN stopped = 'held' THEN 1 END), count(CASE WHEN stopped = 'refused' THEN 1 END)"
        " FROM delivery WHERE target = ? AND delivered < wanted",
        (target,),
    ).fetchone()
    return Backlog(undelivered, datetime.fromisoformat(oldest) if oldest else None, held, refused)


def deliver_again(ledger: Ledger, target: str, identity: str) -> bool:
    """Have a charge that was refused or held delivered once more; False where no such charge was stopped."""
    with ledger.transaction() as connection:
        done = connection.execute(
            "UPDATE delivery SET due_at = '', stopped = NULL, attempts = 0"
            " WHERE target = ? AND identity = ? AND stopped IS NOT NULL",
            (target, identity),
        )
    return done.rowcount == 1


def _anything_due(ledger: Ledger, target: str, now: datetime) -> bool:
    found = ledger.reader.execute(
        "SELECT 1 FROM delivery WHERE target = :target AND due_at <= :now"
        " AND (lease_until IS NULL OR lease_until <= :now) LIMIT 1",
        {"target": target, "now": time_text(now)},
    )
    return found.fetchone() is not None


def _note_waiting(connection: sqlite3.Connection, target: str, now: datetime) -> None:
    connection.execute(
        "UPDATE delivery SET since = ? WHERE target = ? AND delivered < wanted AND since IS NULL",
        (time_text(now), target),
    )


def _due_patients(connection: sqlite3.Connection, target: str, now: datetime, limit: int) -> list[str]:
    """Looks only at what is due, as all that is under lease is: whatever was delivered long ago costs nothing."""
    found = connection.execute(
        "SELECT c.patient FROM delivery d JOIN charge c ON c.identity = d.identity"
        " WHERE d.target = :target AND d.due_at <= :now AND (d.lease_until IS NULL OR d.lease_until <= :now)"
        " AND c.patient NOT IN (SELECT o.patient FROM delivery l JOIN charge o ON o.identity = l.identity"
        " WHERE l.target = :target AND l.due_at >= '' AND l.lease_until > :now)"
        " ORDER BY d.due_at, d.since, d.identity LIMIT :limit",
        {"target": target, "now": time_text(now), "limit": limit * DUE_PER_PATIENT},
    )
    return list(dict.fromkeys(str(patient) for (patient,) in found))[:limit]


def _due_rows(
    connection: sqlite3.Connection, target: str, now: datetime, patients: Collection[str]
) -> list[dict[str, Any]]:
    """The due charges of these patients: by posting, withdrawals before additions, then date, code and identity."""
    marks = ", ".join("?" * len(patients))
    found = connection.execute(
        "SELECT c.patient, d.identity, d.lease_token, d.lease_until, d.doubt_until, d.attempts, d.partition,"
        " v.version, v.status, v.body FROM delivery d JOIN charge c ON c.identity = d.identity"
        " JOIN charge_version v ON v.identity = d.identity AND v.version = d.wanted AND v.revision ="
        " (SELECT max(revision) FROM charge_version r WHERE r.identity = d.identity AND r.version = d.wanted)"
        f" WHERE d.target = ? AND d.due_at <= ? AND c.patient IN ({marks})"
        " ORDER BY c.patient, v.posting, v.status <> ?, c.service_date, c.code, d.identity",
        (target, time_text(now), *patients, WITHDRAWN),
    )
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def _lease(
    connection: sqlite3.Connection, target: str, owner: str, until: datetime, rows: Iterable[dict[str, Any]]
) -> None:
    connection.executemany(
        "UPDATE delivery SET lease_owner = ?, lease_until = ?, lease_token = lease_token + 1, doubt_until = ?"
        " WHERE target = ? AND identity = ?",
        [(owner, time_text(until), _doubt_until(row), target, row["identity"]) for row in rows],
    )


def _doubt_until(row: dict[str, Any]) -> str | None:
    """Until when an older request for this charge may still arrive: that of a lease that ran out, or one in doubt."""
    taken_over = row["lease_until"]
    over = (
        time_text(datetime.fromisoformat(taken_over) + timedelta(seconds=REQUEST_SECONDS_MOST)) if taken_over else None
    )
    return max((text for text in (over, row["doubt_until"]) if text), default=None)


def _owed(ledger: Ledger, target: str, now: datetime, row: dict[str, Any]) -> Owed:
    version = charge_version(ledger, row["identity"], row["version"], row["status"], row["body"])
    return Owed(version, target, row["lease_token"] + 1, now, row["attempts"], row["partition"])
