"""Raw bytes into numbered lines, in bounded memory, whatever ends them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from listeners.packing import DamagedLogError

BOM = b"\xef\xbb\xbf"
START_BLOCK = b"\x0b"
END_BLOCK = b"\x1c"
_ENDINGS = re.compile(rb"\r\n|\r|\n|\x1c")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number from 1, its bytes, and what ended it (nothing at the end of the log).

    `framed` lines began with the start block of an MLLP frame; of `cut` lines only the first bytes
    are kept, because they were too long.
    """

    number: int
    text: bytes
    ending: bytes
    framed: bool = False
    cut: bool = False

    @property
    def blank(self) -> bool:
        """Nothing but white space."""
        return not self.text or self.text.isspace()

    def head(self, end: int) -> Line:
        """The line up to byte `end`."""
        return replace(self, text=self.text[:end], ending=b"")

    def tail(self, start: int) -> Line:
        """The line from byte `start` on."""
        return replace(self, text=self.text[start:], framed=False)


class Lines:
    """The lines of a log, one after the other; lines may be given back with `push`.

    Damage ends the lines; once the last of them is taken, `damage` says what it was.
    """

    def __init__(self, chunks: Iterable[bytes], bytes_most: int) -> None:
        self._fresh = _lines(chunks, bytes_most)
        self._back: list[Line] = []
        self._damage: str | None = None
        self.count = 0

    @property
    def damage(self) -> str | None:
        """Why the lines ended before the log did; None while there are more, or where nothing is wrong."""
        return None if self._back else self._damage

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        if self._back:
            return self._back.pop()
        try:
            line = next(self._fresh)
        except DamagedLogError as error:
            self._damage = str(error)
            raise StopIteration from error
        self.count = line.number
        return line

    def push(self, *lines: Line) -> None:
        """Give lines back; the first of them comes next."""
        self._back.extend(reversed(lines))


class _Gathered:
    """The bytes of the line being read, no more of them than `bytes_most`."""

    def __init__(self, bytes_most: int) -> None:
        self._most = bytes_most
        self._parts: list[bytes] = []
        self._bytes = 0
        self._number = 0

    def add(self, part: bytes) -> None:
        room = self._most - self._bytes
        if part and room > 0:
            self._parts.append(part[:room])
        self._bytes += len(part)

    def line(self, ending: bytes) -> Line:
        text = b"".join(self._parts).removeprefix(BOM)
        framed = text.startswith(START_BLOCK)
        cut = self._bytes > self._most
        self._parts, self._bytes = [], 0
        self._number += ending != END_BLOCK
        number = self._number + (ending == END_BLOCK)
        return Line(number, text.lstrip(START_BLOCK).removeprefix(BOM), ending, framed, cut)

    def __bool__(self) -> bool:
        return self._bytes > 0


def _lines(chunks: Iterable[bytes], bytes_most: int) -> Iterator[Line]:
    gathered = _Gathered(bytes_most)
    try:
        for chunk in _whole_endings(chunks):
            start = 0
            for ending in _ENDINGS.finditer(chunk):
                gathered.add(chunk[start : ending.start()])
                yield gathered.line(ending.group())
                start = ending.end()
            gathered.add(chunk[start:])
    except DamagedLogError:
        if gathered:
            yield gathered.line(b"")
        raise
    if gathered:
        yield gathered.line(b"")


def _whole_endings(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut so that no CRLF is torn apart."""
    held = b""
    for chunk in chunks:
        if not chunk:
            continue
        joined = held + chunk
        held = b"\r" if joined.endswith(b"\r") else b""
        yield joined.removesuffix(b"\r")
    yield held
