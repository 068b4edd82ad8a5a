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
_OFF = Conformance.OFF
_CALLED = {"fhir": "a FHIR JSON document", "hl7v2": "an HL7 v2 message"}


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """What a site says about its messages.

    The zone of times without an offset, its test patients, how many messages the strict lane judges, which
    observation codes mean what, which reasons for a visit (PV2-3) its table lists, and its senders' profiles.
    `formats` says of a source that all its records are "fhir" or "hl7v2"; those of others are either.
    """

    zone: ZoneInfo
    test_patients: frozenset[str] = frozenset()
    formats: Mapping[str, str] = field(default_factory=dict)
    conformance: Conformance = Conformance.OFF
    observations: Mapping[str, Listed] = field(default_factory=lambda: DEFAULT_OBSERVATIONS)
    visit_reasons: Mapping[str, VisitReason] = field(default_factory=dict)
    profiles: tuple[Profile, ...] = ()
    senders: Senders = field(init=False, compare=False, repr=False)
    fhir_senders: Senders = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        reasons = {words.casefold(): reason for words, reason in self.visit_reasons.items()}
        site = Profile(zone=self.zone, reasons=reasons, observations=self.observations)
        object.__setattr__(self, "senders", Senders(site, self.profiles, Wire.HL7))
        object.__setattr__(self, "fhir_senders", Senders(site, self.profiles, Wire.FHIR))


def read(record: Record, settings: ReadingSettings) -> Reading:
    """Everything one HL7 v2 message or one FHIR JSON document says, by its content and not by its name.

    Where the site states what its source holds, a record of the other format is a fault.
    """
    value = record.value.strip(_AROUND).removeprefix(_BYTE_ORDER_MARK).strip(_AROUND)
    items = _items(value, record.source, settings)
    clock = record.timestamp or _newest_asserted(items)
    objection = None if settings.conformance is _OFF else _objection(value, settings)
    return Reading(record, items, clock or _newest_charted(items), clock, objection)


def _items(value: bytes, source: str, settings: ReadingSettings) -> tuple[Item, ...]:
    found, stated = _format(value), settings.formats.get(source)
    if found is None or stated not in {None, found}:
        return (_no_message(value, source, found, stated),)
    if found == "fhir":
        return read_fhir(value, settings.test_patients, settings.fhir_senders)
    return read_hl7(value, settings.zone, settings.test_patients, settings.senders)


def _no_message(value: bytes, source: str, found: str | None, stated: str | None) -> Fault:
    wanted = f"{_CALLED[stated]}, which the site states of {source}" if stated else " or ".join(_CALLED.values())
    if found is None:
        return refused("not a message", "record", value[:40].decode("ascii", "replace"), wanted).fault
    return refused("not the format of its source", "record", _CALLED[found], wanted).fault


def _format(value: bytes) -> str | None:
    if value.startswith((b"{", b"[")):
        return "fhir"
    return "hl7v2" if value.startswith(b"MSH") else None


def _objection(value: bytes, settings: ReadingSettings) -> str | None:
    """What the strict lane has against a message that it is asked about."""
    if not settings.conformance.judges(value):
        return None
    return _diagnosis(value)


def _diagnosis(value: bytes) -> str | None:
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
    asserted = [item.asserted for item in items if isinstance(item, Telling) and item.asserted]
    return max(asserted, default=None)


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
