"""Logs into a ledger, batch by batch, with what became of each record."""
