"""The readers' one door: a raw record in, all that it says out; never an exception, whatever the bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
_CALLED = {"fhir": "a FHIR JSON document", "hl7v2": "an HL7 v2 message"}


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """What a site says about its messages: the zone of times without an offset, its test patients, its formats.

    `formats` says of a source that all its records are "fhir" or "hl7v2"; those of others are either.
    """

    zone: ZoneInfo
    test_patients: frozenset[str] = frozenset()
    formats: Mapping[str, str] = field(default_factory=dict)


def read(record: Record, settings: ReadingSettings) -> Reading:
    """Everything one HL7 v2 message or one FHIR JSON document says, by its content and not by its name.

    Where the site states what its source holds, a record of the other format is a fault.
    """
    items = _items(record, settings)
    clock = record.timestamp or _newest_asserted(items)
    return Reading(record, items, clock or _newest_charted(items), clock)


def _items(record: Record, settings: ReadingSettings) -> tuple[Item, ...]:
    value = record.value.strip(_FRAME + _BLANK).removeprefix(_BYTE_ORDER_MARK).strip(_FRAME + _BLANK)
    found, stated = _format(value), settings.formats.get(record.source)
    wanted = f"{_CALLED[stated]}, which the site states of {record.source}" if stated else " or ".join(_CALLED.values())
    if found is None:
        return (refused("not a message", "record", value[:40].decode("ascii", "replace"), wanted).fault,)
    if stated not in {None, found}:
        return (refused("not the format of its source", "record", _CALLED[found], wanted).fault,)
    read_format = read_fhir if found == "fhir" else read_hl7
    return read_format(value, settings.zone, settings.test_patients)


def _format(value: bytes) -> str | None:
    if value.startswith((b"{", b"[")):
        return "fhir"
    return "hl7v2" if value.startswith(b"MSH") else None


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
