"""The readers' one door: a raw record in, all that it says out; never an exception, whatever the bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from coder.facts import Administration, AdmissionOrder, Encounter, Procedure, VisitReason
from mappers.conformance import Conformance
from mappers.fhir.reading import read_fhir
from mappers.hl7.reading import read_hl7
from mappers.observed import DEFAULT_OBSERVATIONS, Listed
from mappers.profile import Profile, Senders, Wire
from mappers.record import Record
from mappers.refused import refused
from mappers.telling import Fact, Fault, Item, Reading, Telling

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_FRAME = b"\x0b\x1c"
_BLANK = b" \t\r\n"
_AROUND = _FRAME + _BLANK
_CALLED = {"fhir": "a FHIR JSON document", "hl7v2": "an HL7 v2 message"}


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """What a site says about its messages.

    The zone of times without an offset, its test patients, which observation codes mean what beside those that
    always do, which reasons for a visit (PV2-3) its table lists, and its senders' profiles. `formats` says of a
    source that all its records are "fhir" or "hl7v2", those of others are either; `conformance` says of a source
    how many of its messages the strict lane judges, none of others.
    """

    zone: ZoneInfo
    test_patients: frozenset[str] = frozenset()
    formats: Mapping[str, str] = field(default_factory=dict)
    conformance: Mapping[str, Conformance] = field(default_factory=dict)
    observations: Mapping[str, Listed] = field(default_factory=dict)
    visit_reasons: Mapping[str, VisitReason] = field(default_factory=dict)
    profiles: tuple[Profile, ...] = ()
    senders: Senders = field(init=False, compare=False, repr=False)
    fhir_senders: Senders = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        reasons = {words.casefold(): reason for words, reason in self.visit_reasons.items()}
        observations = {**DEFAULT_OBSERVATIONS, **self.observations}
        site = Profile(zone=self.zone, reasons=reasons, observations=observations)
        object.__setattr__(self, "senders", Senders(site, self.profiles, Wire.HL7))
        object.__setattr__(self, "fhir_senders", Senders(site, self.profiles, Wire.FHIR))


def read(record: Record, settings: ReadingSettings) -> Reading:
    """Everything one HL7 v2 message or one FHIR JSON document says, by its content and not by its name.

    Where the site states what its source holds, a record of the other format is a fault.
    """
    value = record.value
    if value[:1] != b"{" or value[-1:] != b"}":
        value = _bare(value)
    items = _items(value, record, settings)
    clock = record.timestamp or _newest_asserted(items)
    against = _objection(value, record.source, settings) if settings.conformance else None
    return Reading(record, items, clock or _newest_charted(items), clock, against)


def _items(value: bytes, record: Record, settings: ReadingSettings) -> tuple[Item, ...]:
    found, stated = _format(value), settings.formats.get(record.source)
    if found is None or (stated and stated != found):
        return (_no_message(value, record.source, found, stated),)
    if found == "fhir":
        return read_fhir(value, settings.test_patients, settings.fhir_senders, record.timestamp)
    return read_hl7(value, settings.zone, settings.test_patients, settings.senders)


def _no_message(value: bytes, source: str, found: str | None, stated: str | None) -> Fault:
    wanted = f"{_CALLED[stated]}, which the site states of {source}" if stated else " or ".join(_CALLED.values())
    if found is None:
        return refused("not a message", "record", value[:40].decode("ascii", "replace"), wanted).fault
    return refused("not the format of its source", "record", _CALLED[found], wanted).fault


def _bare(raw: bytes) -> bytes:
    """The message without what it came framed in."""
    return raw.strip(_AROUND).removeprefix(_BYTE_ORDER_MARK).strip(_AROUND)


def _format(value: bytes) -> str | None:
    if value.startswith((b"{", b"[")):
        return "fhir"
    return "hl7v2" if value.startswith(b"MSH") else None


def _objection(value: bytes, source: str, settings: ReadingSettings) -> str | None:
    """What the strict lane has against a message that it is asked about."""
    return objection(value) if settings.conformance.get(source, Conformance.OFF).judges(value) else None


def objection(raw: bytes) -> str | None:
    """What the strict lane has against a message; None where it can follow it, and for anything else."""
    value = _bare(raw)
    match _format(value):
        case "hl7v2":
            from mappers.hl7 import strict as hl7

            return hl7.diagnosis(value)
        case "fhir":
            from mappers.fhir import strict as fhir

            return fhir.diagnosis(value)
        case _:
            return None


def _newest_asserted(items: Sequence[Item]) -> datetime | None:
    newest: datetime | None = None
    for item in items:
        if isinstance(item, Telling) and item.asserted and item.asserted is not newest:
            newest = max(newest or item.asserted, item.asserted)
    return newest


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
