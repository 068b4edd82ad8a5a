"""What our ChargeItems are, in FHIR's own words: the profile and every extension it uses, as StructureDefinitions.

An EHR that refuses extensions it does not know loads these first.
"""

from __future__ import annotations

from importlib import resources
from typing import Any

import orjson

SHIPPED_CANONICAL = "https://hangtime.example/fhir"
PROFILE_NAME = "charge-item"


def structure_definitions(canonical: str = SHIPPED_CANONICAL) -> tuple[dict[str, Any], ...]:
    """The StructureDefinitions (FHIR R4) of a site whose urls hang on `canonical`, sorted by url."""
    folder = resources.files(__name__)
    files = (file for file in folder.iterdir() if file.name.endswith(".json"))
    read = (orjson.loads(file.read_bytes()) for file in files)
    return tuple(sorted((_moved(found, canonical) for found in read), key=lambda found: str(found["url"])))


def profile_url(canonical: str = SHIPPED_CANONICAL) -> str:
    """The url of the ChargeItem profile."""
    return f"{canonical}/{PROFILE_NAME}"


def _moved(said: Any, canonical: str) -> Any:
    """The same document with every url of ours hung on another base."""
    if isinstance(said, dict):
        return {name: _moved(value, canonical) for name, value in said.items()}
    if isinstance(said, list):
        return [_moved(value, canonical) for value in said]
    if isinstance(said, str) and said.startswith(f"{SHIPPED_CANONICAL}/"):
        return canonical + said.removeprefix(SHIPPED_CANONICAL)
    return said
