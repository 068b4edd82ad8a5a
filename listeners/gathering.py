"""The bytes of one record of a log, gathered line by line within a bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from listeners.lines import END_BLOCK, Line
from mappers.telling import Fault

SAID_CHARACTERS_MOST = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """The bytes of one record and the line they start on; `fault` says why they are none."""

    raw: bytes
    line: int
    fault: Fault | None = None


class Gathering:
    """The lines of one piece; beyond the bound they are passed over, and the piece is a fault."""

    def __init__(self, bytes_most: int) -> None:
        self._most = bytes_most
        self._bytes = 0
        self.lines: list[Line] = []
        self.overlong = False

    def add(self, line: Line) -> None:
        """Take one more line."""
        self._bytes += len(line.text) + len(line.ending)
        self.overlong = self.overlong or line.cut or self._bytes > self._most
        if not (self.overlong and self.lines):
            self.lines.append(line)

    def drop_from(self, is_next: Callable[[Line], bool]) -> list[Line]:
        """Take out everything from the first line, after the very first, that belongs to what comes next."""
        places = (place for place, line in enumerate(self.lines) if place and is_next(line))
        place = next(places, len(self.lines))
        self.lines, dropped = self.lines[:place], self.lines[place:]
        return dropped

    def piece(self) -> Piece:
        """What was gathered, as one record, unless it is too long to be one."""
        return self.fault() if self.overlong else Piece(self._raw(), self.lines[0].number)

    def fault(self, reason: str = "", wanted: str = "") -> Piece:
        """What was gathered, as something that is no record."""
        raw, line = self._raw(), self.lines[0].number
        if self.overlong:
            reason, wanted = "a record too long to be one", f"at most {self._most} bytes; only its first are kept"
        return Piece(raw, line, line_fault(reason, line, raw, wanted))

    def _raw(self) -> bytes:
        return b"".join(line.text + line.ending for line in self.lines).rstrip(b"\r\n" + END_BLOCK)


def line_fault(reason: str, line: int, raw: bytes, wanted: str) -> Fault:
    """A fault on a line of a log, with the beginning of what stands there."""
    said = raw[: 4 * SAID_CHARACTERS_MOST].decode("utf-8", "replace").replace("\0", "\ufffd")
    return Fault(reason, f"line {line}", said[:SAID_CHARACTERS_MOST], wanted)
