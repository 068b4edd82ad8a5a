"""Mutated messages: no exception but a fault with a path, whatever the bytes; the slowest are kept.

`python -m tests.fuzzing 1000000` is what `make fuzz` runs; the gate runs a part of it.
"""

from __future__ import annotations

import argparse
import gc
import heapq
import resource
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random
from time import perf_counter
from zoneinfo import ZoneInfo

from mappers.profile_files import shipped_profiles
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from mappers.telling import Fault, Ignored, Item, Telling
from tests.byte_mutations import Mutation, cut, spiced_with, swap
from tests.fhir_fuzzing import mutated as fhir_document
from tests.hl7_generator import message

SETTINGS = ReadingSettings(
    ZoneInfo("America/Chicago"), frozenset({"HOSP|1"}), profiles=tuple(shipped_profiles().values())
)
SLOWEST_KEPT = 5
SAID_MOST, PIECES_MOST = 200, 4
SPICE = (
    b"|",
    b"^",
    b"~",
    b"\\",
    b"&",
    b"\r",
    b"\n",
    b'""',
    b"\x0b",
    b"\x1c",
    b"\x1b$B",
    b"\x1b(B",
    b"\xff",
    b"\x00",
    "\u200b".encode(),
    "\u0663".encode(),
    b"-1",
    b"1e9",
    b"NaN",
    b"20260230",
    b"99999999999999999999",
    b"RXA|",
    b"\rORC|",
    b"\rPID|",
    b"\rMSH|",
    b"\\X0D\\",
    b"||||||||||||",
    b"~~~~~~~~",
    b"\xef\xbb\xbf",
    b"{",
    b" ",
)


@dataclass(slots=True)
class Fuzzed:
    """What a run found: how many of each kind of item, the slowest messages, what broke."""

    read: int = 0
    items: dict[str, int] = field(default_factory=dict)
    slowest: list[tuple[float, int, bytes]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def mutated(seed: int, of: int = 5000) -> bytes:
    """One of so many messages of the generator, a few times cut, doubled, spiced or swapped; the same for one seed."""
    chance = Random(seed)
    value = _whole(chance.randrange(of))
    for _ in range(chance.randrange(1, PIECES_MOST + 1)):
        value = chance.choice(_MUTATIONS)(value, chance)
    return value


@lru_cache(maxsize=5000)
def _whole(seed: int) -> bytes:
    return message(seed).value


def _double(value: bytes, chance: Random) -> bytes:
    lines = value.split(b"\r")
    chosen = chance.choice(lines)
    return b"\r".join([*lines, *[chosen] * chance.choice((1, 5))])


def _shuffle(value: bytes, chance: Random) -> bytes:
    head, *lines = value.split(b"\r")
    chance.shuffle(lines)
    return b"\r".join([head, *lines])


_spice = spiced_with(SPICE)
_MUTATIONS: tuple[Mutation, ...] = (cut, _spice, _spice, swap, swap, _double, _shuffle)


def fuzz(seeds: range, made: Callable[[int], bytes] = mutated, wire: str = "hl7v2") -> Fuzzed:
    """Read the mutated message of each seed; whatever is wrong with it is a fault that says where."""
    found = Fuzzed()
    for seed in seeds:
        value = made(seed)
        began = perf_counter()
        try:
            items = read(Record("fuzz", 0, seed, value), SETTINGS).items
        except Exception as error:  # noqa: BLE001 - any exception at all is what this looks for
            found.broken.append(f"seed {seed}: {type(error).__name__}")
            continue
        taken = perf_counter() - began
        found.read += 1
        found.broken += [f"seed {seed}: {wrong}" for wrong in _wrong(items, wire)]
        for item in items:
            kind = item.kind if isinstance(item, Telling) else type(item).__name__.lower()
            found.items[kind] = found.items.get(kind, 0) + 1
        heapq.heappush(found.slowest, (taken, seed, value))
        if len(found.slowest) > SLOWEST_KEPT:
            heapq.heappop(found.slowest)
    return found


def _wrong(items: tuple[Item, ...], wire: str) -> Iterator[str]:
    """What an item lacks that every one must have."""
    if not items:
        yield "nothing was said of it"
    for item in items:
        match item:
            case Fault():
                if not item.path or not item.reason or not item.wanted or len(item.said) > SAID_MOST:
                    yield f"a fault without all its parts: {item.reason}"
            case Ignored():
                if not item.kind.startswith(f"{wire} "):
                    yield f"ignored as {item.kind}"
            case Telling():
                if not item.patient or not item.digest:
                    yield f"a {item.kind} of nobody"


def bytes_kept(first: range, second: range, made: Callable[[int], bytes] = mutated, wire: str = "hl7v2") -> int:
    """What is still held of the second messages once they are read, the first having filled what is bounded."""
    fuzz(first, made, wire)
    gc.collect()
    tracemalloc.start()
    fuzz(second, made, wire)
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept


def resident_kilobytes() -> int:
    """The most memory that this process has had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> int:
    """Fuzz, print what was found, and write the slowest messages to a folder."""
    parser = argparse.ArgumentParser(description="Mutated messages through the fast lane.")
    parser.add_argument("count", type=int)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("out/fuzz"))
    parser.add_argument("--fhir", action="store_true", help="FHIR documents in place of HL7 v2 messages")
    said = parser.parse_args()
    made, wire = (fhir_document, "fhir") if said.fhir else (mutated, "hl7v2")
    fuzz(range(2000), made, wire)
    before, began = resident_kilobytes(), perf_counter()
    found = fuzz(range(said.first_seed, said.first_seed + said.count), made, wire)
    print(f"{found.read} messages in {perf_counter() - began:.0f} s, items: {found.items}")
    print(f"  memory: {before} kB after the first 2000, {resident_kilobytes()} kB at most since")
    said.keep.mkdir(parents=True, exist_ok=True)
    for taken, seed, value in sorted(found.slowest, reverse=True):
        kept = said.keep / f"{seed}.{wire}"
        kept.write_bytes(value)
        print(f"  slowest: seed {seed}, {taken * 1e6:.0f} us, {len(value)} bytes, kept as {kept}")
    for line in found.broken[:20]:
        print(f"  broken: {line}")
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
