"""`python -m benchmarks.reading_hl7 [MESSAGES]`: RAS to facts beside its peers, on the same messages in one run.

Every round each of them reads the same messages once, in turn, so that all see the same machine (hl7apy ten of them,
it takes long enough); shown are the medians of the rounds for one message, in processor time, and the medians of each
round's ratio to hl7apy's parse alone, called as its users call it. MESSAGES is a file of them; without it they are
made here, new ones for every round, no two of one patient. What a peer needs: `pip install .[bench]` for those of
Python; HAPI is fetched with the jars of the tests' servers, Medplum by npm where Node is.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import platform
import statistics
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import process_time
from types import ModuleType
from zoneinfo import ZoneInfo

from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message

from benchmarks.peers.elsewhere import Turn, elsewhere
from mappers.reading import ReadingSettings, read
from mappers.record import Record

Reader = Callable[[bytes], object]

_WRITTEN = datetime(2026, 3, 3, 17, tzinfo=UTC)  # as each record of a topic has it
_HL7APY = "hl7apy, parse alone"
_MESSAGES, _ROUNDS, _HL7APY_EACH = 200, 15, 10
_SEGMENTS = (
    r"MSH|^~\&|MAR|HOSP|HANGTIME|HOSP|2026030310{minute}00||RAS^O17^RAS_O17|CTRL-{number}|P|2.5.1",
    "PID|1||MRN{number}^^^HOSP&1.2.3&ISO^MR||Family{number}^Given||19590101|F|||||||||||ACC-{number}",
    "PV1|1|O|INF^3^1|||||||||||||||CLINIC|VN-{number}^^^HOSP^VN|||||||||||||||||||||||||2026030308{minute}",
    "ORC|RE|ORD-{number}^MAR|RX-{number}^PHARM||CM|||||||D1^House^Greg",
    "RXA|0|1|2026030309{minute}00|20260303100000|1594653^dalbavancin^RXNORM|1500|mg"
    "|||N1^Ratched^Mildred||500 mL/hr||||||||CP|A",
    "RXR|IV^Intravenous^HL70162|LACF^Left Antecubital Fossa^HL70163",
)


def main(paths: Sequence[str]) -> int:
    """Measure and print; the machine and the versions stand above the figures."""
    stated = [Path(path).read_bytes().strip().replace(b"\n", b"\r") for path in paths]
    rounds = [stated * (_MESSAGES // len(stated)) if stated else made(number) for number in range(_ROUNDS + 1)]
    readers, without = readers_here()
    with elsewhere() as (turns, not_here):
        times = _measured({name: in_turn(name, reader) for name, reader in readers.items()} | turns, rounds)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(
        f"Python {platform.python_version()} on {platform.machine()}, {platform.system()}; {_versions()}; load {load}"
    )
    print(f"{len(rounds[0])} messages, {_ROUNDS} rounds, medians for one message")
    for name, seconds in sorted(times.items(), key=lambda one: statistics.median(one[1])):
        ratio = statistics.median(theirs / ours for theirs, ours in zip(times[_HL7APY], seconds, strict=True))
        print(f"  {name:44} {statistics.median(seconds) * 1e6:10.1f} us   hl7apy / this {ratio:8.1f}")
    for line in (*without, *not_here):
        print(f"  left out: {line}")
    return 0


def made(round_: int) -> list[bytes]:
    """The messages of a round, no two of one patient."""
    segments, first = "\r".join(_SEGMENTS), 1000 + round_ * _MESSAGES
    numbers = range(first, first + _MESSAGES)
    return [segments.format(number=number, minute=f"{number * 7 % 60:02}").encode() for number in numbers]


def readers_here() -> tuple[dict[str, Reader], list[str]]:
    """What is measured in this process: ours whole, a bare split, the parse alone of peers; and which are not there."""
    settings = ReadingSettings(ZoneInfo("America/Chicago"))
    readers: dict[str, Reader] = {
        "hangtime, bytes to tellings": lambda value: read(Record("bench", 0, 0, value, _WRITTEN), settings),
        _HL7APY: lambda value: parse_message(value.decode()),
        "hl7apy, parse without finding groups": lambda value: parse_message(
            value.decode(), VALIDATION_LEVEL.TOLERANT, find_groups=False
        ),
        "split of segments and fields": lambda value: [line.split("|") for line in value.decode().split("\r")],
    }
    without = []
    if hl7 := _installed("hl7"):
        readers["python-hl7, parse alone"] = lambda value: hl7.parse(value.decode())
    else:
        without.append("python-hl7: the package hl7 is not installed")
    if hl7kit := _installed("hl7kit"):
        readers["hl7kit (Rust), parse alone"] = hl7kit.parse
    else:
        without.append("hl7kit: not installed")
    return readers, without


def _installed(package: str) -> ModuleType | None:
    return importlib.import_module(package) if importlib.util.find_spec(package) else None


def in_turn(name: str, reader: Reader) -> Turn:
    """A reader's turn: seconds of processor time for one message."""

    def read_all(messages: list[bytes]) -> float:
        some = messages[:_HL7APY_EACH] if name.startswith("hl7apy") else messages
        gc.collect()  # so that nobody sweeps what another left behind
        began = process_time()
        for value in some:
            reader(value)
        return (process_time() - began) / len(some)

    return read_all


def _measured(turns: dict[str, Turn], rounds: list[list[bytes]]) -> dict[str, list[float]]:
    """Seconds for one message in each round; the first warms up."""
    measured: dict[str, list[float]] = {name: [] for name in turns}
    for number, messages in enumerate(rounds):
        for name, turn in turns.items():
            seconds = turn(messages)
            if number:
                measured[name].append(seconds)
    return measured


def _versions() -> str:
    found = []
    for name in ("hl7apy", "hl7", "hl7kit"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} not installed")
    return ", ".join(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
