"""One raw record as a listener hands it over, before anything of it is understood."""

from __future__ import annotations

from datetime import datetime

from coder import values


@values.value(frozen=True, slots=True)
class Record:
    """Raw bytes and where they came from.

    `source` is a file's path or a topic, `partition` and `offset` its position there (a file is
    partition 0, its records count from 0), `timestamp` the envelope's time where there is one,
    `line` the line or byte position a person would look at.
    """

    source: str
    partition: int
    offset: int
    value: bytes
    timestamp: datetime | None = None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
