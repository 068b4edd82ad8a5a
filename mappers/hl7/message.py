"""HL7 v2 messages, lazily: text into lines at once, a line into fields when one of them is asked for.

The structure of a message (what belongs to which order) is derived by `mappers.hl7.orders` from the
order of the segments alone, so no message type and no version has to be known here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from mappers.hl7.separators import CLEARED, Separators, separators_of

_FIELDS_MOST = 80  # no segment we read has more; what stands beyond is never cut
_NO_FIELDS = ("",) * 100  # more than any number that a profile may name
_NO_VISIT, _NO_FEW = _NO_FIELDS[:51], _NO_FIELDS[:28]  # up to PV1-50, and up to RXA-27
REPETITIONS_MOST = 200
_LINE_ENDS = re.compile(r"[\r\n]+")
_ONLY_ONE = frozenset({"MSH", "EVN", "PID", "PV1", "PV2"})
_NOWHERE: Mapping[str, Mapping[int, int]] = MappingProxyType({})


class Segment:
    """One segment; `place` counts the segments of its name from 1, fields count from 1 as in the standard."""

    __slots__ = ("_fields", "_moved", "line", "name", "place", "separators")

    def __init__(self, name: str, place: int, line: str, separators: Separators) -> None:
        self.name = name
        self.place = place
        self.line = line
        self.separators = separators
        self._moved: Mapping[int, int] | None = None
        self._fields: list[str] | None = None

    def fields(self) -> list[str]:
        """Every field as it was sent, by its number, and at least up to the last that is read of its segment.

        A sender's profile says which field stands elsewhere.
        """
        return self._fields or self._cut()

    def raw(self, number: int) -> str:
        """A field as it was sent; empty where it is not there."""
        fields = self._fields or self._cut()
        return fields[number] if number < len(fields) else ""

    def text(self, number: int, component: int = 1, subcomponent: int = 1) -> str:
        """A value of a field's first repetition; empty where not stated or cleared."""
        try:
            raw = (self._fields or self._cut())[number]
        except IndexError:
            return ""
        if not raw or raw.isalnum():
            return raw if component == subcomponent == 1 else ""
        return self.separators.value(raw, component, subcomponent)

    def repetitions(self, number: int) -> list[str]:
        """The repetitions of a field, as many as can mean anything; none where it is not there."""
        raw = self.raw(number)
        return raw.split(self.separators.repetition, REPETITIONS_MOST)[:REPETITIONS_MOST] if raw else []

    def take(self, fields: list[str]) -> None:
        """Fields that are cut already, up to the last that is read."""
        self._fields = fields

    def move(self, places: Mapping[int, int]) -> None:
        """Take fields from where the sender puts them."""
        self._moved = places
        self._fields = None

    def is_cleared(self, number: int) -> bool:
        """Whether the field says that it is now empty."""
        return self.raw(number).strip() == CLEARED

    def path(self, number: int) -> str:
        """How a person finds the field: `PID-3`, `RXA[2]-3`."""
        if self._moved:
            number = self._moved.get(number, number)
        return f"{self.name}-{number}" if self.name in _ONLY_ONE else f"{self.name}[{self.place}]-{number}"

    def _cut(self) -> list[str]:
        separators, name = self.separators, self.name
        fields = self._fields = self.line.split(separators.field, _FIELDS_MOST)
        if name == "MSH":
            fields.insert(1, separators.field)
        if self._moved is None:
            fields += (_NO_VISIT if name == "PV1" else _NO_FEW)[len(fields) :]
            return fields
        fields += _NO_FIELDS[len(fields) :]
        sent = {number: fields[place] for number, place in self._moved.items()}
        for number, raw in sent.items():
            fields[number] = raw
        return fields


class Message:
    """The segments of a message in their order, and how many there are of each name."""

    __slots__ = ("_counts", "segments")

    def __init__(self, segments: list[Segment], counts: dict[str, int]) -> None:
        self.segments = segments
        self._counts = counts

    def count(self, name: str) -> int:
        """How many segments have a name."""
        return self._counts.get(name, 0)

    def first(self, name: str) -> Segment | None:
        """The first segment of a name."""
        if name in self._counts:
            for segment in self.segments:
                if segment.name == name:
                    return segment
        return None

    def has_any(self, names: frozenset[str]) -> bool:
        """Whether there is a segment of any of these names."""
        return not names.isdisjoint(self._counts)

    def every(self, name: str) -> list[Segment]:
        """Every segment of a name, in the order of the message."""
        return [segment for segment in self.segments if segment.name == name] if name in self._counts else []


def parse(text: str, moved: Mapping[str, Mapping[int, int]] = _NOWHERE) -> Message:
    """The message that ER7 text holds, at any of its line ends; raises Refused where MSH-2 tells nothing apart.

    `moved` says by segment where a sender puts a field. A line that is no segment belongs to nothing.
    """
    lines = _LINE_ENDS.split(text) if "\n" in text else text.split("\r")
    field = text[3]
    end = lines[0].find(field, 4)
    separators = separators_of(field, (lines[0][4:end] if end >= 0 else lines[0][4:]).strip())
    segments: list[Segment] = []
    counts: dict[str, int] = {}
    for line in lines:
        if line.find(field) != 3:
            line = line.strip()  # noqa: PLW2901 - a sender's blanks before a segment's name are none of it
            if len(line) < 3 or (line[3:4] or field) != field:
                continue
        name = line[:3]
        place = counts[name] = counts.get(name, 0) + 1
        segments.append(Segment(name, place, line, separators))
    if moved:
        for segment in segments:
            if segment.name in moved:
                segment.move(moved[segment.name])
    return Message(segments, counts)
