"""Messages made to be slow, beside an honest one of their size: none may take ten times as long."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from statistics import median
from time import process_time

from benchmarks.measured import Measured
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from tests import fhir_samples, fuzzing, hostile_documents, hostile_messages

REPEATS = 5


def hostile() -> Iterator[Measured]:
    """The slowest of each wire, beside ten times what the honest one took."""
    yield _slowest("HL7 v2", hostile_messages.HOSTILE, hostile_messages.HONEST, fuzzing.SETTINGS)
    yield _slowest("FHIR", hostile_documents.HOSTILE, hostile_documents.HONEST, fhir_samples.SETTINGS)


def _slowest(wire: str, made: Mapping[str, Callable[[], bytes]], honest: bytes, settings: ReadingSettings) -> Measured:
    taken, name = max((_seconds(make(), settings), name) for name, make in made.items())
    return Measured(f"hostile {wire}: {name}", taken, "ten honest", 10 * _seconds(honest, settings))


def _seconds(value: bytes, settings: ReadingSettings) -> float:
    read(Record("hostile", 0, 0, value), settings)
    return median(_once(value, settings) for _ in range(REPEATS))


def _once(value: bytes, settings: ReadingSettings) -> float:
    began = process_time()
    read(Record("hostile", 0, 0, value), settings)
    return process_time() - began
