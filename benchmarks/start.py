"""What each command takes from its first instruction to its last with next to nothing to do: a fresh process each."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter

from benchmarks.measured import Measured

ALLOWED_SECONDS = 1.5
REPEATS = 5
LINES = 6
ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "examples" / "sample-day"
SITE = ("--site", str(SAMPLE / "site.toml"))
NOTHING_TO_LISTEN_TO = 2


def starts() -> Iterator[Measured]:
    """Wall and processor time of every command, medians, beside what one may take."""
    with tempfile.TemporaryDirectory(prefix="hangtime-start-") as name:
        folder = Path(name)
        environment = _environment(folder)
        for command, arguments in _commands(folder, environment).items():
            _run(arguments, environment)
            runs = [_run(arguments, environment) for _ in range(REPEATS)]
            for clock, seconds in zip(("wall", "processor"), zip(*runs, strict=True), strict=True):
                middle = statistics.median(seconds)
                yield Measured(f"start: {command}, {clock}", middle, "what is allowed", ALLOWED_SECONDS)


def _environment(folder: Path) -> Mapping[str, str]:
    """Ours, with bytecode kept as an installation keeps it, wherever this checkout's may be."""
    ours = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return ours | {"PYTHONPYCACHEPREFIX": str(folder / "bytecode")}


def _commands(folder: Path, environment: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Every command with a few records, or a ledger that holds them."""
    log, out = folder / "few.ndjson", folder / "out"
    log.write_bytes(b"".join((SAMPLE / "logs" / "fhir.ndjson").read_bytes().splitlines(keepends=True)[:LINES]))
    ledger = ("--ledger", f"sqlite:///{folder / 'ledger.db'}")
    _run(("replay", str(log), *SITE, "--out", str(out), *ledger), environment)
    visit = json.loads((out / "not-billed.ndjson").read_text(encoding="utf-8").splitlines()[0])["visit"]
    return {
        "--help": ("--help",),
        "replay LOG": ("replay", str(log), *SITE, "--out", str(out)),
        "code CASE": ("code", str(ROOT / "examples" / "one_visit.yaml")),
        "code LOG": ("code", str(log), *SITE),
        "explain VISIT": ("explain", visit, *SITE, *ledger),
        "rulebook": ("rulebook",),
        "check": ("check", *SITE),
        "answer --export": ("answer", "--export", os.devnull, *SITE, *ledger),
        "dead-letters list": ("dead-letters", "list", *SITE, *ledger),
        "serve, with nothing to listen to": ("serve", *SITE),
    }


def _run(arguments: tuple[str, ...], environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds on the wall, and of the processor."""
    before, began = _processor(), perf_counter()
    ended = subprocess.run(
        [sys.executable, "-m", "console.cli", *arguments], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    took = perf_counter() - began
    if ended.returncode != (NOTHING_TO_LISTEN_TO if arguments[0] == "serve" else 0):
        raise RuntimeError(f"hangtime {' '.join(arguments)}: {ended.stderr.decode(errors='replace')}")
    return took, _processor() - before


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
