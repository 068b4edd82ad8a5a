"""Mutated and hostile messages: a fault with a path and never an exception, no memory kept.

The gate reads 100,000 through the fast lane and 5,000 through the strict one; `make fuzz` a million.
"""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from mappers.hl7 import strict
from mappers.hl7.message import Segment
from mappers.hl7.strict import diagnosis
from mappers.reading import read
from mappers.record import Record
from mappers.telling import Fault
from tests.fuzzing import SETTINGS, bytes_kept, fuzz, mutated
from tests.hostile_messages import HONEST, HOSTILE, SIZE
from tests.strict_lane import library_kept

CHUNK, CHUNKS, STRICT_CHUNK, STRICT_MESSAGES = 10_000, 10, 500, 100
KEPT_BYTES_MOST = 3_000_000


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_nothing_but_a_fault_comes_of_a_mutated_message(chunk: int) -> None:
    found = fuzz(range(chunk * CHUNK, (chunk + 1) * CHUNK))
    assert found.broken == []
    assert found.read == CHUNK


@pytest.fixture(scope="module")
def lines_kept() -> Iterator[None]:
    """hl7apy is asked once about a line that it takes: of a mutated message most are as they were."""
    taken: set[tuple[str, str, str]] = set()
    ask = strict.parsed

    def parsed(segment: Segment, version: str, characters: dict[str, str]) -> None:
        key = segment.line, version, "".join(characters.values())
        if key not in taken:
            ask(segment, version, characters)
            taken.add(key)

    with patch.object(strict, "parsed", parsed), library_kept():
        yield


@pytest.mark.usefixtures("lines_kept")
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_strict_lane_has_a_diagnosis_for_whatever_it_gets(chunk: int) -> None:
    for seed in range(chunk * STRICT_CHUNK, (chunk + 1) * STRICT_CHUNK):
        value = mutated(seed, of=STRICT_MESSAGES)
        said = diagnosis(value) if value.startswith(b"MSH") else "no message"
        assert said is None or said


def test_nothing_is_kept_of_what_was_read() -> None:
    """The caches are bounded: after many thousands of messages no more is held than after some."""
    assert bytes_kept(range(3000), range(3000, 6000)) < KEPT_BYTES_MOST


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_messages_are_read_to_the_end(name: str) -> None:
    """How long each takes beside the honest one is measured by `make bench`."""
    value = HOSTILE[name]()
    assert SIZE / 2 < len(value) < SIZE * 2.5
    items = read(Record("hostile", 0, 0, value), SETTINGS).items
    assert items
    assert all(item.path for item in items if isinstance(item, Fault))


def test_the_honest_message_is_read_whole() -> None:
    assert len(read(Record("honest", 0, 0, HONEST), SETTINGS).items) == 61
