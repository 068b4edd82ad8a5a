"""Identifiers in HL7 v2: CX fields, each a value and the authority that gave it."""

from __future__ import annotations

from functools import lru_cache

from coder.facts import Reference
from mappers.hl7.separators import Separators

_KEPT_CHARACTERS_MOST = 200
_COMPONENTS_MOST = 5


def identifier(raw: str, separators: Separators) -> Reference | None:
    """The identifier of a CX field's first repetition, as it was sent; None where it holds none."""
    if not raw:
        return None
    if separators.repetition in raw:
        raw = raw[: raw.index(separators.repetition)]
    parts = raw.split(separators.component, _COMPONENTS_MOST)
    value = parts[0]
    if not value.isalnum():
        value = separators.plain(value)
        if not value:
            return None
    said = parts[3] if len(parts) > 3 else ""
    return Reference(None, (_kept if len(said) <= _KEPT_CHARACTERS_MOST else _authority)(said, separators), value)


def _authority(said: str, separators: Separators) -> str | None:
    """Who assigned the identifier: its OID as FHIR writes it, which both feeds then share, else its name."""
    name = separators.plain(said)
    if separators.subcomponent not in said:
        return name or None
    universal, kind = separators.plain(said, 2), separators.plain(said, 3)
    return f"urn:oid:{universal}" if universal and kind == "ISO" else name or universal or None


_kept = lru_cache(maxsize=1024)(_authority)
