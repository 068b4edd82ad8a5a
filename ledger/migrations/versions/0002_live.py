"""Live: offsets of live inputs, deliveries that are leased, postponed and stopped, dead letters on a topic."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; whatever a target wanted and has not got is due at once."""
    op.create_table(
        "live_offset",
        sa.Column("input", sa.Text, primary_key=True),
        sa.Column("partition", sa.Integer, primary_key=True),
        sa.Column("next", sa.Integer, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("newest", sa.Text),
    )
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)
    op.execute("UPDATE delivery SET due_at = '' WHERE delivered < wanted")
    due = sa.text("due_at IS NOT NULL")
    op.create_index("ix_delivery_due_at", "delivery", ["target", "due_at", "since", "identity"], sqlite_where=due)
    op.create_index("ix_dead_letter_unpublished", "dead_letter", ["id"], sqlite_where=sa.text("published = 0"))


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_dead_letter_unpublished", "dead_letter")
    op.drop_index("ix_delivery_due_at", "delivery")
    for table, columns in _columns().items():
        for column in columns:
            op.drop_column(table, column.name)
    op.drop_table("live_offset")


def _columns() -> dict[str, list[sa.Column[Any]]]:
    return {
        "delivery": [
            sa.Column("due_at", sa.Text),
            sa.Column("since", sa.Text),
            sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
            sa.Column("stopped", sa.Text),
            sa.Column("doubt_until", sa.Text),
            sa.Column("partition", sa.Integer),
            sa.Column("lease_owner", sa.Text),
            sa.Column("lease_until", sa.Text),
            sa.Column("lease_token", sa.Integer, nullable=False, server_default=sa.text("0")),
        ],
        "dead_letter": [
            sa.Column("timestamp", sa.Text),
            sa.Column("settled_at", sa.Text),
            sa.Column("published", sa.Integer, nullable=False, server_default=sa.text("0")),
            sa.Column("since", sa.Text),
        ],
    }
