"""The readers' one door: a raw record in, all that it says out; never an exception, whatever the bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from mappers.fhir.reading import read_fhir
from mappers.hl7.reading import read_hl7
from mappers.record import Record
from mappers.refused import refused
from mappers.telling import Item, Reading, Telling

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
    return Reading(record, items, _time(record, items))


def _items(raw: bytes, settings: ReadingSettings) -> tuple[Item, ...]:
    value = raw.strip(_FRAME + _BLANK).removeprefix(_BYTE_ORDER_MARK).strip(_FRAME + _BLANK)
    if value.startswith((b"{", b"[")):
        return read_fhir(value, settings.zone, settings.test_patients)
    if value.startswith(b"MSH"):
        return read_hl7(value, settings.zone, settings.test_patients)
    said = value[:40].decode("ascii", "replace")
    return (refused("not a message", "record", said, "an HL7 v2 message or a FHIR JSON document").fault,)


def _time(record: Record, items: Sequence[Item]) -> datetime | None:
    """The envelope's time, else the newest asserted, else the newest charted."""
    if record.timestamp:
        return record.timestamp
    tellings = [item for item in items if isinstance(item, Telling)]
    asserted = [telling.asserted for telling in tellings if telling.asserted]
    charted = [time for telling in tellings for time in (telling.fact.start, telling.fact.end) if time]
    return max(asserted or charted, default=None)
