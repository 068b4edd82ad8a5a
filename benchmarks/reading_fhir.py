"""`python -m benchmarks.reading_fhir [DOCUMENTS]`: FHIR to facts beside its peers, on the same documents in one run.

Every round each of them reads every document once, in turn, so that all see the same machine; shown are the
medians of the rounds for one document, and the ratios to fhir.resources' validation alone, which is given what
is parsed already. DOCUMENTS are files of one resource each; without them those of `tests.fhir_samples`, of the
sample day and of a busy day (`benchmarks.fhir_day`) are read; those of the busy day are new in every round.
"""

from __future__ import annotations

import gc
import json
import platform
import statistics
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import orjson
from fhir.resources.R4B.medicationadministration import MedicationAdministration

from benchmarks import fhir_day
from mappers.fhir import elements
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from tests.fhir_samples import administration

Reader = Callable[[bytes], object]

_ROUNDS, _DOCUMENTS = 25, 40
_OURS, _JUDGE = "hangtime, bytes to tellings", "fhir.resources, validation alone"


def main(paths: Sequence[str]) -> int:
    """Measure and print; the machine and the versions stand above the figures."""
    print(f"Python {platform.python_version()} on {platform.machine()}, {platform.system()}; {_versions()}")
    for name, rounds in _sets(paths).items():
        documents = rounds[0]
        print(f"{name}: {len(documents)} documents of {len(documents[0])} bytes, {_ROUNDS} rounds, medians for one")
        times = _measured(rounds)
        slowest = times[_JUDGE]
        for reader, seconds in sorted(times.items(), key=lambda one: one[1]):
            print(f"  {reader:40} {seconds * 1e6:9.1f} us   {_JUDGE.partition(',')[0]} / this {slowest / seconds:7.1f}")
    return 0


def _sets(paths: Sequence[str]) -> dict[str, list[list[bytes]]]:
    """The documents of every round, the first of which warms up."""
    if paths:
        return {Path(path).name: _again([Path(path).read_bytes()] * _DOCUMENTS) for path in paths}
    log = Path(__file__).parents[1] / "examples" / "sample-day" / "logs" / "fhir.ndjson"
    lines = [
        line for line in log.read_bytes().splitlines() if b'"MedicationAdministration"' in line and line[-1:] == b"}"
    ]
    whole = [json.dumps(administration(id=f"a{number}")).encode() for number in range(_DOCUMENTS)]
    busy = [fhir_day.documents(_DOCUMENTS * 5, seed) for seed in range(_ROUNDS + 1)]
    return {"the sample day's": _again(lines[:_DOCUMENTS]), "every element": _again(whole), "a busy day's": busy}


def _again(documents: list[bytes]) -> list[list[bytes]]:
    return [documents] * (_ROUNDS + 1)


def _readers(documents: list[bytes]) -> dict[str, Reader]:
    """What is measured: ours whole, the validation alone, and the bare parse of two parsers."""
    settings = ReadingSettings(ZoneInfo("America/Chicago"))
    plain: dict[bytes, Any] = {value: json.loads(value) for value in documents}
    decoder = msgspec.json.Decoder(elements.MedicationAdministration)
    return {
        _OURS: lambda value: read(Record("bench", 0, 0, value), settings),
        _JUDGE: lambda value: MedicationAdministration.model_validate(plain[value]),
        "orjson, parse alone": orjson.loads,
        "msgspec, typed decoding alone": decoder.decode,
    }


def _measured(rounds: list[list[bytes]]) -> dict[str, float]:
    """Seconds for one document: the median of rounds in which the readers take turns."""
    readers = _readers([value for documents in rounds for value in documents])
    taken: dict[str, list[float]] = {name: [] for name in readers}
    gc.freeze()  # what is prepared here is not theirs to look through
    for number, documents in enumerate(rounds):
        for name, reader in readers.items():
            began = process_time()
            for value in documents:
                reader(value)
            if number:  # the first round warms up
                taken[name].append((process_time() - began) / len(documents))
    return {name: statistics.median(times) for name, times in taken.items()}


def _versions() -> str:
    return ", ".join(f"{name} {version(name)}" for name in ("fhir.resources", "msgspec", "orjson"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
