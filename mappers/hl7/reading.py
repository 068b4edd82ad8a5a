"""HL7 v2 into items: administrations of RAS, visits of ADT, and what any message says of a visit.

Messages of other kinds are counted by kind, beside whatever they say of a visit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

from mappers.hl7.administration import read_administration, read_order, read_stretch, start_of
from mappers.hl7.admission import admission_orders_in
from mappers.hl7.envelope import Envelope, read_envelope
from mappers.hl7.events import EVENTS, happened_at
from mappers.hl7.header import read_header
from mappers.hl7.message import Message, parse
from mappers.hl7.orders import Order, orders_in
from mappers.hl7.surroundings import SEGMENTS, surroundings_in
from mappers.hl7.version import check_version
from mappers.hl7.visit import read_visit, visit_key, visit_number
from mappers.profile import Senders
from mappers.refused import Refused, refused
from mappers.telling import Fault, Ignored, Item, Telling

_ADMINISTRATIONS = frozenset({"RAS", "RAS^O17", "RAS^O01"})
_AROUND = tuple(name.encode() for name in ("PV1", *sorted(SEGMENTS)))
_ORDERED = frozenset({"OBR"})
_BEARING = SEGMENTS | _ORDERED
_ADMINISTRATIONS_MOST = 1000


def read_hl7(value: bytes, zone: ZoneInfo, test_patients: frozenset[str], senders: Senders) -> tuple[Item, ...]:
    """The items of an HL7 v2 message, a fault in place of each that cannot be read."""
    try:
        header, text = read_header(value)
        kind, sender = header.kind_and_sender()
        given = kind in _ADMINISTRATIONS
        event = "" if given else kind.removeprefix("ADT^")
        if not given and event not in EVENTS and not _says_more(value):
            return (Ignored(f"hl7v2 {kind}"),)
        profile = senders.named(sender)
        message = parse(text, profile.moved)
        if not given and event not in EVENTS:
            return _of_another_kind(message, kind, partial(read_envelope, message, value, zone, test_patients, profile))
        if "MSH" not in profile.moved:
            message.segments[0].take(header.fields)
        check_version(message.segments[0])
        envelope = read_envelope(message, value, zone, test_patients, profile)
        return tuple(_given(message, envelope) if given else _moved(message, event, envelope))
    except Refused as error:
        return (error.fault,)


def _says_more(value: bytes) -> bool:
    """Whether a message of another kind holds a segment that bears on a visit."""
    return any(name in value for name in _AROUND)


def _given(message: Message, envelope: Envelope) -> Iterator[Item]:
    """A RAS: its visit, what surrounds it, and each of its administrations."""
    orders = orders_in(message.segments)
    count = message.count("RXA")
    if count > _ADMINISTRATIONS_MOST:
        raise refused("too many administrations", "RXA", str(count), f"at most {_ADMINISTRATIONS_MOST} in one message")
    pv1 = message.first("PV1")
    number = visit_number(pv1)
    visit = visit_key(number, envelope, partial(_first_day, orders, envelope))
    if pv1:
        try:
            yield read_visit(pv1, message, visit, number, envelope)
        except Refused as error:
            yield error.fault
    if message.has_any(_BEARING):
        yield from _around(message, visit, envelope)
    item = 0
    for order in orders:
        of_order = read_order(order)
        for stretch in order.stretches:
            around = of_order, read_stretch(stretch, envelope)
            for at, rxa in enumerate(stretch.given):
                item += 1
                try:
                    yield read_administration(rxa, at, around, visit, envelope, item)
                except Refused as error:
                    yield error.fault
    if not orders:
        yield refused("no administration", "RXA", "", "at least one RXA").fault


def _moved(message: Message, event: str, envelope: Envelope) -> Iterator[Item]:
    """An ADT: what the event does to the visit, and what surrounds it; without a visit it only counts."""
    at = happened_at(message, envelope)
    pv1 = message.first("PV1")
    number = visit_number(pv1)
    visit = visit_key(number, envelope, lambda: at.day if pv1 else None)
    if pv1:
        yield _or_fault(partial(read_visit, pv1, message, visit, number, envelope, EVENTS[event], at))
    around = tuple(_around(message, visit, envelope))
    yield from around
    if not pv1 and not around:
        yield Ignored(f"hl7v2 ADT^{event}")


def _of_another_kind(message: Message, kind: str, envelope: Callable[[], Envelope]) -> tuple[Item, ...]:
    """What a message of another kind says of a visit it names; the message itself is counted by its kind."""
    ignored = Ignored(f"hl7v2 {kind}")
    try:
        known = envelope()
    except Refused:
        return (ignored,)
    pv1 = message.first("PV1")
    number = visit_number(pv1)
    visit = visit_key(number, known, lambda: None)
    told = (_or_fault(partial(read_visit, pv1, message, visit, number, known)),) if pv1 and visit else ()
    return (*told, *_around(message, visit, known), ignored)


def _around(message: Message, visit: str | None, envelope: Envelope) -> Iterator[Item]:
    """What surrounds the visit, one reading after the other; one that fails is a fault of its own."""
    for name, readings in ((SEGMENTS, surroundings_in), (_ORDERED, admission_orders_in)):
        for read in readings(message, visit, envelope) if message.has_any(name) else ():
            try:
                telling = read()
            except Refused as error:
                yield error.fault
            else:
                if telling:
                    yield telling


def _or_fault(read: Callable[[], Telling]) -> Telling | Fault:
    try:
        return read()
    except Refused as error:
        return error.fault


def _first_day(orders: list[Order], envelope: Envelope) -> date | None:
    """The first day of the starts that can be read; a bad one is its own item's fault."""
    first = None
    for order in orders:
        for stretch in order.stretches:
            for rxa in stretch.given:
                try:
                    day = start_of(rxa, envelope).day
                except Refused:
                    continue
                if day and (first is None or day < first):
                    first = day
    return first
