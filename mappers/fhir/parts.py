"""Parts of a resource that come again and again, by their bytes: read once, and kept.

Bytes tell 1500 from 1500.00, which are equal once they are read, so that an amount stays as it was written.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from mappers.fhir.resource import decode, not_valid
from mappers.fhir.values import Surroundings, nowhere
from mappers.profile import Profile

Made = TypeVar("Made")

KEPT_BYTES_MOST = 2048
_PARTS_MOST = 2048


def part(said: bytes, decoder: msgspec.json.Decoder[Made], path: str) -> Made:
    """The element that the bytes at a path hold; raises Refused where they hold another."""
    try:
        return decoder.decode(said)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise not_valid(decode(said), path, str(error)) from None


def kept(read: Callable[[bytes, Profile], Made]) -> Callable[[msgspec.Raw, Profile], Made]:
    """The same reading of a part, with the last ones kept; what is uncommonly long is not."""
    keeping: Any = lru_cache(maxsize=_PARTS_MOST)(read)

    def known(stated: msgspec.Raw, profile: Profile) -> Made:
        said = bytes(stated)
        made: Made = (keeping if len(said) <= KEPT_BYTES_MOST else read)(said, profile)
        return made

    return known


def kept_alone(read: Callable[[bytes, Surroundings], Made]) -> Callable[[msgspec.Raw, Surroundings], Made]:
    """The same reading of a part that refers to other resources, kept where no Bundle is around it."""

    def of_itself(said: bytes, profile: Profile) -> Made:
        return read(said, nowhere(profile))

    keeping = kept(of_itself)

    def known(stated: msgspec.Raw, surroundings: Surroundings) -> Made:
        return read(bytes(stated), surroundings) if surroundings.neighbours else keeping(stated, surroundings.profile)

    return known
