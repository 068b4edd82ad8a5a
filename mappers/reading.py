"""The readers' one door: a raw record in, all that it says out; never an exception, whatever the bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from coder.facts import Administration, AdmissionOrder, Encounter, Procedure
from mappers.fhir.reading import read_fhir
from mappers.hl7.reading import read_hl7
from mappers.record import Record
from mappers.refused import refused
from mappers.telling import Fact, Item, Reading, Telling

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_FRAME = b"\x0b\x1c"
_BLANK = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """What a site says about its messages: the zone of times without an offset, and its test patients."""

    zone: ZoneInfo
    test_patients: frozenset[str] = frozenset()


def read(record: Record, settings: ReadingSettings) -> Reading:
    """Everything one HL7 v2 message or one FHIR JSON document says, by its content and not by its name."""
    items = _items(record.value, settings)
    clock = record.timestamp or _newest_asserted(items)
    return Reading(record, items, clock or _newest_charted(items), clock)


def _items(raw: bytes, settings: ReadingSettings) -> tuple[Item, ...]:
    value = raw.strip(_FRAME + _BLANK).removeprefix(_BYTE_ORDER_MARK).strip(_FRAME + _BLANK)
    if value.startswith((b"{", b"[")):
        return read_fhir(value, settings.zone, settings.test_patients)
    if value.startswith(b"MSH"):
        return read_hl7(value, settings.zone, settings.test_patients)
    said = value[:40].decode("ascii", "replace")
    return (refused("not a message", "record", said, "an HL7 v2 message or a FHIR JSON document").fault,)


def _newest_asserted(items: Sequence[Item]) -> datetime | None:
    asserted = (item.asserted for item in items if isinstance(item, Telling))
    return max((time for time in asserted if time), default=None)


def _newest_charted(items: Sequence[Item]) -> datetime | None:
    facts = (item.fact for item in items if isinstance(item, Telling))
    return max((time for fact in facts for time in _charted_times(fact) if time), default=None)


def _charted_times(fact: Fact) -> tuple[datetime | None, ...]:
    """The times at which something was done; who pays until when, and since when one is ill, is no such time."""
    match fact:
        case Administration() | Encounter() | Procedure():
            return fact.start, fact.end
        case AdmissionOrder():
            return (fact.at,)
        case _:
            return ()
