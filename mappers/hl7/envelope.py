"""What an HL7 v2 message says once for all that it holds: sender, time, patient, whether it is a test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Protocol
from zoneinfo import ZoneInfo

from coder.facts import Reference
from mappers.hl7.message import Message
from mappers.hl7.patient import read_patient
from mappers.hl7.separators import Separators
from mappers.hl7.time import Clock, clock_of
from mappers.profile import Profile
from mappers.telling import KINDS, Action, Fact, Telling

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
    header, patient = message.segments[0], read_patient(message.first("PID"), moved="PID" in profile.moved)
    clock = clock_of(profile.zone or zone)
    fields = header.fields()
    sender, processing = fields[3], fields[11]
    find = _kept_source if len(sender) + len(processing) <= _KEPT_CHARACTERS_MOST else _source
    source, ignored = find(sender, processing, header.separators)
    if test_patients and not ignored and not test_patients.isdisjoint((patient.key, patient.reference.value or "")):
        ignored = "test patient"
    return Envelope(
        sha256(value),
        profile,
        clock,
        source,
        header.text(10) or None,
        clock.charted(header, 7).instant,
        patient.key,
        patient.reference,
        patient.account,
        ignored,
        patient.born,
    )


def _source(sender: str, processing: str, separators: Separators) -> tuple[str, str | None]:
    """What its sender is called, and why nothing of it may be billed, if it is a test."""
    source = f"hl7v2:{separators.value(sender)}"
    return source, "test message" if separators.value(processing) in _TEST_PROCESSING else None


_kept_source = lru_cache(maxsize=256)(_source)  # a site has few senders
