"""Mutated and hostile messages: a fault with a path and never an exception, no memory kept, no message slow.

The gate reads 100,000 through the fast lane and 5,000 through the strict one; `make fuzz` a million.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from statistics import median
from time import process_time
from unittest.mock import patch

import pytest

from mappers.hl7 import strict
from mappers.hl7.message import Segment
from mappers.hl7.strict import diagnosis
from mappers.reading import read
from mappers.record import Record
from mappers.telling import Fault
from tests.fuzzing import SETTINGS, fuzz, mutated
from tests.hl7_samples import MSH, ORC, PID, PV1, RXA, RXR, ras, rxa, with_field
from tests.strict_lane import library_kept

CHUNK, CHUNKS, STRICT_CHUNK, STRICT_MESSAGES = 10_000, 10, 500, 100
KEPT_BYTES_MOST = 3_000_000
SLOWER_MOST = 10


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
    fuzz(range(3000))
    gc.collect()
    tracemalloc.start()
    fuzz(range(3000, 6000))
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < KEPT_BYTES_MOST


HONEST = ras(MSH, PID, PV1, *[ORC, RXA, RXR] * 60)
SIZE = len(HONEST)


def filled(start: str, piece: str, end: str = "") -> bytes:
    """A message of the honest one's size, most of it one piece over and over."""
    return ras(*[MSH, PID, PV1, ORC], (start + piece * (SIZE // len(piece)))[:SIZE] + end)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing but line ends": lambda: ras(MSH, PID, "\r" * SIZE),
    "nothing but fields": lambda: filled("RXA", "|"),
    "nothing but components": lambda: filled("RXA|0|1|202603030900||", "^"),
    "nothing but repetitions": lambda: filled("PID|1||", "1^^^A~"),
    "nothing but subcomponents": lambda: filled("RXA|0|1|202603030900||A", "&"),
    "nothing but escapes": lambda: filled("RXA|0|1|202603030900||", "\\T"),
    "escapes that mean nothing": lambda: filled("RXA|0|1|202603030900||", "\\.sp99999\\"),
    "one long number": lambda: filled("RXA|0|1|202603030900||A|", "9"),
    "one long time": lambda: filled("RXA|0|1|", "2"),
    "one long rate": lambda: filled("RXA|0|1|202603030900||A|1|mg|||||", "1 mL/hr "),
    "one long word for a route": lambda: ras(MSH, PID, ORC, RXA, "RXR|^" + "intravenous " * (SIZE // 12)),
    "one long word for a device": lambda: ras(
        MSH, PID, ORC, RXA, "RXR|IV||^" + "implanted venous access " * (SIZE // 24)
    ),
    "one long note": lambda: ras(MSH, PID, ORC, RXA, "NTE|1||" + "Purpose: " * (SIZE // 9)),
    "many short administrations": lambda: ras(MSH, PID, *["RXA|"] * (SIZE // 5)),
    "many administrations and as many observations": lambda: ras(
        MSH, PID, *[RXA] * (SIZE // 320), *["OBX|1|ST|PURPOSE||hydration"] * (SIZE // 56)
    ),
    "many routes": lambda: ras(MSH, PID, ORC, RXA, *[f"RXR|{number}" for number in range(SIZE // 9)]),
    "many orders of a long orderer": lambda: ras(
        MSH, PID, *[with_field(ORC, 12, "D^" * 400), rxa((6, "")), RXR] * (SIZE // 1100)
    ),
    "many components of a mixture": lambda: ras(MSH, PID, ORC, *["RXC|A|A^a|1|mg"] * (SIZE // 15), RXA, RXR),
    "many diagnoses": lambda: ras(MSH, PID, PV1, *["DG1|1||A1^a^I10"] * (SIZE // 16), RXA),
    "many names of segments": lambda: ras(MSH, PID, *[f"Z{number:02}|" for number in range(SIZE // 6)]),
    "a long list of character sets": lambda: ras(with_field(MSH, 18, "ISO IR87~" * (SIZE // 9)), PID, rxa((5, "é"))),
    "long encoding characters": lambda: ras(with_field(MSH, 2, "^~" * (SIZE // 2)), PID, RXA),
    "a long type": lambda: ras(with_field(MSH, 9, "RAS^" * (SIZE // 4)), PID, RXA),
    "shifts of double bytes": lambda: ras(with_field(MSH, 18, "~ISO IR87"), PID, RXA).replace(
        b"dalbavancin", b"\x1b$B\x1b(B" * (SIZE // 6)
    ),
}


def seconds(value: bytes) -> float:
    """The median time of a few readings."""
    return median(_once(value) for _ in range(5))


def _once(value: bytes) -> float:
    began = process_time()
    read(Record("hostile", 0, 0, value), SETTINGS)
    return process_time() - began


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_messages_are_not_ten_times_slower_than_honest_ones(name: str) -> None:
    value = HOSTILE[name]()
    assert SIZE / 2 < len(value) < SIZE * 2.5
    allowed = SLOWER_MOST * seconds(HONEST)
    assert seconds(value) <= allowed
    items = read(Record("hostile", 0, 0, value), SETTINGS).items
    assert items
    assert all(item.path for item in items if isinstance(item, Fault))


def test_the_honest_message_is_read_whole() -> None:
    assert len(read(Record("honest", 0, 0, HONEST), SETTINGS).items) == 61
