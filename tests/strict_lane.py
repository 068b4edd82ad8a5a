"""The strict lane as an oracle: the same mapper, fed with the cut that hl7apy makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import hl7apy
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_field

from mappers.hl7 import reading
from mappers.hl7.message import Message, Segment, parse
from mappers.hl7.strict import encoding_characters, known_version, parsed
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from mappers.telling import Item

Characters = tuple[tuple[str, str], ...]
_DIGITS_ALIKE = str.maketrans("023456789", "111111111")
_LIBRARY = lru_cache(maxsize=None)(hl7apy.load_library)
SETTINGS = ReadingSettings(ZoneInfo("America/Chicago"))


class CannotReadError(Exception):
    """hl7apy has no answer for a segment."""


def fast_items(value: bytes) -> tuple[Item, ...]:
    """What the fast lane reads."""
    return read(Record("oracle", 0, 0, value), SETTINGS).items


def strict_items(value: bytes, *, whole_segments: bool = True) -> tuple[Item, ...]:
    """What the mapper makes of hl7apy's cut; raises CannotReadError where hl7apy makes none.

    With `whole_segments` hl7apy is given segments, else one repetition of a field at a time, which it need
    not be asked twice for and so takes a tenth of the time.
    """
    recut = _recut_segment if whole_segments else _recut_fields

    def strictly_parsed(text: str, moved: Mapping[str, Mapping[int, int]]) -> Message:
        ours = parse(text)
        header = ours.segments[0]
        characters = tuple(sorted(encoding_characters(ours).items()))
        version = known_version(header.text(12))
        return parse("\r".join([header.line, *(recut(each, version, characters) for each in ours.segments[1:])]), moved)

    with patch.object(reading, "parse", strictly_parsed), library_kept():
        return fast_items(value)


def _recut_segment(segment: Segment, version: str, characters: Characters) -> str:
    """A segment written again from hl7apy's tree: each field at the number hl7apy gives it."""
    try:
        tree = parsed(segment, version, dict(characters))
        fields = _fields(tree, dict(characters))
    except Exception as error:
        raise CannotReadError(type(error).__name__) from error
    separators = segment.separators
    last = max(fields, default=0)
    return separators.field.join(
        [segment.name, *(separators.repetition.join(fields.get(number, [""])) for number in range(1, last + 1))]
    )


def _fields(tree: Any, characters: dict[str, str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for place, field in enumerate(tree.children):
        number = int(field.name.rpartition("_")[2]) if field.name else place
        found.setdefault(number, []).append(field.to_er7(characters))
    return found


def _recut_fields(segment: Segment, version: str, characters: Characters) -> str:
    """A segment whose every repetition of a field is written again from hl7apy's tree of it."""
    separators = segment.separators
    name, *fields = segment.line.split(separators.field)
    recut = [
        separators.repetition.join(
            _recut_repetition(each, f"{name}_{number}", version, characters)
            for each in field.split(separators.repetition)
        )
        if field
        else ""
        for number, field in enumerate(fields, start=1)
    ]
    return separators.field.join([name, *recut])


def _recut_repetition(text: str, name: str, version: str, characters: Characters) -> str:
    """A repetition as hl7apy has it.

    What hl7apy leaves as it is with every digit made the same it leaves as it is: it cuts at separators, and
    checks no value. Anything else it is asked about with its own digits.
    """
    alike = text.translate(_DIGITS_ALIKE)
    return text if _asked(alike, name, version, characters) == alike else _asked(text, name, version, characters)


@lru_cache(maxsize=50_000)
def _asked(text: str, name: str, version: str, characters: Characters) -> str:
    if not text:
        return ""
    try:
        field = parse_field(text, name, version, dict(characters), VALIDATION_LEVEL.TOLERANT, force_varies=True)
        return str(field.to_er7(dict(characters)))
    except Exception as error:
        raise CannotReadError(type(error).__name__) from error


@contextmanager
def library_kept() -> Iterator[None]:
    """hl7apy with the tables of a version found once, and not at each field anew."""
    with patch.object(hl7apy, "load_library", _LIBRARY):
        yield
