"""How a ledger moves from one schema to the next, run by Alembic when an older one is opened."""
