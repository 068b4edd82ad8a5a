"""Two lanes, one truth: the mapper makes the same facts of our cut and of hl7apy's.

On generated messages hl7apy is asked about each repetition of each field, and about whole segments of one
message in a hundred; on the corpus about whole segments, and what it cannot read that we can is listed here.
"""

from __future__ import annotations

import pytest

from mappers.telling import Fault, Telling
from tests.corpus import CORPUS, documents
from tests.hl7_generator import messages
from tests.strict_lane import CannotReadError, fast_items, strict_items

CHUNK, CHUNKS = 1000, 20
WHOLE_SEGMENTS_EACH = 100

CANNOT_READ: dict[str, str] = {}  # none since we cut the lines, say the separators and choose the version it knows
READS_DIFFERENTLY = {
    "adt_pyxis_1_A01": "a visit number in PV1-20 loses its type: hl7apy keeps two components of a financial class",
}


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_both_lanes_read_the_same(chunk: int) -> None:
    for seed, made in enumerate(messages(CHUNK, seed=chunk * CHUNK), start=chunk * CHUNK):
        fast = fast_items(made.value)
        assert strict_items(made.value, whole_segments=False) == fast, seed
        if seed % WHOLE_SEGMENTS_EACH == 0:
            assert strict_items(made.value) == fast, seed


def test_what_is_generated_is_worth_reading() -> None:
    items = [item for made in messages(500, seed=0) for item in fast_items(made.value)]
    told = [item for item in items if isinstance(item, Telling)]
    faults = [item for item in items if isinstance(item, Fault)]
    assert len(told) > 4 * len(faults)
    kinds = {"administration", "encounter", "condition", "coverage", "procedure"}
    assert {telling.kind for telling in told} == kinds
    assert {fault.path.partition("[")[0].partition("-")[0] for fault in faults} >= {"RXA"}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not beside this checkout")
def test_both_lanes_read_the_corpus_the_same_where_hl7apy_can() -> None:
    cannot, differently = set(), set()
    for path in sorted(CORPUS.rglob("*.hl7")):
        for value in documents(path):
            try:
                if strict_items(value) != fast_items(value):
                    differently.add(path.stem)
            except CannotReadError as error:
                cannot.add(f"{path.stem}: {error}")
    assert (sorted(cannot), sorted(differently)) == (sorted(CANNOT_READ), sorted(READS_DIFFERENTLY))
