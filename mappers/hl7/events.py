"""What happened in an ADT message, by its trigger event: which times it gives a visit, and what it takes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from mappers.charted import UNSTATED, Charted
from mappers.hl7.envelope import Envelope
from mappers.hl7.message import Message
from mappers.refused import Refused


@dataclass(frozen=True, slots=True)
class Event:
    """What a trigger event does to its visit."""

    opens: bool = False  # the visit begins, with the class stated
    reclasses: bool = False  # the class stated is so from now on
    moves: bool = False  # the patient is in the place stated from now on
    closes: bool = False  # the visit ends
    expected: bool = False  # the patient is not here yet
    cancels: bool = False  # the visit never was
    reopens: bool = False  # its end never was
    returns: bool = False  # a move never was


EVENTS: Mapping[str, Event] = MappingProxyType(
    {
        "A01": Event(opens=True, moves=True),
        "A02": Event(moves=True),
        "A03": Event(closes=True),
        "A04": Event(opens=True, moves=True),
        "A05": Event(expected=True),
        "A06": Event(reclasses=True, moves=True),
        "A07": Event(reclasses=True, moves=True),
        "A08": Event(),
        "A11": Event(cancels=True),
        "A12": Event(returns=True),
        "A13": Event(reopens=True),
    }
)
NO_EVENT = Event()


def happened_at(message: Message, envelope: Envelope) -> Charted:
    """When the event happened: EVN-6, else when it was recorded, EVN-2, else the message's own time."""
    evn = message.first("EVN")
    stated = (envelope.clock.charted(evn, number) for number in (6, 2)) if evn else ()
    return next((time for time in stated if time is not UNSTATED), Charted(envelope.asserted, _day(envelope)))


def recorded_at(message: Message, envelope: Envelope) -> datetime | None:
    """When it was recorded, EVN-2, else the message's own time: what it says of the patient was so then.

    What cannot be read as a time says nothing here; as the time of the event it is refused.
    """
    evn = message.first("EVN")
    try:
        return (envelope.clock.charted(evn, 2).instant if evn else None) or envelope.asserted
    except Refused:
        return envelope.asserted


def _day(envelope: Envelope) -> date | None:
    return envelope.asserted.astimezone(envelope.clock.zone).date() if envelope.asserted else None
