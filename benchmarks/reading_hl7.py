"""`python -m benchmarks.reading_hl7 [MESSAGES]`: RAS to facts beside its peers, on the same messages in one run.

Every round each of them reads every message once, in turn, so that all see the same machine; shown are the
medians of the rounds for one message, and the ratios to hl7apy's parse alone, called as its users call it.
MESSAGES is a file of them; without it they are made here, new ones for every round, no two of one patient.
"""

from __future__ import annotations

import importlib.util
import platform
import statistics
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message

from mappers.reading import ReadingSettings, read
from mappers.record import Record

Reader = Callable[[bytes], object]

_WRITTEN = datetime(2026, 3, 3, 17, tzinfo=UTC)  # as each record of a topic has it
_HL7APY = "hl7apy, parse alone"
_MESSAGES, _ROUNDS, _HL7APY_EACH = 60, 15, 10
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
    rounds = [stated * (_MESSAGES // len(stated)) if stated else _made(number) for number in range(_ROUNDS + 1)]
    readers = _readers()
    times = _measured(readers, rounds)
    print(f"Python {platform.python_version()} on {platform.machine()}, {platform.system()}; {_versions()}")
    print(f"{len(rounds[0])} messages, {_ROUNDS} rounds, medians for one message")
    slowest = times[_HL7APY]
    for name, seconds in sorted(times.items(), key=lambda one: one[1]):
        print(f"  {name:44} {seconds * 1e6:10.1f} us   hl7apy / this {slowest / seconds:8.1f}")
    return 0


def _made(round_: int) -> list[bytes]:
    segments, first = "\r".join(_SEGMENTS), 1000 + round_ * _MESSAGES
    numbers = range(first, first + _MESSAGES)
    return [segments.format(number=number, minute=f"{number * 7 % 60:02}").encode() for number in numbers]


def _readers() -> dict[str, Reader]:
    """What is measured: ours whole, the parse alone of peers that are installed, and a bare split."""
    settings = ReadingSettings(ZoneInfo("America/Chicago"))
    readers: dict[str, Reader] = {
        "hangtime, bytes to tellings": lambda value: read(Record("bench", 0, 0, value, _WRITTEN), settings),
        _HL7APY: lambda value: parse_message(value.decode()),
        "hl7apy, parse without finding groups": lambda value: parse_message(
            value.decode(), VALIDATION_LEVEL.TOLERANT, find_groups=False
        ),
        "split of segments and fields": lambda value: [line.split("|") for line in value.decode().split("\r")],
    }
    if importlib.util.find_spec("hl7"):
        import hl7

        readers["python-hl7, parse alone"] = lambda value: hl7.parse(value.decode())
    if importlib.util.find_spec("hl7kit"):
        import hl7kit

        readers["hl7kit (Rust), parse alone"] = hl7kit.parse
    return readers


def _measured(readers: dict[str, Reader], rounds: list[list[bytes]]) -> dict[str, float]:
    """Seconds for one message: the median of rounds in which the readers take turns."""
    measured: dict[str, list[float]] = {name: [] for name in readers}
    for number, messages in enumerate(rounds):
        for name, reader in readers.items():
            some = messages[:_HL7APY_EACH] if name.startswith("hl7apy") else messages
            began = process_time()
            for value in some:
                reader(value)
            if number:  # the first round warms up
                measured[name].append((process_time() - began) / len(some))
    return {name: statistics.median(taken) for name, taken in measured.items()}


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
