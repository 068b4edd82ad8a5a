"""The version of a message: any of HL7 v2, which this reader takes alike."""

from __future__ import annotations

import re
from functools import lru_cache

from mappers.hl7.message import Segment
from mappers.hl7.separators import Separators
from mappers.refused import refused

_CHARACTERS_MOST = 8
_VERSION = re.compile(r"2\.\d(\.\d)?(?![\w.])")


def check_version(header: Segment) -> None:
    """Raise Refused where MSH-12 names no version of HL7 v2."""
    raw = header.fields()[12]
    if not (_kept if len(raw) <= _CHARACTERS_MOST else _is_version)(raw, header.separators):
        raise refused("not a version", "MSH-12", header.text(12), "a version such as 2.5.1")


def _is_version(raw: str, separators: Separators) -> bool:
    return bool(_VERSION.match(separators.value(raw)[:_CHARACTERS_MOST]))


_kept = lru_cache(maxsize=64)(_is_version)
