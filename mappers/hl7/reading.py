"""HL7 v2 into items: of a RAS its encounter and each of its administrations; other messages count by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from zoneinfo import ZoneInfo

from mappers.charted import Charted
from mappers.hl7.administration import read_administration, start_of
from mappers.hl7.envelope import Envelope, read_envelope
from mappers.hl7.header import decode, read_header
from mappers.hl7.message import Message, parse
from mappers.hl7.orders import Given, given_in
from mappers.hl7.visit import read_visit, visit_key
from mappers.refused import Refused, refused
from mappers.telling import Ignored, Item, Telling

_ADMINISTRATIONS = frozenset({"RAS", "RAS^O17", "RAS^O01"})


def read_hl7(value: bytes, zone: ZoneInfo, test_patients: frozenset[str]) -> tuple[Item, ...]:
    """The items of an HL7 v2 message, a fault in place of each that cannot be read."""
    try:
        header = read_header(value)
        kind = header.kind()
        if kind not in _ADMINISTRATIONS:
            return (Ignored(f"hl7v2 {kind}"),)
        message = parse(decode(value, header))
        envelope = read_envelope(message, value, zone, test_patients)
    except Refused as error:
        return (error.fault,)
    return tuple(_items(message, envelope))


def _items(message: Message, envelope: Envelope) -> Iterator[Item]:
    every = given_in(message.segments)
    pv1 = message.first("PV1")
    visit = visit_key(pv1, envelope, _starts(every, envelope))
    if pv1:
        yield _or_fault(partial(read_visit, pv1, visit, envelope, 0))
    for item, given in enumerate(every, start=1):
        yield _or_fault(partial(read_administration, given, visit, envelope, item))
    if not every:
        yield refused("no administration", "RXA", "", "at least one RXA").fault


def _starts(every: tuple[Given, ...], envelope: Envelope) -> tuple[Charted, ...]:
    """The starts that can be read; a bad one is its own item's fault."""
    starts = []
    for given in every:
        try:
            starts.append(start_of(given, envelope))
        except Refused:
            continue
    return tuple(starts)


def _or_fault(read: Callable[[], Telling]) -> Item:
    try:
        return read()
    except Refused as error:
        return error.fault
