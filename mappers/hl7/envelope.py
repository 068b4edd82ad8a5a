"""What an HL7 v2 message says once for all that it holds: sender, time, patient, whether it is a test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Protocol
from zoneinfo import ZoneInfo

from coder.facts import Reference
from mappers.hl7.message import Message, Segment
from mappers.hl7.person import born_on
from mappers.hl7.separators import CLEARED, Separators
from mappers.hl7.time import Clock, clock_of
from mappers.profile import Profile
from mappers.refused import refused
from mappers.telling import KINDS, Action, Fact, Telling

_RECORD, _WANTED = "MR", "a patient identifier"
_KEPT_CHARACTERS_MOST = 200
_NOTHING: frozenset[str] = frozenset()
_TEST_PROCESSING = frozenset({"T", "D"})


class _Hash(Protocol):
    """A digest that can be gone on with from where it stands."""

    def copy(self) -> _Hash: ...
    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


@dataclass(slots=True)
class Envelope:
    """The message around an item; `ignored` where nothing in it may be billed.

    `hashed` is the digest of its bytes so far, to which each item adds its place.
    """

    hashed: _Hash
    profile: Profile
    clock: Clock
    source: str
    message_id: str | None
    asserted: datetime | None
    patient: str
    patient_reference: Reference
    account: Reference | None
    ignored: str | None
    born: date | None = None

    def telling(
        self,
        fact: Fact,
        action: Action,
        item: int,
        identifiers: tuple[str, ...],
        start: datetime | None,
        *,
        order: str | None = None,
        cleared: frozenset[str] = _NOTHING,
        ignored: str | None = None,
    ) -> Telling:
        """What an item of this message tells; by place, since names of arguments cost a class as much again."""
        hashed = self.hashed.copy()
        hashed.update(item.to_bytes(4))
        return Telling(
            self.source,
            KINDS[type(fact)],
            self.patient,
            self.patient_reference,
            fact,
            action,
            False,
            identifiers,
            order,
            start,
            self.asserted,
            self.message_id,
            hashed.hexdigest(),
            cleared,
            self.ignored or ignored,
            self.born,
        )


def read_envelope(
    message: Message, value: bytes, zone: ZoneInfo, test_patients: frozenset[str], profile: Profile
) -> Envelope:
    """The envelope of a message; raises Refused where it names no patient or its time is none."""
    header, patient = message.segments[0], message.first("PID")
    if patient is None:
        raise refused("no patient", "PID-3", "", _WANTED)
    reference = _patient(patient)
    key = f"{reference.system or ''}|{reference.value}"
    clock = clock_of(profile.zone or zone)
    fields = header.fields()
    sender, processing = fields[3], fields[11]
    find = _kept_source if len(sender) + len(processing) <= _KEPT_CHARACTERS_MOST else _source
    source, ignored = find(sender, processing, header.separators)
    if test_patients and not ignored and not test_patients.isdisjoint((key, reference.value or "")):
        ignored = "test patient"
    return Envelope(
        sha256(value),
        profile,
        clock,
        source,
        header.text(10) or None,
        clock.charted(header, 7).instant,
        key,
        reference,
        identifier_in(patient, 18),
        ignored,
        born_on(patient),
    )


def _source(sender: str, processing: str, separators: Separators) -> tuple[str, str | None]:
    """What its sender is called, and why nothing of it may be billed, if it is a test."""
    source = f"hl7v2:{separators.value(sender)}"
    return source, "test message" if separators.value(processing) in _TEST_PROCESSING else None


_kept_source = lru_cache(maxsize=256)(_source)  # a site has few senders


def identifier_in(segment: Segment, number: int) -> Reference | None:
    """The identifier a CX field holds, with the authority that gave it."""
    raw = segment.raw(number)
    return identifier(segment.separators, raw) if raw else None


def identifier(separators: Separators, raw: str) -> Reference | None:
    """The identifier of a CX field's first repetition, as it was sent."""
    parts = separators.components(raw)
    value = parts[0]
    if not value.isalnum():
        value = separators.plain(value)
        if not value:
            return None
    said = parts[3] if len(parts) > 3 else ""
    find = _kept_authority if len(said) <= _KEPT_CHARACTERS_MOST else _authority
    return Reference(None, find(separators, said), value)


def _authority(separators: Separators, said: str) -> str | None:
    """Who assigned the identifier: its OID as FHIR writes it, which both feeds then share, else its name."""
    name = separators.plain(said)
    if separators.subcomponent not in said:
        return name or None
    universal, kind = separators.plain(said, 2), separators.plain(said, 3)
    return f"urn:oid:{universal}" if universal and kind == "ISO" else name or universal or None


_kept_authority = lru_cache(maxsize=1024)(_authority)


def _patient(pid: Segment) -> Reference:
    """The identifier typed as a medical record number, else the first."""
    raw, separators = pid.raw(3), pid.separators
    if separators.repetition in raw:
        said = [(each, separators.components(each)) for each in pid.repetitions(3)]
        said.sort(key=lambda each: len(each[1]) < 5 or separators.plain(each[1][4]) != _RECORD)
        found = (identifier(separators, each) for each, _ in said)
        reference = next((each for each in found if each), None)
    else:
        reference = identifier(separators, raw) if raw else None
    if reference is None:
        raise refused("no patient", "PID-3", CLEARED if raw else "", _WANTED)
    return reference
