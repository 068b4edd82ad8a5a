"""HAPI's FHIR server (R4) over a database in a folder."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

from tests.servers.java import hapi_class_path, java
from tests.servers.server import Server, free_port

HEAP_MEGABYTES = 700
ANSWER_SECONDS = 60


def fhir_server(folder: Path, *, check_references: bool = False) -> Server:
    """A FHIR server, not started yet; it takes client ids and conditional updates.

    With `check_references` it refuses (400) what points to a Patient or an Encounter that it does not hold.
    """
    temporary = folder / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    port = free_port()
    arguments = [str(port), str(folder / "data"), str(check_references).lower()]
    command = java(
        f"-Djava.io.tmpdir={temporary}",
        "FhirServer",
        *arguments,
        class_path=hapi_class_path(),
        heap_megabytes=HEAP_MEGABYTES,
    )
    base = f"http://127.0.0.1:{port}/fhir"
    return Server("fhir", base, folder, command, lambda: _answers(f"{base}/metadata"))


def _answers(url: str) -> bool:
    """Whether it says what it can; the first answer also warms it up."""
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
