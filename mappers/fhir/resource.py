"""A FHIR JSON document: its bytes, the typed elements they hold, and, where one asks, its plain values.

Decoding judges the elements we read, and the names of those we do not; fhir.resources, which knows the whole
standard, is the strict lane (`mappers.fhir.strict`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

import msgspec
import orjson

from mappers.fhir.datatypes import Element, Resource
from mappers.fhir.element_names import ELEMENTS
from mappers.refused import Refused, refused

Plain = Mapping[str, Any]
AnyElement = TypeVar("AnyElement", bound=Element)
AnyStruct = TypeVar("AnyStruct", bound=msgspec.Struct)

NOT_VALID = "not valid FHIR"
WANTED = "one FHIR resource as a JSON object"
_REQUIRED = re.compile(r"Object missing required field `(\w+)`")
_EXPECTED = re.compile(r"Expected `([^`]+)`")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_CALLED = {
    "str": "a text",
    "int": "a whole number",
    "decimal": "a number",
    "bool": "true or false",
    "object": "an object",
    "array": "a list",
}


@dataclass(slots=True)
class Document:
    """One resource: its bytes, and what they say as plain values, which are read for names and never for amounts.

    `typed` is the resource whole where one pass could read it (`mappers.fhir.one_pass`); its plain values are
    then decoded only if something asks for them.
    """

    raw: bytes | msgspec.Raw
    stated: Plain | None = None
    typed: Resource | None = None
    _contained: dict[str, Document] | None = field(default=None, init=False)

    @property
    def plain(self) -> Plain:
        """The plain values."""
        if self.stated is None:
            decoded = decode(self.raw)
            if not isinstance(decoded, dict):
                raise refused("not a resource", "document", "", WANTED)
            self.stated = decoded
        return self.stated

    @property
    def kind(self) -> object:
        """The type of the resource; whatever else stands in its place."""
        return type(self.typed).__name__ if self.typed is not None else self.plain.get("resourceType")

    @property
    def holding(self) -> bool:
        """Whether it contains other resources."""
        return bool(self.typed.contained if self.typed is not None else self.plain.get("contained"))

    def contained(self, name: str) -> Document | None:
        """The contained resource of this id."""
        if self._contained is None:
            self._contained = dict(reversed([*self._named()]))
        return self._contained.get(name)

    def _named(self) -> Iterator[tuple[str, Document]]:
        stated = self.plain.get("contained") or ()
        for raw, plain in zip(self._cut(_Holding).contained if stated else (), stated, strict=True):
            name = plain.get("id") if isinstance(plain, dict) else None
            if isinstance(name, str):
                yield name, Document(raw, plain)

    def entries(self) -> Iterator[tuple[Plain, Document | None]]:
        """The entries of a Bundle as plain values, each with its resource where it has one."""
        stated = self.plain.get("entry", [])
        if not isinstance(stated, list):
            raise refused(NOT_VALID, "Bundle.entry", "", "a list of entries")
        for raw, plain in zip(self._cut(_Entries).entry if stated else (), stated, strict=True):
            resource = plain.get("resource") if isinstance(plain, dict) else None
            held = Document(decoder_of(_Entry).decode(raw).resource, resource) if isinstance(resource, dict) else None
            yield (plain if isinstance(plain, dict) else {}), held

    def _cut(self, element: type[AnyStruct]) -> AnyStruct:
        try:
            cut: AnyStruct = decoder_of(element).decode(self.raw)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise not_valid(self.plain, str(self.plain.get("resourceType")), str(error)) from None
        return cut


class _Holding(msgspec.Struct):
    """What contains other resources, as the bytes they were sent in."""

    contained: tuple[msgspec.Raw, ...] = ()


class _Entries(msgspec.Struct):
    """A Bundle's entries, as the bytes they were sent in."""

    entry: tuple[msgspec.Raw, ...] = ()


class _Entry(msgspec.Struct):
    """An entry's resource, as the bytes it was sent in."""

    resource: msgspec.Raw


def decode(value: bytes | msgspec.Raw) -> object:
    """The plain values that JSON bytes hold."""
    try:
        document: object = orjson.loads(memoryview(value))
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise refused("not JSON", place, "", "a JSON document in UTF-8") from None
    return document


def canonical(plain: Plain) -> bytes:
    """The bytes of a resource whatever the order of its keys."""
    try:
        return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        kind = str(plain.get("resourceType"))
        raise refused("not readable", kind, "", "a resource nested less deeply") from error


def read_resource(document: Document, element: type[AnyElement]) -> AnyElement:
    """The typed elements of a resource; raises Refused where one that we read is not of its type."""
    if isinstance(document.typed, element):
        return document.typed
    kind = element.__name__
    known = ELEMENTS.get(kind)
    if known is not None and not document.plain.keys() <= known:
        raise _unknown(document.plain, kind, known)
    try:
        read: AnyElement = decoder_of(element).decode(document.raw)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise not_valid(document.plain, kind, str(error)) from None
    return read


@cache
def decoder_of(element: type[AnyStruct]) -> msgspec.json.Decoder[AnyStruct]:
    """What reads the bytes of an element."""
    return msgspec.json.Decoder(element)


def _unknown(plain: Plain, kind: str, known: frozenset[str]) -> Refused:
    """The first element that no version has; one of older versions may turn round what the others say."""
    name = next(name for name in plain if name not in known)
    return refused(NOT_VALID, f"{kind}.{name}", "", f"no such element in a {kind} of FHIR R4, R4B or R5")


def not_valid(plain: object, kind: str, message: str) -> Refused:
    """What a decoder's message says of the plain values of `kind`, a resource or the path of a part."""
    place = message.rpartition(" - at `$")[2].rstrip("`") if " - at `$" in message else ""
    required = _REQUIRED.match(message)
    if required:
        return refused(NOT_VALID, f"{kind}{place}.{required[1]}", "", "the element, which FHIR requires")
    expected = _EXPECTED.match(message)
    names = [name for name in expected[1].split(" | ") if name != "null"] if expected else ["decimal"]
    said = _said(plain, place)
    return refused(NOT_VALID, f"{kind}{place}", said, " or ".join(_CALLED.get(name, name) for name in names))


def _said(plain: object, place: str) -> object:
    """The value at a place, where it is a single one."""
    for match in _STEP.finditer(place):
        if isinstance(plain, dict):
            plain = plain.get(match[1])
        elif isinstance(plain, list) and match[2] and int(match[2]) < len(plain):
            plain = plain[int(match[2])]
    return "" if isinstance(plain, dict | list) or plain is None else plain
