"""First light: tellings, charges with their versions, what targets want, offsets, dead letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
TABLES = (
    "ledger_meta",
    "patient",
    "patient_link",
    "telling",
    "telling_key",
    "charge",
    "charge_version",
    "delivery",
    "charge_query",
    "not_billed",
    "coded_visit",
    "dead_letter",
)


def upgrade() -> None:
    """Make the tables of the first ledger."""
    _ledger_meta()
    _patient()
    _patient_link()
    _telling()
    _telling_key()
    _charge()
    _charge_version()
    _delivery()
    _charge_query()
    _not_billed()
    _coded_visit()
    _dead_letter()


def downgrade() -> None:
    """Take them away, and everything in them."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _ledger_meta() -> None:
    op.create_table(
        "ledger_meta",
        sa.Column("site_key_fingerprint", sa.Text, primary_key=True),
        sa.Column("facility", sa.Text, nullable=False),
        sa.Column("postings", sa.Integer, nullable=False),
    )


def _patient() -> None:
    op.create_table(
        "patient",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("as_of", sa.Text),
        sa.Column("due_at", sa.Text),
        sa.Column("held", sa.Text),
    )
    op.create_index("ix_patient_due_at", "patient", ["due_at"])


def _patient_link() -> None:
    op.create_table(
        "patient_link",
        sa.Column("patient", sa.Text, primary_key=True),
        sa.Column("other", sa.Text, primary_key=True),
    )


def _telling() -> None:
    op.create_table(
        "telling",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("patient", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("offset", sa.Integer, nullable=False),
        sa.Column("item", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("digest", "kind"),
    )
    op.create_index("ix_telling_patient", "telling", ["patient"])


def _telling_key() -> None:
    op.create_table(
        "telling_key",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("patient", sa.Text, primary_key=True),
    )


def _charge() -> None:
    op.create_table(
        "charge",
        sa.Column("identity", sa.Text, primary_key=True),
        sa.Column("patient", sa.Text, nullable=False),
        sa.Column("visit", sa.Text, nullable=False),
        sa.Column("service_date", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_charge_in_order", "charge", ["patient", "visit", "service_date", "code", "identity"])


def _charge_version() -> None:
    op.create_table(
        "charge_version",
        sa.Column("identity", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("patient", sa.Text, nullable=False),
        sa.Column("posting", sa.Integer, nullable=False),
        sa.Column("rule_set", sa.Text, nullable=False),
        sa.Column("caused_by", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def _delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("target", sa.Text, primary_key=True),
        sa.Column("identity", sa.Text, primary_key=True),
        sa.Column("wanted", sa.Integer, nullable=False),
        sa.Column("delivered", sa.Integer, nullable=False),
    )
    op.create_index("ix_delivery_due", "delivery", ["target"], sqlite_where=sa.text("delivered < wanted"))


def _charge_query() -> None:
    op.create_table(
        "charge_query",
        sa.Column("identity", sa.Text, primary_key=True),
        sa.Column("patient", sa.Text, nullable=False),
        sa.Column("visit", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_charge_query_in_order", "charge_query", ["patient", "visit", "identity"])


def _not_billed() -> None:
    op.create_table(
        "not_billed",
        sa.Column("patient", sa.Text, primary_key=True),
        sa.Column("visit", sa.Text, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def _coded_visit() -> None:
    op.create_table(
        "coded_visit",
        sa.Column("patient", sa.Text, primary_key=True),
        sa.Column("visit", sa.Text, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def _dead_letter() -> None:
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("position", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("wanted", sa.Text, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_dead_letter_place", "dead_letter", ["source", "position"])
