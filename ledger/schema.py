"""The tables of a ledger. What a posting reads and writes of them is in `ledger.rows`.

Times are text in UTC at microseconds, so that they sort as they are; bodies are JSON (`ledger.bodies`). A new ledger
is made by `creation.sql`, so that no command waits for SQLAlchemy; `python -m ledger.schema` writes it anew.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Compiled
from sqlalchemy.schema import CreateIndex, CreateTable

from ledger.creation import CREATION, REVISION

metadata = MetaData()

ledger_meta = Table(
    "ledger_meta",
    metadata,
    Column("site_key_fingerprint", Text, primary_key=True),
    Column("facility", Text, nullable=False),
    Column("postings", Integer, nullable=False),
)
live_offset = Table(
    "live_offset",
    metadata,
    Column("input", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next", Integer, nullable=False),
    Column("topic", Text, nullable=False),
    Column("newest", Text),
)
patient = Table(
    "patient",
    metadata,
    Column("key", Text, primary_key=True),
    Column("as_of", Text),
    Column("due_at", Text),
    Column("held", Text),
    Index("ix_patient_due_at", "due_at"),
)
patient_link = Table(
    "patient_link",
    metadata,
    Column("patient", Text, primary_key=True),
    Column("other", Text, primary_key=True),
)
telling = Table(
    "telling",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("patient", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", Integer, nullable=False),
    Column("item", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("digest", "kind"),
    Index("ix_telling_patient", "patient"),
)
telling_key = Table(
    "telling_key",
    metadata,
    Column("key", Text, primary_key=True),
    Column("patient", Text, primary_key=True),
)
charge = Table(
    "charge",
    metadata,
    Column("identity", Text, primary_key=True),
    Column("patient", Text, nullable=False),
    Column("visit", Text, nullable=False),
    Column("service_date", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_charge_in_order", "patient", "visit", "service_date", "code", "identity"),
)
charge_version = Table(
    "charge_version",
    metadata,
    Column("identity", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("status", Text, nullable=False),
    Column("patient", Text, nullable=False),
    Column("posting", Integer, nullable=False),
    Column("rule_set", Text, nullable=False),
    Column("caused_by", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
delivery = Table(
    "delivery",
    metadata,
    Column("target", Text, primary_key=True),
    Column("identity", Text, primary_key=True),
    Column("wanted", Integer, nullable=False),
    Column("delivered", Integer, nullable=False),
    Column("due_at", Text),
    Column("since", Text),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("stopped", Text),
    Column("doubt_until", Text),
    Column("partition", Integer),
    Column("lease_owner", Text),
    Column("lease_until", Text),
    Column("lease_token", Integer, nullable=False, server_default=text("0")),
    Index("ix_delivery_due_at", "target", "due_at", "since", "identity", sqlite_where=text("due_at IS NOT NULL")),
    Index("ix_delivery_due", "target", sqlite_where=text("delivered < wanted")),
)
charge_query = Table(
    "charge_query",
    metadata,
    Column("identity", Text, primary_key=True),
    Column("patient", Text, nullable=False),
    Column("visit", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_charge_query_in_order", "patient", "visit", "identity"),
)
not_billed = Table(
    "not_billed",
    metadata,
    Column("patient", Text, primary_key=True),
    Column("visit", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
coded_visit = Table(
    "coded_visit",
    metadata,
    Column("patient", Text, primary_key=True),
    Column("visit", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
dead_letter = Table(
    "dead_letter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("position", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("wanted", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("timestamp", Text),
    Column("settled_at", Text),
    Column("published", Integer, nullable=False, server_default=text("0")),
    Column("since", Text),
    Index("ix_dead_letter_unpublished", "id", sqlite_where=text("published = 0")),
    Index("ix_dead_letter_place", "source", "position"),
)


def creation_script() -> str:
    """The statements that make a new SQLite ledger at the newest revision."""
    dialect = sqlite.dialect()
    statements = []
    for table in metadata.sorted_tables:
        statements.append(_plain(CreateTable(table).compile(dialect=dialect)))
        statements += [_plain(CreateIndex(index).compile(dialect=dialect)) for index in sorted_indexes(table)]
    statements.append("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    statements.append(f"INSERT INTO alembic_version VALUES ('{REVISION}')")
    return "".join(f"{statement};\n" for statement in ("BEGIN", *statements, "COMMIT"))


def _plain(statement: Compiled) -> str:
    """The statement without the spaces that SQLAlchemy leaves at the ends of lines."""
    return "\n".join(line.rstrip() for line in str(statement).strip().splitlines())


def sorted_indexes(table: Table) -> list[Index]:
    """The indexes of a table by name; SQLAlchemy keeps them as a set."""
    return sorted(table.indexes, key=lambda index: str(index.name))


if __name__ == "__main__":
    CREATION.write_text(creation_script(), encoding="utf-8")
