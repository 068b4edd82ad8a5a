"""The shared corpus beside this checkout, where it is there: third-party messages, cut into single ones."""

from __future__ import annotations

import json
import re
from pathlib import Path

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"


def documents(path: Path) -> list[bytes]:
    """A file cut crudely into single messages or documents."""
    raw = path.read_bytes()
    if path.suffix == ".hl7":
        return [part for part in re.split(rb"(?m)(?<=[\r\n])(?=MSH\|)", raw) if part.strip()]
    if path.suffix == ".ndjson":
        return raw.splitlines()
    document = json.loads(raw)
    return [json.dumps(each).encode() for each in document] if isinstance(document, list) else [raw]
