"""What an HL7 v2 message says once for all that it holds: sender, time, patient, whether it is a test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from coder.facts import Reference
from mappers.hl7.message import CLEARED, Message, Repetition, Segment, text_of
from mappers.hl7.person import born_on
from mappers.hl7.time import charted_in
from mappers.refused import refused

_TEST_PROCESSING = frozenset({"T", "D"})


@dataclass(frozen=True, slots=True)
class Envelope:
    """The message around an item; `ignored` is set where nothing in it may be billed."""

    value: bytes
    zone: ZoneInfo
    source: str
    message_id: str | None
    asserted: datetime | None
    patient: str
    patient_reference: Reference
    account: Reference | None
    ignored: str | None
    born: date | None = None

    def digest(self, item: int) -> str:
        """What tells an item of this message from every other by its bytes."""
        return sha256(self.value + item.to_bytes(4)).hexdigest()


def read_envelope(message: Message, value: bytes, zone: ZoneInfo, test_patients: frozenset[str]) -> Envelope:
    """The envelope of a message; raises Refused where it names no patient or its time is none."""
    header = message.segments[0]
    reference = _patient(message.first("PID"))
    key = f"{reference.system or ''}|{reference.value}"
    return Envelope(
        value=value,
        zone=zone,
        source=f"hl7v2:{header.text(3)}",
        message_id=header.text(10) or None,
        asserted=charted_in(header, 7, zone).instant,
        patient=key,
        patient_reference=reference,
        account=identifier_in(message.first("PID"), 18),
        ignored=_ignored(header, {key, reference.value}, test_patients),
        born=born_on(message.first("PID")),
    )


def identifier_in(segment: Segment | None, number: int) -> Reference | None:
    """The identifier a CX field holds, with the authority that gave it."""
    repetitions = segment.repetitions(number) if segment else ()
    return _identifier(repetitions[0]) if repetitions else None


def _identifier(repetition: Repetition) -> Reference | None:
    value = text_of(repetition, 1)
    return Reference(system=_authority(repetition), value=value) if value else None


def _authority(repetition: Repetition) -> str | None:
    """Who assigned the identifier: its OID as FHIR writes it, which both feeds then share, else its name."""
    name, universal, kind = (text_of(repetition, 4, part) for part in (1, 2, 3))
    return f"urn:oid:{universal}" if universal and kind == "ISO" else name or universal or None


def _patient(segment: Segment | None) -> Reference:
    """The identifier typed as a medical record number, else the first."""
    repetitions = segment.repetitions(3) if segment else ()
    records = [each for each in repetitions if text_of(each, 5) == "MR"]
    known = [reference for reference in map(_identifier, [*records, *repetitions]) if reference]
    if not known:
        raise refused("no patient", "PID-3", CLEARED if repetitions else "", "a patient identifier")
    return known[0]


def _ignored(header: Segment, names: set[str | None], test_patients: frozenset[str]) -> str | None:
    if header.text(11) in _TEST_PROCESSING:
        return "test message"
    return "test patient" if names & test_patients else None
