"""The ledger on SQLite: opened, brought to the newest schema, and refused to whoever it does not belong to."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from ledger.creation import REVISION, create_tables
from ledger.errors import LedgerError
from ledger.identity import key_fingerprint

URL_PREFIX = "sqlite://"
BUSY_SECONDS = 10
OWNER_ONLY = 0o600


class Ledger:
    """An open ledger: one connection that writes, one that reads what has been committed.

    Use it as a context manager; `open_ledger` makes one.
    """

    def __init__(self, path: Path, facility: str, identity_key: bytes, temporary_folder: Path | None) -> None:
        self.facility = facility
        self.identity_key = identity_key
        self._temporary_folder = temporary_folder
        self.writer = _connect(path, durable=temporary_folder is None)
        self.reader = _connect(path, durable=temporary_folder is None)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The writing connection inside one transaction: committed whole, or rolled back."""
        _begin(self.writer)
        try:
            yield self.writer
            self.writer.execute("COMMIT")
        except BaseException:
            if self.writer.in_transaction:  # SQLite itself rolls back where the disk is full
                self.writer.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the ledger; a temporary one is deleted."""
        self.reader.close()
        self.writer.close()
        if self._temporary_folder:
            shutil.rmtree(self._temporary_folder, ignore_errors=True)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_ledger(url: str, *, facility: str, identity_key: bytes) -> Ledger:
    """Open the ledger at a url, making it where there is none.

    `sqlite:///PATH` is a file, `sqlite://` a temporary ledger that is deleted when closed. Raises
    LedgerError, one line, when the url is not understood, the file is no ledger, or the ledger was made
    with another site key or for another facility.
    """
    path, temporary_folder = _locate(url)
    try:
        _prepare(path)
        ledger = Ledger(path, facility, identity_key, temporary_folder)
    except (sqlite3.Error, OSError) as error:
        _forget(temporary_folder)
        raise LedgerError(f"{path}: cannot be opened as a ledger ({_reason(error)})") from None
    try:
        _claim(ledger, path)
    except BaseException:
        ledger.close()
        raise
    return ledger


def _locate(url: str) -> tuple[Path, Path | None]:
    if url == URL_PREFIX:
        folder = Path(tempfile.mkdtemp(prefix="hangtime-ledger-"))
        return folder / "ledger.db", folder
    path = url.removeprefix(f"{URL_PREFIX}/")
    if path == url or not path:
        scheme = url.partition(":")[0] if ":" in url else url
        raise LedgerError(f"ledger url: said {scheme}:..., wanted sqlite:///PATH or sqlite://")
    return Path(path), None


def _forget(temporary_folder: Path | None) -> None:
    if temporary_folder:
        shutil.rmtree(temporary_folder, ignore_errors=True)


def _reason(error: sqlite3.Error | OSError) -> str:
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)


def _connect(path: Path, *, durable: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
    return connection


def _begin(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        raise LedgerError(f"the ledger cannot be written now ({error})") from None


def _prepare(path: Path) -> None:
    """Make a new ledger, or bring an old one to the newest schema."""
    if not path.exists() or path.stat().st_size == 0:
        _create(path)
        return
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        revision = _revision(connection, path)
    finally:
        connection.close()
    if revision != REVISION:
        _upgrade(path)


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=OWNER_ONLY)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        create_tables(connection)
    finally:
        connection.close()


def _revision(connection: sqlite3.Connection, path: Path) -> str | None:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "alembic_version" not in tables:
        raise LedgerError(f"{path}: a database, but not a ledger")
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def _upgrade(path: Path) -> None:
    from ledger.migrating import upgrade

    upgrade(path)


def _claim(ledger: Ledger, path: Path) -> None:
    """Give a new ledger its owner; refuse an old one that has another."""
    fingerprint = key_fingerprint(ledger.identity_key)
    with ledger.transaction() as connection:
        row = connection.execute("SELECT site_key_fingerprint, facility FROM ledger_meta").fetchone()
        if row is None:
            connection.execute("INSERT INTO ledger_meta VALUES (?, ?, 0)", (fingerprint, ledger.facility))
        elif row[0] != fingerprint:
            raise LedgerError(f"{path}: this ledger was made with another site key")
        elif row[1] != ledger.facility:
            raise LedgerError(f"{path}: this ledger belongs to {row[1]!r}, the site file says {ledger.facility!r}")
