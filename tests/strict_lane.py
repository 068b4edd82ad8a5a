"""The strict lane as an oracle: the same mapper, fed with the cut that hl7apy makes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import hl7apy

from mappers.hl7 import reading
from mappers.hl7.message import Message, Segment, parse
from mappers.hl7.separators import Separators
from mappers.hl7.strict import encoding_characters, known_version, parsed
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from mappers.telling import Item

SETTINGS = ReadingSettings(ZoneInfo("America/Chicago"))


class CannotReadError(Exception):
    """hl7apy has no answer for a segment."""


def fast_items(value: bytes) -> tuple[Item, ...]:
    """What the fast lane reads."""
    return read(Record("oracle", 0, 0, value), SETTINGS).items


def strict_items(value: bytes) -> tuple[Item, ...]:
    """What the mapper makes of hl7apy's cut; raises CannotReadError where hl7apy makes none."""
    library = lru_cache(maxsize=None)(hl7apy.load_library)
    with patch.object(reading, "parse", _strictly_parsed), patch.object(hl7apy, "load_library", library):
        return fast_items(value)


def _strictly_parsed(text: str, moved: Mapping[str, Mapping[int, int]]) -> Message:
    ours = parse(text)
    header = ours.segments[0]
    version, characters = known_version(header.text(12)), encoding_characters(ours)
    lines = [_cut(each, version, tuple(sorted(characters.items()))) for each in ours.segments[1:]]
    return parse("\r".join([header.line, *lines]), moved)


def _cut(segment: Segment, version: str, characters: tuple[tuple[str, str], ...]) -> str:
    return _recut(segment.line, segment.name, version, characters, segment.separators)


@lru_cache(maxsize=50_000)
def _recut(
    line: str, name: str, version: str, characters: tuple[tuple[str, str], ...], separators: Separators
) -> str:
    """A segment written again from hl7apy's tree: each field at the number hl7apy gives it."""
    try:
        tree = parsed(Segment(name, 1, line, separators), version, dict(characters))
        fields = _fields(tree, dict(characters))
    except Exception as error:
        raise CannotReadError(type(error).__name__) from error
    last = max(fields, default=0)
    return separators.field.join(
        [name, *(separators.repetition.join(fields.get(number, [""])) for number in range(1, last + 1))]
    )


def _fields(tree: Any, characters: dict[str, str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for place, field in enumerate(tree.children):
        number = int(field.name.rpartition("_")[2]) if field.name else place
        found.setdefault(number, []).append(field.to_er7(characters))
    return found
