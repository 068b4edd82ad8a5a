"""Message logs as one stream of readings, in the order of their records' times."""

from __future__ import annotations

import heapq
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

from listeners.gathering import Piece
from listeners.packing import unpacked
from listeners.paths import STANDARD_INPUT, LogError, find_logs
from listeners.record_log import read_envelope
from listeners.splitting import split
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from mappers.telling import Reading

CHUNK_BYTES = 64 * 1024
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)

__all__ = ["LogError", "open_logs"]


def open_logs(paths: Sequence[str], settings: ReadingSettings) -> Iterator[Reading]:
    """Every record of the logs that `paths` name, read, merged by time, then path, then position.

    A path is a file, a folder, a glob, or "-" for standard input. All paths are checked before this
    returns: LogError has one line for each that is wrong. What is inside a log never raises: it is
    read as a fault.
    """
    timed = [_timed(_readings(log, settings)) for log in find_logs(paths)]
    return (reading for _, reading in heapq.merge(*timed, key=itemgetter(0)))


def _timed(readings: Iterator[Reading]) -> Iterator[tuple[datetime, Reading]]:
    """Each reading with its time, or that of the one before it where it has none."""
    time = _BEFORE_ALL
    for reading in readings:
        time = reading.time or time
        yield time, reading


def _readings(log: str, settings: ReadingSettings) -> Iterator[Reading]:
    offsets = count()
    for piece in split(unpacked(_chunks(log))):
        envelope = None if piece.fault else read_envelope(piece)
        if envelope is None:
            record, fault = _in_file(log, offsets, piece), piece.fault
        else:
            record, fault = envelope.record or _in_file(log, offsets, piece), envelope.fault
        yield Reading(record, (fault,), record.timestamp, record.timestamp) if fault else read(record, settings)


def _in_file(log: str, offsets: Iterator[int], piece: Piece) -> Record:
    return Record(source=log, partition=0, offset=next(offsets), value=piece.raw)


def _chunks(log: str) -> Iterator[bytes]:
    try:
        if log == STANDARD_INPUT:
            yield from _read(sys.stdin.buffer)
            return
        with Path(log).open("rb") as file:
            first = file.read(CHUNK_BYTES)
            if len(first) == CHUNK_BYTES:
                yield first
                yield from _read(file)
                return
        yield first  # a small file is closed before it is read on: of those there may be thousands
    except OSError as error:
        raise LogError(f"{log!r}: {error.strerror}") from error


def _read(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk
