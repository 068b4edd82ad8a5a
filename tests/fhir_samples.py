"""A FHIR administration and an encounter with every element we read, and short ways to read them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from coder.facts import (
    Administration,
    Encounter,
)
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from mappers.telling import Fault, Item, Reading, Telling

SETTINGS = ReadingSettings(ZoneInfo("America/Chicago"), frozenset({"urn:mrn|TEST-1", "Patient/practice"}))
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
URL = "https://any.example/fhir"

Json = dict[str, Any]


def administration(**changes: Any) -> Json:
    """An infusion with every element we read; a change to None leaves the element out."""
    whole: Json = {
        "resourceType": "MedicationAdministration",
        "id": "a1",
        "meta": {"versionId": "3", "lastUpdated": "2026-03-03T10:45:00-06:00"},
        "identifier": [{"system": "urn:mar", "value": "M-17"}],
        "status": "completed",
        "medicationCodeableConcept": {
            "coding": [{"system": RXNORM, "code": "1594653", "display": "dalbavancin"}],
            "text": "Dalbavancin",
        },
        "subject": {"reference": "Patient/p1", "display": "Never Kept"},
        "context": {"reference": "Encounter/e1", "identifier": {"value": "not this one"}},
        "effectivePeriod": {"start": "2026-03-03T09:00:00-06:00", "end": "2026-03-03T15:31:00Z"},
        "performer": [
            {"function": {"coding": [{"code": "witness"}]}, "actor": {"reference": "Practitioner/witness"}},
            {"function": {"coding": [{"code": "performer"}]}, "actor": {"reference": "Practitioner/n1"}},
        ],
        "request": {"reference": "MedicationRequest/r1", "identifier": {"value": "ORD-9"}},
        "dosage": {
            "text": "by mouth, the text decides nothing",
            "site": {"text": "Left forearm", "coding": [{"system": SNOMED, "code": "66480008"}]},
            "route": {"coding": [{"system": SNOMED, "code": "47625008"}], "text": "IV Push decides no method"},
            "method": {"text": "Continuous infusion"},
            "dose": {"value": 1500, "unit": "milligram", "system": UCUM, "code": "mg"},
            "rateQuantity": {"value": 500.50, "unit": "mL/h"},
        },
        "device": [{"display": "a barcode scanner"}],
    }
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


def encounter(**changes: Any) -> Json:
    """An infusion-centre encounter with every element we read."""
    whole: Json = {
        "resourceType": "Encounter",
        "id": "e1",
        "meta": {"versionId": "2", "lastUpdated": "2026-03-03T14:00:00Z"},
        "identifier": [{"system": "urn:visits", "value": "V-7"}],
        "status": "in-progress",
        "class": {"system": ACT_CODE, "code": "AMB"},
        "subject": {"reference": "Patient/p1"},
        "period": {"start": "2026-03-03T08:00:00-06:00"},
        "account": [{"identifier": {"system": "urn:accounts", "value": "ACC-1"}}],
        "location": [
            {"location": {"display": "Waiting room"}, "status": "completed"},
            {"location": {"display": "Infusion centre"}, "status": "active"},
        ],
        "serviceProvider": {"display": "The whole hospital"},
    }
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


def resource(kind: str, **elements: Any) -> Json:
    """A resource of patient p1 in encounter e1; an element of None is left out."""
    who = "beneficiary" if kind == "Coverage" else "subject"
    where = {"ChargeItem": "context", "Coverage": None}.get(kind, "encounter")
    whole: Json = {"resourceType": kind, "id": "x1", who: {"reference": "Patient/p1"}}
    if where:
        whole[where] = {"reference": "Encounter/e1"}
    return {name: value for name, value in {**whole, **elements}.items() if value is not None}


def extension(name: str, **value: Any) -> Json:
    return {"url": f"{URL}/{name}", **value}


def bundle(*resources: Any) -> Json:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources]}


def reading(document: Any, timestamp: datetime | None = None) -> Reading:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read(Record("a.json", 0, 0, raw, timestamp), SETTINGS)


def only(document: Any) -> Item:
    (item,) = reading(document).items
    return item


def telling(document: Any) -> Telling:
    item = only(document)
    assert isinstance(item, Telling), item
    return item


def told(**changes: Any) -> Administration:
    fact = telling(administration(**changes)).fact
    assert isinstance(fact, Administration)
    return fact


def told_encounter(**changes: Any) -> Encounter:
    fact = telling(encounter(**changes)).fact
    assert isinstance(fact, Encounter)
    return fact


def fault(document: Any) -> Fault:
    item = only(document)
    assert isinstance(item, Fault), item
    return item


def dosage(**changes: Any) -> Json:
    return {**administration()["dosage"], **changes}
