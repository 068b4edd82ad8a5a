"""The version of a message: any of HL7 v2, which this reader takes alike."""

from __future__ import annotations

import re
from functools import lru_cache

from mappers.refused import refused

_CHARACTERS_MOST = 8
_VERSION = re.compile(r"2\.\d(\.\d)?(?![\w.])")


@lru_cache(maxsize=64)
def _is_version(said: str) -> bool:
    return bool(_VERSION.match(said))


def check_version(said: str) -> None:
    """Raise Refused where MSH-12 names no version of HL7 v2."""
    if not _is_version(said[:_CHARACTERS_MOST]):
        raise refused("not a version", "MSH-12", said, "a version such as 2.5.1")
