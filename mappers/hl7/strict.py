"""The strict lane: hl7apy's judgement of a message, for conformance checks and for the diagnosis of a dead letter.

It knows every version's tables and takes milliseconds, so no traffic waits for it and nothing is read by it.
"""

from __future__ import annotations

import re
from typing import Any

from mappers.hl7.header import read_header
from mappers.hl7.message import Message, Segment, parse
from mappers.hl7.version import check_version
from mappers.refused import Refused

_OLDEST = (2, 3)
_SEGMENTS_MOST = 2000


def diagnosis(value: bytes) -> str | None:
    """The first place where hl7apy cannot follow a message, and why, without what is said there; None where it can."""
    try:
        message = parse(read_header(value)[1])
        check_version(message.segments[0])
    except Refused as error:
        return f"{error.fault.path}: {error.fault.reason}"
    return _first_refused(message)


def known_version(said: str) -> str:
    """The newest version hl7apy knows that is no newer than the one said, and not older than the segments we read."""
    from hl7apy import SUPPORTED_LIBRARIES

    found = re.match(r"\d+(\.\d+)*", said)
    wanted = max(_numbers(found[0]), _OLDEST) if found else _OLDEST
    known = sorted(_numbers(name) for name in SUPPORTED_LIBRARIES)
    return ".".join(map(str, [version for version in known if _OLDEST <= version <= wanted][-1]))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def encoding_characters(message: Message) -> dict[str, str]:
    """The separators as hl7apy names them; what a message does not use is given a character it does not have."""
    separators = message.segments[0].separators
    names = ("FIELD", "COMPONENT", "REPETITION", "ESCAPE", "SUBCOMPONENT")
    used = (separators.field, separators.component, separators.repetition, separators.escape, separators.subcomponent)
    spare = (chr(code) for code in range(1, 9))
    return {name: next(spare) if sign == "\r" else sign for name, sign in zip(names, used, strict=True)} | {
        "SEGMENT": "\r",
        "GROUP": "\r",
    }


def _first_refused(message: Message) -> str | None:
    header = message.segments[0]
    version = known_version(header.text(12))
    characters = encoding_characters(message)
    for segment in message.segments[1:_SEGMENTS_MOST]:
        reason = _refusal(segment, version, characters)
        if reason:
            return f"{segment.name}[{segment.place}]: {reason}"
    return None


def _refusal(segment: Segment, version: str, characters: dict[str, str]) -> str | None:
    """What hl7apy has against a segment, by the name of its objection alone, since its words hold the values."""
    try:
        parsed(segment, version, characters)
    except Exception as error:  # noqa: BLE001 - whatever a library of tables raises is its objection
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__).lower()
    return None


def parsed(segment: Segment, version: str, characters: dict[str, str]) -> Any:
    """A segment as hl7apy's tree."""
    from hl7apy.consts import VALIDATION_LEVEL
    from hl7apy.parser import parse_segment

    return parse_segment(segment.line, version, characters, VALIDATION_LEVEL.TOLERANT)
