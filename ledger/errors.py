"""What can go wrong with a ledger, told in one line and without patient data or key material.

LedgerError
└── StaleBatchError    the batch was read from a place the ledger has already passed
"""

from __future__ import annotations


class LedgerError(Exception):
    """A ledger cannot be opened, read or written; the text is one line a person can act on."""


class StaleBatchError(LedgerError):
    """A batch begins where the ledger has been already; seek to `next_offset` and read again."""

    def __init__(self, source: str, partition: int, next_offset: int) -> None:
        super().__init__(f"{source}, partition {partition}: posted already, the next offset is {next_offset}")
        self.source = source
        self.partition = partition
        self.next_offset = next_offset
