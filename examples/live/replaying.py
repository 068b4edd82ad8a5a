"""What `hangtime replay` makes of logs: the charges everything else is held against, and its counts."""

from __future__ import annotations

import subprocess
from base64 import b64decode
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from console.posting.counts import Counts, Fates
from examples.live.serving import HANGTIME

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Replayed:
    """The charges in force, the raw bytes of what was refused, and the summary of a replay."""

    charges: tuple[Item, ...]
    refused: frozenset[bytes]
    summary: Mapping[str, Any]

    def counts(self) -> Counts:
        """What became of the records, as the summary tells it."""
        return Counts(
            _fates(self.summary["records"], self.summary["ignored"]),
            _fates(self.summary["items"], self.summary["ignored_items"]),
            self.summary["repeats"],
        )


def replay(logs: Path, site_file: Path, out: Path) -> Replayed:
    """Replay the logs with a site's file into a folder."""
    command = [*HANGTIME, "replay", str(logs), "--site", str(site_file), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"hangtime replay ended with exit code {done.returncode}:\n{done.stderr}")
    refused = frozenset(b64decode(letter["raw"]) for letter in _lines(out / "dead-letters.ndjson"))
    return Replayed(_lines(out / "charge-items.ndjson"), refused, orjson.loads((out / "summary.json").read_bytes()))


def _lines(path: Path) -> tuple[Item, ...]:
    return tuple(map(orjson.loads, path.read_bytes().splitlines()))


def _fates(said: Mapping[str, int], ignored: Mapping[str, int]) -> Fates:
    return Fates(said["mapped"], Counter(ignored), said["dead_letters"])
