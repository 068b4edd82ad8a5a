"""Deadlines: time alone may change a charge, and it acts only here."""

from __future__ import annotations

from datetime import datetime

from ledger import rows
from ledger.ledger import Ledger
from ledger.posting import PostingContext, refuse_another_site
from ledger.recoding import recode

PATIENTS_AT_ONCE = 100


def fire_deadlines(ledger: Ledger, clock: datetime, context: PostingContext) -> int:
    """Let every deadline up to `clock` pass, each patient's in turn, and give how many have.

    A deadline that passes becomes the newest time heard for its patient, who is then recoded; what that
    makes due by `clock` passes too.
    """
    refuse_another_site(ledger, context)
    fired = 0
    while passed := _fire_some(ledger, clock, context):
        fired += passed
    return fired


def _fire_some(ledger: Ledger, clock: datetime, context: PostingContext) -> int:
    with ledger.transaction() as connection:
        due = rows.pass_deadlines(connection, clock, PATIENTS_AT_ONCE)
        if due:
            recode(connection, rows.linked_patients(connection, due), context, heard=())
        return len(due)
