"""The header of an HL7 v2 message: enough of MSH to know what the rest is and how to decode it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mappers.refused import refused

_ESCAPE = b"\x1b"
_CHARACTER_SETS = {
    "": "utf-8",
    "ASCII": "utf-8",
    "UNICODE": "utf-8",
    "UTF-8": "utf-8",
    "UNICODE UTF-8": "utf-8",
    **{f"8859/{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
    "GB 18030-2000": "gb18030",
    "KS X 1001": "euc_kr",
    "BIG-5": "big5",
    "ISO IR14": "iso2022_jp",
    "ISO IR87": "iso2022_jp",
    "ISO IR159": "iso2022_jp_1",
}
_TYPE = re.compile(r"[A-Z]{3}")
_EVENT = re.compile(r"[A-Z][A-Z0-9]{2}")


@dataclass(frozen=True, slots=True)
class Header:
    """What MSH says of its message: the kind for counting, the fields by number."""

    fields: tuple[bytes, ...]

    def text(self, number: int) -> str:
        """Field `number` of MSH as plain text; empty where it is not there."""
        return self.fields[number].decode("ascii", "replace").strip() if number < len(self.fields) else ""

    def kind(self) -> str:
        """The message type and event of MSH-9, such as `ADT^A08`; raises Refused where it is neither."""
        said = self.text(9)
        parts = said.split(self.text(2)[:1] or "^")
        event = parts[1] if len(parts) > 1 else ""
        if not _TYPE.fullmatch(parts[0]) or (event and not _EVENT.fullmatch(event)):
            raise refused("not a message type", "MSH-9", said, "a message type and event such as RAS^O17")
        return f"{parts[0]}^{event}" if event else parts[0]


def read_header(value: bytes) -> Header:
    """The header of a message; raises Refused where there is none."""
    separator = value[3:4]
    if not separator or separator.isalnum() or separator.isspace():
        raise refused("no header", "MSH-1", separator.decode("ascii", "replace"), "a field separator")
    line = re.split(rb"[\r\n]", value, maxsplit=1)[0]
    return Header((b"MSH", separator, *line.split(separator)[1:]))


def decode(value: bytes, header: Header) -> str:
    """The text of a message in the character set that MSH-18 names, UTF-8 if it names none.

    Decoding comes before cutting: double-byte text may hold the bytes of our separators.
    """
    try:
        return value.decode(_codec(value, header))
    except UnicodeDecodeError as error:
        raise refused("cannot be decoded", "MSH-18", header.text(18), "the character set that is used") from error


def _codec(value: bytes, header: Header) -> str:
    repetition = header.text(2)[1:2] or "~"
    names = [name.strip() for name in header.text(18).split(repetition)]
    codecs = [_CHARACTER_SETS.get(name.upper()) for name in names]
    shifted = next((codec for codec in codecs if codec and codec.startswith("iso2022")), None)
    if shifted:
        return shifted if _ESCAPE in value else "utf-8"
    if codecs[0] is None:
        if value.isascii():
            return "ascii"
        wanted = "one of " + ", ".join(name for name in _CHARACTER_SETS if name)
        raise refused("unknown character set", "MSH-18", header.text(18), wanted)
    return codecs[0]
