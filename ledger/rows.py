"""Every statement a posting runs, by what it is about; the connection is inside the posting's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ledger.bodies import CHARGE, TELLING
from ledger.link_keys import POINTING, pointing_key, shared_keys
from ledger.stored import Position, StoredTelling
from ledger.versions import ChargeState
from mappers.telling import NOBODY

TELLING_COLUMNS = "source, partition, offset, item, body"


def time_text(moment: datetime) -> str:
    """A time as rows hold it: UTC, microseconds, sortable as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def add_dead_letters(connection: sqlite3.Connection, letters: Iterable[Sequence[object]]) -> None:
    """Keep, once while they stand: source, position, reason, path, said, wanted, raw, the envelope's time."""
    connection.executemany(
        "INSERT INTO dead_letter (source, position, reason, path, said, wanted, raw, timestamp)"
        " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE NOT EXISTS (SELECT 1 FROM dead_letter"
        " WHERE source = ?1 AND position = ?2 AND reason = ?3 AND path = ?4 AND raw = ?7 AND settled_at IS NULL)",
        letters,
    )


def hear_patients(connection: sqlite3.Connection, times: Mapping[str, datetime | None]) -> None:
    """Insert patients never heard of; `as_of` becomes the newest record time heard for each."""
    connection.executemany(
        "INSERT INTO patient (key, as_of) VALUES (?, ?) ON CONFLICT (key) DO UPDATE"
        " SET as_of = max(coalesce(as_of, excluded.as_of), coalesce(excluded.as_of, as_of))",
        [(key, time_text(moment) if moment else None) for key, moment in sorted(times.items())],
    )


def known_digests(connection: sqlite3.Connection, digests: Collection[str]) -> set[tuple[str, str]]:
    """Which of these digests some telling has already, with its kind."""
    found = connection.execute(f"SELECT kind, digest FROM telling WHERE digest IN {_marks(digests)}", list(digests))
    return set(found)


def add_tellings(connection: sqlite3.Connection, stored: Collection[StoredTelling]) -> None:
    """Keep tellings, and link their patients with every other patient who has one of their keys."""
    connection.executemany(
        f"INSERT INTO telling (kind, digest, patient, {TELLING_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [_telling_row(one) for one in stored],
    )
    keys = sorted({(key, one.telling.patient) for one in stored for key in shared_keys(one.telling)})
    pointing = sorted({(key, one.telling.patient) for one in stored if (key := pointing_key(one.telling))})
    connection.executemany("INSERT OR IGNORE INTO telling_key VALUES (?, ?)", [*keys, *pointing])
    connection.executemany(
        "INSERT OR IGNORE INTO patient_link SELECT ?2, patient FROM telling_key WHERE key = ?1 AND patient <> ?2", keys
    )
    connection.executemany(
        "INSERT OR IGNORE INTO patient_link SELECT patient, ?2 FROM telling_key WHERE key = ?1 AND patient <> ?2", keys
    )


def _telling_row(stored: StoredTelling) -> tuple[object, ...]:
    telling, at = stored.telling, stored.position
    body = TELLING.dump(telling)
    return (telling.kind, telling.digest, telling.patient, at.source, at.partition, at.offset, at.item, body)


def linked_patients(connection: sqlite3.Connection, patients: Iterable[str]) -> set[str]:
    """These patients and all who are linked with them, however far."""
    widened: set[str] = set()
    reached = set(patients)
    while reached:
        widened |= reached
        found = connection.execute(f"SELECT other FROM patient_link WHERE patient IN {_marks(reached)}", list(reached))
        reached = {other for (other,) in found} - widened
    return widened


def pointing_at(connection: sqlite3.Connection, heard: Iterable[str]) -> set[str]:
    """The patients who point at what was told of nobody."""
    keys = [f"{POINTING}{one.removeprefix(NOBODY)}" for one in heard if one.startswith(NOBODY)]
    found = connection.execute(f"SELECT patient FROM telling_key WHERE key IN {_marks(keys)}", keys) if keys else ()
    return {patient for (patient,) in found}


def tellings_of(connection: sqlite3.Connection, patients: Collection[str]) -> list[StoredTelling]:
    """Every telling of these patients, and of the medications that they point at."""
    told = _told_of(connection, patients)
    keys = {key for one in told if (key := pointing_key(one.telling))}
    missing = {f"{NOBODY}{key.removeprefix(POINTING)}" for key in keys}.difference(patients)
    return told + _told_of(connection, missing) if missing else told


def _told_of(connection: sqlite3.Connection, patients: Collection[str]) -> list[StoredTelling]:
    found = connection.execute(
        f"SELECT {TELLING_COLUMNS} FROM telling WHERE patient IN {_marks(patients)}", list(patients)
    )
    return [StoredTelling(TELLING.load(body), Position(*place)) for *place, body in found]


