"""Record logs: JSON lines that hold a broker's records, with where each one stood."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import orjson

from listeners.gathering import SAID_CHARACTERS_MOST, Piece
from mappers.record import Record
from mappers.telling import Fault

_TEXT = re.compile(r"[\ufeff\x0b\s]*(?:\{|\[|(?:MSH|FHS|BHS)[^0-9A-Za-z+/=])")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What one line of a record log holds: a record, or why there is none, or both.

    With both, the place of the record is known and its value is not; the record then holds the line.
    """

    record: Record | None
    fault: Fault | None


class _UnfitError(Exception):
    """A key of the envelope that says something else than wanted."""

    def __init__(self, key: str, said: object, wanted: str) -> None:
        super().__init__(key)
        self.key, self.said, self.wanted = key, said, wanted


def read_envelope(piece: Piece) -> Envelope | None:
    """The record in a line of a record log; None where the line is none of a record log."""
    line = _record_line(piece.raw)
    if line is None:
        return None
    record = None
    try:
        record = _placed(line, piece.raw)
        return Envelope(replace(record, value=_value(line.get("value"))), None)
    except _UnfitError as error:
        return Envelope(record, _fault(piece, error))


def _record_line(raw: bytes) -> Mapping[str, object] | None:
    if b'"value"' not in raw or (b'"topic"' not in raw and b'"offset"' not in raw):
        return None
    try:
        line = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    is_record = "value" in line and ("topic" in line or "offset" in line) and "resourceType" not in line
    return line if is_record else None


def _placed(line: Mapping[str, object], raw: bytes) -> Record:
    return Record(
        source=_topic(line.get("topic")),
        partition=_count("partition", line.get("partition")),
        offset=_count("offset", line.get("offset")),
        value=raw,
        timestamp=_timestamp(line.get("timestamp")),
        key=_key(line.get("key")),
        headers=_headers(line.get("headers")),
    )


def _topic(said: object) -> str:
    if isinstance(said, str) and said:
        return said
    raise _UnfitError("topic", said, "the name of the topic")


def _count(key: str, said: object) -> int:
    if isinstance(said, int) and not isinstance(said, bool) and said >= 0:
        return said
    raise _UnfitError(key, said, "a whole number from 0")


def _timestamp(said: object) -> datetime | None:
    """Milliseconds since 1970 or ISO 8601 with an offset; brokers write -1 where there is none."""
    if said is None or said == -1:
        return None
    try:
        if isinstance(said, int) and not isinstance(said, bool):
            return _EPOCH + timedelta(milliseconds=said)
        time = datetime.fromisoformat(said) if isinstance(said, str) else None
    except (ValueError, OverflowError):
        time = None
    if time is None or time.tzinfo is None:
        raise _UnfitError("timestamp", said, "milliseconds since 1970, or ISO 8601 with its offset")
    return time


def _key(said: object) -> bytes | None:
    if said is None:
        return None
    if isinstance(said, str):
        return said.encode()
    raise _UnfitError("key", said, "text, or null")


def _headers(said: object) -> tuple[tuple[str, bytes], ...]:
    """Headers as one object, or as a list of pairs where a name comes twice."""
    pairs = list(said.items()) if isinstance(said, dict) else said
    if pairs is None:
        return ()
    if not isinstance(pairs, list) or not all(_is_header(pair) for pair in pairs):
        raise _UnfitError("headers", said, "an object of texts, or a list of [name, text]")
    return tuple((name, (text or "").encode()) for name, text in pairs)


def _is_header(pair: object) -> bool:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        return False
    return isinstance(pair[0], str) and (pair[1] is None or isinstance(pair[1], str))


def _value(said: object) -> bytes:
    if not isinstance(said, str) or not said:
        raise _UnfitError("value", said, "the message as text or as base64")
    if _TEXT.match(said):
        return said.encode()
    try:
        return base64.b64decode(said, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _UnfitError("value", said, "the message as text (MSH or {...}), or as whole base64") from error


def _fault(piece: Piece, error: _UnfitError) -> Fault:
    said = error.said if isinstance(error.said, str) else orjson.dumps(error.said).decode()
    path = f"line {piece.line}: {error.key}"
    return Fault("a record log's line that cannot be read", path, said[:SAID_CHARACTERS_MOST], error.wanted)
