"""The messages of message logs as a hospital would send them: each to its topic, at its own time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from coder.facts import Administration, Encounter
from console.site.loading import Site
from examples.live.site_file import FHIR_TOPIC, HL7_TOPIC, Places
from listeners.logs import open_logs
from mappers.telling import Reading, Telling

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Message:
    """One message: where it goes, by which key, when it was sent, and what it says in a few words."""

    topic: str
    key: bytes
    value: bytes
    time: datetime
    about: str


def read_messages(logs: Path, site: Site, places: Places) -> tuple[Message, ...]:
    """Every message of the logs in order of time; one that tells no time has that of the one before it."""
    return tuple(_messages(open_logs([str(logs)], site.reading()), places, site.zone))


def _messages(readings: Iterator[Reading], places: Places, zone: tzinfo) -> Iterator[Message]:
    time = LONG_AGO
    for reading in readings:
        time = reading.time or time
        value = reading.record.value
        topic = HL7_TOPIC if value.lstrip().startswith(b"MSH") else FHIR_TOPIC
        yield Message(places.topic(topic), _key(reading), value, time, _about(reading, zone))


def _key(reading: Reading) -> bytes:
    patients = [item.patient for item in reading.items if isinstance(item, Telling)]
    return patients[0].encode() if patients else b"nobody"


def short(name: str) -> str:
    """A visit's name without what it is in: 702101 for VN|702101, enc-702101 for Encounter/enc-702101."""
    return name.rpartition("|")[2].rpartition("/")[2]


def _about(reading: Reading, zone: tzinfo) -> str:
    tellings = [item for item in reading.items if isinstance(item, Telling)]
    given = [telling.fact for telling in tellings if isinstance(telling.fact, Administration)]
    if given:
        return _administration(given[0], zone)
    seen = [(telling.identifiers[0], telling.fact) for telling in tellings if isinstance(telling.fact, Encounter)]
    for identifier, encounter in seen:
        return f"{short(identifier):10}  visit, {encounter.patient_class.value}"
    return f"{'':10}  nothing to charge, or not readable"


def _administration(given: Administration, zone: tzinfo) -> str:
    names = " + ".join(drug.text or "a drug" for drug in given.drugs) or "a drug"
    times = [time.astimezone(zone).strftime("%H:%M") for time in (given.start, given.end) if time]
    return f"{short(given.encounter or ''):10}  {names} {'-'.join(times)} {given.status.value}"