def as_of_times(connection: sqlite3.Connection, patients: Collection[str]) -> dict[str, datetime]:
    """The newest record time or deadline heard for each patient that has one."""
    found = connection.execute(
        f"SELECT key, as_of FROM patient WHERE as_of IS NOT NULL AND key IN {_marks(patients)}", list(patients)
    )
    return {key: datetime.fromisoformat(as_of) for key, as_of in found}


def set_outlook(connection: sqlite3.Connection, outlook: Iterable[tuple[str | None, str | None, str]]) -> None:
    """What lies ahead of each patient: when to look again, and what holds its coding back."""
    connection.executemany("UPDATE patient SET due_at = ?, held = ? WHERE key = ?", outlook)


def pass_deadlines(connection: sqlite3.Connection, clock: datetime, patients_at_most: int) -> list[str]:
    """Take the earliest due deadlines: each patient's time becomes the deadline's."""
    due = connection.execute(
        "SELECT key FROM patient WHERE due_at <= ? ORDER BY due_at, key LIMIT ?", (time_text(clock), patients_at_most)
    ).fetchall()
    connection.executemany(
        "UPDATE patient SET as_of = max(coalesce(as_of, due_at), due_at), due_at = NULL WHERE key = ?", due
    )
    return [key for (key,) in due]


def charges_of(
    connection: sqlite3.Connection, patients: Collection[str], identities: Collection[str]
) -> dict[str, ChargeState]:
    """The charges of these patients, and whoever's charges have these identities."""
    columns = "SELECT identity, version, revision, status, body FROM charge WHERE"
    rows = connection.execute(f"{columns} patient IN {_marks(patients)}", list(patients)).fetchall()
    known = {row[0] for row in rows}
    others = [identity for identity in identities if identity not in known]
    rows += connection.execute(f"{columns} identity IN {_marks(others)}", others).fetchall()
    return {
        identity: ChargeState(identity, version, revision, status, CHARGE.load(body))
        for identity, version, revision, status, body in rows
    }


def next_posting(connection: sqlite3.Connection) -> int:
    """The number of this posting."""
    connection.execute("UPDATE ledger_meta SET postings = postings + 1")
    row: tuple[int] = connection.execute("SELECT postings FROM ledger_meta").fetchone()
    return row[0]


def write_charges(connection: sqlite3.Connection, charges: Iterable[Mapping[str, Any]]) -> None:
    """Write charges at their new state, each with the version or revision that led there."""
    written = list(charges)
    connection.executemany(
        "INSERT OR REPLACE INTO charge VALUES"
        " (:identity, :patient, :visit, :service_date, :code, :version, :revision, :status, :body)",
        written,
    )
    connection.executemany(
        "INSERT INTO charge_version VALUES"
        " (:identity, :version, :revision, :status, :patient, :posting, :rule_set, :caused_by, :body)",
        written,
    )


def want(connection: sqlite3.Connection, wanted: Iterable[tuple[str, str, int]]) -> None:
    """Note the version of a charge that a target now wants."""
    connection.executemany(
        "INSERT INTO delivery (target, identity, wanted, delivered, due_at) VALUES (?, ?, ?, 0, '')"
        " ON CONFLICT (target, identity) DO UPDATE SET wanted = excluded.wanted, due_at = '', stopped = NULL",
        wanted,
    )


def bodies_of(connection: sqlite3.Connection, table: str, name: str, patients: Collection[str]) -> dict[Any, bytes]:
    """The bodies a table has for these patients, by patient and the column `name`."""
    found = connection.execute(
        f"SELECT patient, {name}, body FROM {table} WHERE patient IN {_marks(patients)}", list(patients)
    )
    return {(patient, key): body for patient, key, body in found}


def replace_visits(
    connection: sqlite3.Connection,
    gone: Collection[tuple[str, str]],
    coded: Collection[tuple[str, str, bytes]],
    not_billed: Collection[tuple[str, str, int, bytes]],
) -> None:
    """Put visits, with what of them was not billed, in place of what was known of them."""
    stale = [*gone, *(row[:2] for row in coded)]
    connection.executemany("DELETE FROM coded_visit WHERE patient = ? AND visit = ?", stale)
    connection.executemany("DELETE FROM not_billed WHERE patient = ? AND visit = ?", stale)
    connection.executemany("INSERT INTO coded_visit VALUES (?, ?, ?)", coded)
    connection.executemany("INSERT INTO not_billed VALUES (?, ?, ?, ?)", not_billed)


def replace_queries(
    connection: sqlite3.Connection, gone: Collection[str], raised: Collection[tuple[str, str, str, bytes]]
) -> None:
    """Drop the queries no longer asked and write those that are."""
    connection.executemany("DELETE FROM charge_query WHERE identity = ?", [(identity,) for identity in gone])
    connection.executemany("INSERT OR REPLACE INTO charge_query VALUES (?, ?, ?, ?)", raised)


def _marks(values: Collection[object]) -> str:
    return f"({', '.join('?' * len(values))})"
