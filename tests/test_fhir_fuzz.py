"""Mutated and hostile FHIR documents: a fault with a path and never an exception, no document slow.

The gate reads 30,000 through the fast lane and 1,000 through the strict one; `make fuzz` a million.
"""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

import pytest

from mappers.fhir.strict import diagnosis
from mappers.reading import read
from mappers.record import Record
from mappers.telling import Fault
from tests.fhir_fuzzing import mutated
from tests.fhir_samples import SETTINGS, administration, bundle, dosage, extension
from tests.fuzzing import fuzz

CHUNK, CHUNKS, STRICT_CHUNK = 5000, 6, 167
KEPT_BYTES_MOST = 3_000_000
SLOWER_MOST = 10


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_nothing_but_a_fault_comes_of_a_mutated_document(chunk: int) -> None:
    found = fuzz(range(chunk * CHUNK, (chunk + 1) * CHUNK), mutated, "fhir")
    assert found.broken == []
    assert found.read == CHUNK


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_strict_lane_has_a_diagnosis_for_whatever_it_gets(chunk: int) -> None:
    for seed in range(chunk * STRICT_CHUNK, (chunk + 1) * STRICT_CHUNK):
        said = diagnosis(mutated(seed))
        assert said is None or said


def test_nothing_is_kept_of_what_was_read() -> None:
    fuzz(range(1500), mutated, "fhir")
    gc.collect()
    tracemalloc.start()
    fuzz(range(1500, 3000), mutated, "fhir")
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < KEPT_BYTES_MOST


HONEST = json.dumps(bundle(*[administration(id=f"a{number}") for number in range(40)])).encode()
SIZE = len(HONEST)


def many(piece: Any, of: Callable[[list[Any]], Any]) -> bytes:
    """A document of the honest one's size, most of it one piece over and over."""
    return json.dumps(of([piece] * (SIZE // (len(json.dumps(piece)) + 2)))).encode()


def contained(count: int) -> dict[str, Any]:
    held = [{"resourceType": "Device", "id": f"d{number}"} for number in range(count)]
    return administration(contained=held, device=[{"reference": f"#d{number}"} for number in range(count)])


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing but lists": lambda: b'{"a":' + b"[" * 900 + b"]" * 900 + b"}" + b" " * SIZE,
    "nothing but brackets": lambda: b"[" * SIZE,
    "Bundles in Bundles": lambda: b'{"resourceType":"Bundle","entry":[{"resource":' * (SIZE // 47) + b"1",
    "many entries of nothing": lambda: many({}, lambda each: {"resourceType": "Bundle", "entry": each}),
    "many small resources": lambda: many({"resourceType": "Patient"}, lambda each: bundle(*each)),
    "many extensions": lambda: many(
        extension("attended", valueBoolean=True), lambda each: administration(extension=each)
    ),
    "many codings": lambda: many(
        {"code": "IV push"}, lambda each: administration(dosage=dosage(route={"coding": each}))
    ),
    "many performers": lambda: many({"actor": {"reference": "x/1"}}, lambda each: administration(performer=each)),
    "many devices that are contained": lambda: json.dumps(contained(SIZE // 75)).encode(),
    "many identifiers": lambda: many({"system": "a", "value": "b"}, lambda each: administration(identifier=each)),
    "many wholes": lambda: many({"reference": "a/b/c"}, lambda each: administration(partOf=each)),
    "many reasons": lambda: many({"text": "hydration"}, lambda each: administration(reasonCode=each)),
    "one long number": lambda: json.dumps(administration()).replace("1500,", "9" * SIZE + ",").encode(),
    "one long exponent": lambda: json.dumps(administration()).replace("1500,", "1e" + "9" * SIZE + ",").encode(),
    "one long time": lambda: json.dumps(administration(effectivePeriod={"start": "2" * SIZE})).encode(),
    "one long fraction": lambda: json.dumps(
        administration(effectivePeriod={"start": "2026-03-03T09:00:00." + "1" * SIZE + "Z"})
    ).encode(),
    "one long site": lambda: json.dumps(
        administration(dosage=dosage(site={"text": "implanted venous access " * (SIZE // 24)}))
    ).encode(),
    "one long text": lambda: json.dumps(administration(dosage=dosage(text="over 1 mL/h " * (SIZE // 12)))).encode(),
    "one long reference": lambda: json.dumps(administration(subject={"reference": "Patient/" * (SIZE // 8)})).encode(),
    "one long device": lambda: json.dumps(administration(device=[{"display": "no pump " * (SIZE // 8)}])).encode(),
}


def seconds(value: bytes) -> float:
    return median(_once(value) for _ in range(5))


def _once(value: bytes) -> float:
    began = process_time()
    read(Record("hostile", 0, 0, value), SETTINGS)
    return process_time() - began


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_not_ten_times_slower_than_honest_ones(name: str) -> None:
    value = HOSTILE[name]()
    assert SIZE / 2 < len(value) < SIZE * 2.5
    allowed = SLOWER_MOST * seconds(HONEST)
    assert seconds(value) <= allowed
    items = read(Record("hostile", 0, 0, value), SETTINGS).items
    assert items
    assert all(item.path for item in items if isinstance(item, Fault))


def test_the_honest_document_is_read_whole() -> None:
    assert len(read(Record("honest", 0, 0, HONEST), SETTINGS).items) == 40
