"""Bringing an older ledger to the newest schema with the migrations shipped beside it."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, create_engine
from sqlalchemy.engine import Connection

from ledger.errors import LedgerError

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(path: Path) -> None:
    """Run every migration that the ledger at `path` has not seen."""
    engine = create_engine(URL.create("sqlite", database=str(path)), hide_parameters=True)
    try:
        with engine.begin() as connection:
            command.upgrade(alembic_config(connection), "head")
    except CommandError:
        raise LedgerError(f"{path}: written by a newer version of hangtime than this one") from None
    finally:
        engine.dispose()


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings: where the migrations are, and the connection they run on."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
