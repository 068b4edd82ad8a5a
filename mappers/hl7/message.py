"""HL7 v2 messages behind one small function: text in, plain segments out.

hl7apy judges whether the text is a message of its version. The cut into fields is ours, since hl7apy
loses the place of components that a version's datatype does not have; a test holds the two alike.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from mappers.refused import refused

CLEARED = '""'

_VERSION = re.compile(r"2\.\d(\.\d)?(?![\w.])")
_OLDEST = (2, 3)

Component = tuple[str, ...]
Repetition = tuple[Component, ...]
Field = tuple[Repetition, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment; `place` counts the segments of its name from 1, fields count from 1 as in the standard."""

    name: str
    place: int
    fields: tuple[Field, ...]

    def repetitions(self, number: int) -> Field:
        """The repetitions of a field; none where it is not there."""
        return self.fields[number - 1] if number <= len(self.fields) else ()

    def text(self, number: int, component: int = 1) -> str:
        """A component of a field's first repetition; empty where not stated or cleared."""
        repetitions = self.repetitions(number)
        return text_of(repetitions[0], component) if repetitions else ""

    def is_cleared(self, number: int) -> bool:
        """Whether the field says that it is now empty."""
        return self.repetitions(number) == (((CLEARED,),),)

    def path(self, number: int) -> str:
        """How a person finds the field: `PID-3`, `RXA[2]-3`."""
        return f"{self.name}-{number}" if self.name in {"MSH", "PID", "PV1"} else f"{self.name}[{self.place}]-{number}"


@dataclass(frozen=True, slots=True)
class Message:
    """The segments of a message in their order."""

    segments: tuple[Segment, ...]

    def first(self, name: str) -> Segment | None:
        """The first segment of a name."""
        return next((segment for segment in self.segments if segment.name == name), None)


@dataclass(frozen=True, slots=True)
class _Separators:
    field: str
    component: str
    repetition: str
    escape: str
    subcomponent: str


def text_of(repetition: Repetition, component: int, subcomponent: int = 1) -> str:
    """One value of a repetition; empty where not stated or cleared."""
    parts = repetition[component - 1] if component <= len(repetition) else ()
    value = parts[subcomponent - 1].strip() if subcomponent <= len(parts) else ""
    return "" if value == CLEARED else value


def parse(text: str) -> Message:
    """The message that ER7 text holds, at any of its line ends; raises Refused where hl7apy cannot read it."""
    lines = [line.strip() for line in re.split(r"[\r\n]+", text) if line.strip()]
    separators = _judge(lines)
    counts: Counter[str] = Counter()
    segments = []
    for line in lines:
        name = line[:3]
        counts[name] += 1
        segments.append(Segment(name, counts[name], _fields(line, separators)))
    return Message(tuple(segments))


def _judge(lines: list[str]) -> _Separators:
    """The separators of a message that hl7apy accepts."""
    from hl7apy.consts import VALIDATION_LEVEL
    from hl7apy.exceptions import HL7apyException
    from hl7apy.parser import get_message_info, parse_message

    text = "\r".join([_at_known_version(lines[0]), *lines[1:]])
    try:
        parse_message(text, validation_level=VALIDATION_LEVEL.TOLERANT, find_groups=False)
        characters = get_message_info(text)[0]
    except (HL7apyException, ValueError, LookupError, AttributeError, TypeError) as error:
        said = lines[0][3:8]
        raise refused("not an HL7 v2 message", "MSH", said, "a message that hl7apy can read") from error
    names = ("FIELD", "COMPONENT", "REPETITION", "ESCAPE", "SUBCOMPONENT")
    return _Separators(*(characters[name] for name in names))


def _at_known_version(header: str) -> str:
    """The header with the nearest version that hl7apy knows and that has the segments we read."""
    from hl7apy import SUPPORTED_LIBRARIES

    fields = header.split(header[3])
    said = fields[11].strip() if len(fields) > 11 else ""
    version = _VERSION.match(said)
    if version is None:
        raise refused("not a version", "MSH-12", said, "a version such as 2.5.1")
    known = sorted(_numbers(name) for name in SUPPORTED_LIBRARIES)
    lower = [name for name in known if _OLDEST <= name <= max(_numbers(version[0]), _OLDEST)]
    fields[11] = ".".join(str(number) for number in lower[-1])
    return header[3].join(fields)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def _fields(line: str, separators: _Separators) -> tuple[Field, ...]:
    texts = line.split(separators.field)[1:]
    if line.startswith("MSH"):
        literal = tuple((((text,),),) for text in (separators.field, texts[0]))
        return literal + tuple(_field(text, separators) for text in texts[1:])
    return tuple(_field(text, separators) for text in texts)


def _field(text: str, separators: _Separators) -> Field:
    if not text:
        return ()
    return tuple(
        tuple(
            tuple(_unescaped(part, separators) for part in component.split(separators.subcomponent))
            for component in repetition.split(separators.component)
        )
        for repetition in text.split(separators.repetition)
    )


def _unescaped(text: str, separators: _Separators) -> str:
    """The text with the separators and line breaks that it names by escapes; other escapes stay as they are."""
    if separators.escape not in text:
        return text
    meant = {
        "F": separators.field,
        "S": separators.component,
        "T": separators.subcomponent,
        "R": separators.repetition,
        "E": separators.escape,
        ".br": "\n",
    }
    sign = re.escape(separators.escape)
    return re.sub(rf"{sign}([FSTRE]|\.br){sign}", lambda match: meant[match[1]], text)
