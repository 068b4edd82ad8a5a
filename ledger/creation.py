"""How a new ledger is made: by the statements that ship, at the newest revision."""

from __future__ import annotations

import sqlite3
from pathlib import Path

REVISION = "0002"
CREATION = Path(__file__).with_name("creation.sql")


def create_tables(connection: sqlite3.Connection) -> None:
    """Make every table of a ledger in an empty database."""
    connection.executescript(CREATION.read_text(encoding="utf-8"))
