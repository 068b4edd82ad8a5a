"""Mutated and hostile FHIR documents: a fault with a path and never an exception.

The gate reads 30,000 through the fast lane and 1,000 through the strict one; `make fuzz` a million.
"""

from __future__ import annotations

import pytest

from mappers.fhir.strict import diagnosis
from mappers.reading import read
from mappers.record import Record
from mappers.telling import Fault
from tests.fhir_fuzzing import mutated
from tests.fhir_samples import SETTINGS
from tests.fuzzing import bytes_kept, fuzz
from tests.hostile_documents import HONEST, HOSTILE, SIZE

CHUNK, CHUNKS, STRICT_CHUNK = 5000, 6, 167
KEPT_BYTES_MOST = 3_000_000


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
    assert bytes_kept(range(1500), range(1500, 3000), mutated, "fhir") < KEPT_BYTES_MOST


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_read_to_the_end(name: str) -> None:
    """How long each takes beside the honest one is measured by `make bench`."""
    value = HOSTILE[name]()
    assert SIZE / 2 < len(value) < SIZE * 2.5
    items = read(Record("hostile", 0, 0, value), SETTINGS).items
    assert items
    assert all(item.path for item in items if isinstance(item, Fault))


def test_the_honest_document_is_read_whole() -> None:
    assert len(read(Record("honest", 0, 0, HONEST), SETTINGS).items) == 40
