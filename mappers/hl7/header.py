"""The header of an HL7 v2 message: enough of MSH to know what the rest is and how to decode it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from mappers.refused import refused

_ESCAPE = b"\x1b"
_UTF_8 = "utf-8"
_CHARACTER_SETS = {
    "": _UTF_8,
    "ASCII": _UTF_8,
    "UNICODE": _UTF_8,
    "UTF-8": _UTF_8,
    "UNICODE UTF-8": _UTF_8,
    **{f"8859/{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
    "GB 18030-2000": "gb18030",
    "KS X 1001": "euc_kr",
    "BIG-5": "big5",
    "ISO IR6": _UTF_8,
    "ISO IR14": "iso2022_jp",
    "ISO IR87": "iso2022_jp",
    "ISO IR159": "iso2022_jp_1",
}
_SPELLINGS = str.maketrans("_-", "  ")
_BY_SPELLING = {name.translate(_SPELLINGS): codec for name, codec in _CHARACTER_SETS.items()} | {
    f"ISO 8859 {part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)
}
_TYPE = re.compile(r"[A-Z]{3}")
_EVENT = re.compile(r"[A-Z][A-Z0-9]{2}")
_KIND_CHARACTERS_MOST = 40
_KEPT_CHARACTERS_MOST = 80
_ENCODING_CHARACTERS = 5
_FIELDS_MOST = 24
_CHARACTER_SETS_MOST = 8
_NO_FIELDS = ("",) * 28  # up to the last that is read of any segment but PV1


class Header:
    """What MSH says of its message: the kind for counting, the fields by number, at least up to the last we read."""

    __slots__ = ("fields",)

    def __init__(self, fields: list[str]) -> None:
        self.fields = fields

    def text(self, number: int) -> str:
        """Field `number` of MSH as it was sent; empty where it is not there."""
        return self.fields[number].strip()

    def kind_and_sender(self) -> tuple[str, str]:
        """The message type and event of MSH-9, such as `ADT^A08`, and the application that sent it, MSH-3.

        Raises Refused where MSH-9 holds neither.
        """
        kind, sender = self.fields[9], self.fields[3]
        find = _kept_kind if len(kind) + len(sender) <= _KEPT_CHARACTERS_MOST else _kind_and_sender
        kind, sender = find(kind, sender, self.fields[2][:_ENCODING_CHARACTERS])
        if not kind:
            raise refused("not a message type", "MSH-9", self.text(9), "a message type and event such as RAS^O17")
        return kind, sender


def _kind_and_sender(kind: str, sender: str, encoding: str) -> tuple[str, str]:
    component = encoding.strip()[:1] or "^"
    return _kind(kind.strip(), component), sender.strip().partition(component)[0].strip()


_kept_kind = lru_cache(maxsize=512)(_kind_and_sender)  # a site has few senders, and each of them few kinds


def _kind(said: str, component: str) -> str:
    """The type and event; empty where it says none."""
    kind, _, rest = said.partition(component)
    event = rest.partition(component)[0]
    if len(said) > _KIND_CHARACTERS_MOST or not _TYPE.fullmatch(kind) or (event and not _EVENT.fullmatch(event)):
        return ""
    return f"{kind}^{event}" if event else kind


def character_sets() -> Iterator[tuple[str, str]]:
    """The names that MSH-18 may hold, and the codec each is read with."""
    yield from _CHARACTER_SETS.items()


def read_header(value: bytes) -> tuple[Header, str]:
    """The header of a message and its text, decoded; raises Refused where there is no header or no character set.

    Decoding comes before cutting: double-byte text may hold the bytes of our separators.
    """
    plain = value.isascii() and _ESCAPE not in value
    text = value.decode("ascii" if plain else "latin-1")
    header = _header(text)
    return header, text if plain else _decoded(value, header)


def _header(text: str) -> Header:
    separator = text[3:4]
    if separator != "|" and (not separator or separator.isalnum() or separator.isspace() or not separator.isascii()):
        said = separator.encode("ascii", "replace").decode()
        raise refused("no header", "MSH-1", said, "a field separator")
    end = text.find("\r")
    line = text[:end] if end >= 0 else text
    if "\n" in line:
        line = line[: line.index("\n")]
    fields = line.split(separator, _FIELDS_MOST)
    fields.insert(1, separator)
    fields += _NO_FIELDS[len(fields) :]
    return Header(fields)


def _decoded(value: bytes, header: Header) -> str:
    """The text in the character set that MSH-18 names, UTF-8 if it names none."""
    try:
        return value.decode(_codec(value, header))
    except UnicodeDecodeError as error:
        raise refused("cannot be decoded", "MSH-18", header.text(18), "the character set that is used") from error


def _codec(value: bytes, header: Header) -> str:
    said = header.text(18)
    names = said.split(header.text(2)[1:2] or "~", _CHARACTER_SETS_MOST)
    codecs = [_BY_SPELLING.get(name.strip().upper().translate(_SPELLINGS)) for name in names]
    shifted = next((codec for codec in codecs if codec and codec.startswith("iso2022")), None)
    if shifted:
        return shifted if _ESCAPE in value else _UTF_8
    if codecs[0] is None:
        wanted = "one of " + ", ".join(name for name in _CHARACTER_SETS if name)
        raise refused("unknown character set", "MSH-18", said, wanted)
    return codecs[0]
