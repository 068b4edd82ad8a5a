"""The strict lane's switch: how many messages are also judged by a library that knows the whole standard.

What it finds never refuses a message that could be read: it stands beside the reading, to be counted and shown.
"""

from __future__ import annotations

from enum import StrEnum
from zlib import crc32

_ONE_IN = 100


class Conformance(StrEnum):
    """How many messages the strict lane judges."""

    EVERY = "every"
    SAMPLED = "sampled"
    OFF = "off"

    def judges(self, value: bytes) -> bool:
        """Whether this message is judged; a sample is chosen by the bytes alone, so replay chooses the same."""
        return self is Conformance.EVERY or (self is Conformance.SAMPLED and crc32(value) % _ONE_IN == 0)
