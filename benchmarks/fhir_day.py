"""Administrations of a busy day, no two alike: new times, orders and ids, the same patients, nurses and doses again.

So many patients, drugs and nurses as a hospital has, so that what a reader keeps is found as often as it would be.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any

_PATIENTS, _NURSES, _DRUGS = 600, 150, 120
_SITES = ("Left forearm", "Right forearm", "Left antecubital fossa", "Right chest port", "PICC line", "Right hand")
_DOSES = (250, 500, 750, 1000, 1250, 1500, 2000)
_SNOMED, _UCUM = "http://snomed.info/sct", "http://unitsofmeasure.org"
_NDC = "http://hl7.org/fhir/sid/ndc"


def documents(count: int, seed: int) -> list[bytes]:
    """So many MedicationAdministrations (R4), the same for the same seed."""
    chance = Random(seed)
    return [json.dumps(_administration(chance)).encode() for _ in range(count)]


def _administration(chance: Random) -> dict[str, Any]:
    patient, number, drug = chance.randrange(_PATIENTS), chance.randrange(10**8), chance.randrange(_DRUGS)
    start, minutes = chance.randrange(6 * 60, 16 * 60), chance.randrange(1, 240)
    dose, site = chance.choice(_DOSES), chance.choice(_SITES)
    return {
        "resourceType": "MedicationAdministration",
        "id": f"ma-{number}",
        "meta": {"versionId": "1", "lastUpdated": _time(start + minutes, f"{chance.randrange(1000):03}")},
        "identifier": [{"system": "urn:oid:2.16.840.1.113883.19.5.5", "value": f"{number}.1"}],
        "status": "completed",
        "medicationCodeableConcept": {
            "coding": [{"system": _NDC, "code": f"{25000 + drug:05}-0166-48"}],
            "text": f"medication {drug}",
        },
        "subject": {
            "reference": f"Patient/pat-{patient}",
            "identifier": {"system": "urn:oid:2.16.840.1.113883.19.5", "value": f"SG{9000000 + patient}"},
            "display": f"Patient Number {patient}",
        },
        "context": {"reference": f"Encounter/enc-{patient}"},
        "effectivePeriod": {"start": _time(start), "end": _time(start + minutes)},
        "performer": [{"actor": {"reference": f"Practitioner/rn-{chance.randrange(_NURSES)}", "display": "Nurse"}}],
        "request": {
            "reference": f"MedicationRequest/mr-{number}",
            "identifier": {"system": "urn:oid:2.16.840.1.113883.19.5.4", "value": f"{number}"},
        },
        "dosage": {
            "text": f"{dose} mg IV",
            "site": {"text": site},
            "route": {
                "coding": [{"system": _SNOMED, "code": "47625008", "display": "Intravenous route"}],
                "text": "Intravenous route",
            },
            "dose": {"value": dose, "unit": "mg", "system": _UCUM, "code": "mg"},
        },
    }


def _time(minute: int, thousandths: str = "") -> str:
    fraction = f".{thousandths}" if thousandths else ""
    return f"2026-03-03T{minute // 60:02}:{minute % 60:02}:00{fraction}-06:00"
