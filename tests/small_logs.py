"""Small message logs and site files for the tests of the console."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

SITE = """
[site]
name = "Elm Street Infusion"
time_zone = "America/Chicago"
identifier_key = "file:site.key"
"""
DAY = "2026-03-03T"
OFFSET = ":00-06:00"
VISITS = (("1", "09:00", "09:45"), ("2", "10:00", "11:31"), ("3", "13:00", "13:10"))


def encounter(number: str) -> Mapping[str, object]:
    return {
        "resourceType": "Encounter",
        "id": f"e{number}",
        "status": "in-progress",
        "meta": {"versionId": "1", "lastUpdated": f"{DAY}08:0{number}{OFFSET}"},
        "identifier": [{"system": "urn:visits", "value": f"V00{number}"}],
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": f"Patient/p{number}"},
    }


def administration(
    number: str,
    start: str,
    end: str | None,
    *,
    version: str = "1",
    told: str = "14:00",
    drug: str = "ceftriaxone",
    **fields: object,
) -> Mapping[str, object]:
    period = {"start": DAY + start + OFFSET} | ({"end": DAY + end + OFFSET} if end else {})
    return {
        "resourceType": "MedicationAdministration",
        "id": f"a{number}",
        "meta": {"versionId": version, "lastUpdated": DAY + told + OFFSET},
        "status": "completed" if end else "in-progress",
        "medicationCodeableConcept": {"text": drug},
        "subject": {"reference": f"Patient/p{number}"},
        "context": {"reference": f"Encounter/e{number}"},
        "request": {"identifier": {"value": f"order-{number}-{start}"}},
        "effectivePeriod": period,
        "dosage": {
            "route": {"coding": [{"system": "http://snomed.info/sct", "code": "47625008"}]},
            "dose": {"value": 1, "unit": "g", "system": "http://unitsofmeasure.org", "code": "g"},
        },
        **fields,
    }


def day_log() -> str:
    """Three visits: 45 minutes (96365), 91 minutes (96365 and 96366), 10 minutes (96374)."""
    told = [encounter(number) for number, _, _ in VISITS]
    told += [administration(number, start, end) for number, start, end in VISITS]
    return "".join(f"{json.dumps(resource)}\n" for resource in told)


def write_day(folder: Path, name: str = "day.ndjson") -> Path:
    path = folder / name
    path.write_text(day_log(), encoding="utf-8")
    return path


def write_site(folder: Path, more: str = "") -> Path:
    (folder / "site.key").write_text("a key for tests only\n", encoding="utf-8")
    path = folder / "site.toml"
    path.write_text(SITE + more, encoding="utf-8")
    return path
