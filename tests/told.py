"""Short ways to tell something in tests of the ledger: FHIR and HL7 tellings, readings and batches of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from coder.facts import (
    Administration,
    AdministrationStatus,
    AdmissionOrder,
    Coding,
    DrugGiven,
    Encounter,
    PatientClass,
    Quantity,
    Reference,
    Route,
)
from ledger.merging import Around
from ledger.stored import Position, StoredTelling
from mappers.record import Record
from mappers.telling import KINDS, Action, Fact, Item, Reading, Telling

DAY = datetime(2026, 3, 3, tzinfo=UTC)
PATIENT = "urn:mrn|1"
HL7 = "hl7v2:MAR"


def at(clock: str) -> datetime:
    """A time of the day the tests play on."""
    hours, minutes = map(int, clock.split(":"))
    return DAY + timedelta(hours=hours, minutes=minutes)


def drug(name: str, milligrams: int = 1000) -> DrugGiven:
    """A drug by its name, which is its code too."""
    return DrugGiven((Coding(None, name),), name, Quantity(Decimal(milligrams), "mg"))


def given(
    start: str | None, end: str | None = None, drugs: Sequence[str] = ("ceftriaxone",), **more: Any
) -> Administration:
    """An intravenous administration as a telling states it."""
    stated: dict[str, Any] = {
        "key": "",
        "patient": PATIENT,
        "status": AdministrationStatus.COMPLETED,
        "start": at(start) if start else None,
        "end": at(end) if end else None,
        "drugs": tuple(drug(name) for name in drugs),
        "route": Route.INTRAVENOUS,
        "encounter": "fhir|Encounter/e1",
        "ordered_by": Reference(display="Dr Wu"),
    }
    return Administration(**(stated | more))


def fhir(name: str, fact: Administration, asserted: str | None, version: int | None = None, **more: Any) -> Telling:
    """A MedicationAdministration called `name`."""
    return _telling(
        fact, asserted, source="fhir", whole=True, identifiers=(f"fhir|MedicationAdministration/{name}",),
        message_id=str(version) if version else None, **more,
    )  # fmt: skip


def hl7(order: str | None, fact: Administration, asserted: str | None, **more: Any) -> Telling:
    """An RXA of an order."""
    return _telling(replace(fact, order=order), asserted, source=HL7, whole=False, identifiers=(), **more)


def visit(
    name: str, asserted: str | None, patient_class: PatientClass = PatientClass.OUTPATIENT, **more: Any
) -> Telling:
    """A FHIR Encounter called `name`; with `source`, `identifiers` and `whole`, anything else."""
    fact = Encounter("", more.get("patient", PATIENT), patient_class)
    stated: dict[str, Any] = {"source": "fhir", "whole": True, "identifiers": (f"fhir|Encounter/{name}",)}
    return _telling(fact, asserted, **(stated | more))


def around(name: str, fact: Around, asserted: str | None, **more: Any) -> Telling:
    """What else a FHIR server tells under `name`, such as "Procedure/op1"."""
    stated: dict[str, Any] = {"source": "fhir", "whole": True, "identifiers": (f"fhir|{name}",)}
    return _telling(fact, asserted, **(stated | more))


def _telling(fact: Fact, asserted: str | None, **more: Any) -> Telling:
    patient = more.pop("patient", PATIENT)
    fact = replace(fact, patient=patient)
    order = more.pop("order", fact.order if isinstance(fact, Administration) else None)
    stated: dict[str, Any] = {
        "kind": KINDS[type(fact)],
        "patient": patient,
        "patient_reference": Reference(value=patient),
        "fact": replace(fact, order=order) if isinstance(fact, Administration) else fact,
        "action": Action.ADD,
        "order": order,
        "start": fact.at if isinstance(fact, AdmissionOrder) else getattr(fact, "start", None),
        "asserted": at(asserted) if asserted else None,
        "message_id": None,
    } | more
    digest = sha256(repr(sorted((key, repr(value)) for key, value in stated.items())).encode()).hexdigest()
    return Telling(digest=digest, **stated)


def stored(tellings: Iterable[Telling], source: str = "log") -> list[StoredTelling]:
    """Tellings in the order of one input, one a record."""
    return [StoredTelling(telling, Position(source, 0, offset, 0)) for offset, telling in enumerate(tellings)]


def readings(items: Iterable[Item | tuple[Item, ...]], first: int = 0, source: str = "log") -> list[Reading]:
    """A record for each item or tuple of items, at the time it was asserted."""
    made = []
    for offset, item in enumerate(items, start=first):
        several = item if isinstance(item, tuple) else (item,)
        times = [one.asserted for one in several if isinstance(one, Telling) and one.asserted]
        made.append(
            Reading(Record(source, 0, offset, b"raw"), several, max(times, default=None), max(times, default=None))
        )
    return made
