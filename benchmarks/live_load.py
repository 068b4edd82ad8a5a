"""A load for `serve`: administrations sent at a rate, and the moment each one's ChargeItem comes out of the topic."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import perf_counter

import orjson
from aiokafka import AIOKafkaProducer

from examples.live.charges_topic import Published, fetched, reading
from examples.live.site_file import CHARGES, FHIR_TOPIC, Places

BEGIN = datetime(2026, 3, 3, 14, tzinfo=UTC)
DRAIN_SECONDS_MOST = 300
DRUGS = ("ceftriaxone", "vancomycin", "ondansetron", "magnesium sulfate")
PER_PATIENT = 4  # an Encounter and three administrations


@dataclass(frozen=True, slots=True)
class Load:
    """So many messages, at so many a second or all at once."""

    name: str
    messages: int
    per_second: int | None = None


@dataclass(slots=True)
class Timed:
    """When each administration was sent, how long its first ChargeItem took, and how long all of them did."""

    sent: dict[str, float] = field(default_factory=dict)
    latencies_seconds: list[float] = field(default_factory=list)
    seconds: float = 0.0
    charged: set[str] = field(default_factory=set)


async def run(load: Load, places: Places) -> Timed:
    """Send the load and wait until every administration is charged."""
    timed = Timed()
    async with reading(places.brokers, places.topic(CHARGES)) as consumer:
        began = perf_counter()
        sending = asyncio.create_task(_send(load, places, timed))
        wanted = sum(1 for message in messages(load.messages) if message["resourceType"] == "MedicationAdministration")
        async with asyncio.timeout(DRAIN_SECONDS_MOST + load.messages / (load.per_second or load.messages)):
            while len(timed.charged) < wanted:
                for record in await fetched(consumer):
                    _note(record, timed)
        await sending
        timed.seconds = perf_counter() - began
    return timed


def messages(count: int) -> Iterator[dict[str, object]]:
    """Encounters, each followed by its administrations, a quarter of an hour apart."""
    for number in range(count):
        patient, place = divmod(number, PER_PATIENT)
        yield _encounter(patient) if place == 0 else _administration(patient, place)


async def _send(load: Load, places: Places, timed: Timed) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=places.brokers, acks="all")
    await producer.start()
    try:
        began = perf_counter()
        futures = []
        for number, message in enumerate(messages(load.messages)):
            if load.per_second:
                await asyncio.sleep(max(0.0, began + number / load.per_second - perf_counter()))
            timed.sent[str(message["id"])] = perf_counter()
            told = message["meta"]["lastUpdated"]  # type: ignore[index]
            futures.append(
                await producer.send(
                    places.topic(FHIR_TOPIC),
                    orjson.dumps(message),
                    message["subject"]["reference"].encode(),  # type: ignore[index]
                    timestamp_ms=round(datetime.fromisoformat(told).timestamp() * 1000),
                )
            )
        await asyncio.gather(*futures)
    finally:
        await producer.stop()


def _note(record: Published, timed: Timed) -> None:
    """The first ChargeItem that names an administration ends its wait."""
    now = perf_counter()
    for service in record.item.get("service", ()):
        name = service["reference"].rpartition("/")[2]
        if name not in timed.charged:
            timed.charged.add(name)
            timed.latencies_seconds.append(now - timed.sent[name])


def _encounter(patient: int) -> dict[str, object]:
    return {
        "resourceType": "Encounter",
        "id": f"e{patient}",
        "meta": {"versionId": "1", "lastUpdated": BEGIN.isoformat()},
        "identifier": [{"system": "urn:visits", "value": f"V{patient}"}],
        "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": f"Patient/p{patient}"},
    }


def _administration(patient: int, place: int) -> dict[str, object]:
    start = BEGIN + timedelta(hours=place)
    end = start + timedelta(minutes=45)
    return {
        "resourceType": "MedicationAdministration",
        "id": f"a{patient}-{place}",
        "meta": {"versionId": "1", "lastUpdated": end.isoformat()},
        "status": "completed",
        "medicationCodeableConcept": {"text": DRUGS[(patient + place) % len(DRUGS)]},
        "subject": {"reference": f"Patient/p{patient}"},
        "context": {"reference": f"Encounter/e{patient}"},
        "request": {"reference": f"MedicationRequest/r{patient}-{place}"},
        "effectivePeriod": {"start": start.isoformat(), "end": end.isoformat()},
        "dosage": {
            "route": {"coding": [{"system": "http://snomed.info/sct", "code": "47625008"}]},
            "dose": {"value": 1, "unit": "g", "system": "http://unitsofmeasure.org", "code": "g"},
        },
    }
