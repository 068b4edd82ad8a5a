"""The stories as the FHIR R4 resources of Sample General's bedside system."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from story_words import (
    Drug,
    Given,
    Told,
    Visit,
    amount,
    medical_record_number,
    moment,
    patient_name,
    period,
    stay,
)

Json = dict[str, object]
Message = tuple[datetime, str]

OID = "urn:oid:2.16.840.1.113883.19.5"
OWN_EXTENSION = "https://bedside.sample-general.example/fhir/StructureDefinition"
SNOMED = "http://snomed.info/sct"
UCUM_CODES = {"mcg": "ug", "units": "[USP'U]"}
ROUTES = {
    "IV": ("47625008", "Intravenous route"),
    "IM": ("78421000", "Intramuscular route"),
    "SC": ("34206005", "Subcutaneous route"),
    "PO": ("26643006", "Oral route"),
}
SITES = {"IV": "Left antecubital fossa", "IM": "Left deltoid", "SC": "Abdomen"}


def fhir_messages(visit: Visit) -> Iterator[Message]:
    """Every resource version told about a visit, with the time it was told."""
    arrived, left = stay(visit)
    yield _sent(arrived, _encounter(visit, arrived, None))
    for place, given in enumerate(visit.given, start=1):
        for version, told in enumerate(_tellings(visit, given), start=1):
            administration = _administration(visit, place, given, told)
            yield _sent(moment(visit.day, told.at), administration, version)
    if visit.operation:
        yield _sent(moment(visit.day, visit.operation[2]), _procedure(visit, visit.operation))
    yield _sent(left, _encounter(visit, arrived, left), version=2)


def _tellings(visit: Visit, given: Given) -> tuple[Told, ...]:
    """Unless the story says otherwise an infusion is told when it starts and when it stops."""
    if given.told:
        return given.told
    start, stop = period(visit, given)
    if stop is None:
        return (Told(_clock(visit, start, 2)),)
    return Told(_clock(visit, start, 1), "running"), Told(_clock(visit, stop, 2))


def _clock(visit: Visit, at: datetime, minutes_later: int) -> str:
    later = at + timedelta(minutes=minutes_later)
    return f"{'+' if later.date() > visit.day else ''}{later:%H:%M}"


def _sent(at: datetime, resource: Json, version: int = 1) -> Message:
    meta = {"versionId": str(version), "lastUpdated": at.isoformat(timespec="milliseconds")}
    kind, identity = resource.pop("resourceType"), resource.pop("id")
    return at, json.dumps({"resourceType": kind, "id": identity, "meta": meta, **resource}, ensure_ascii=False)


def _encounter(visit: Visit, arrived: datetime, left: datetime | None) -> Json:
    kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "VN"}]}
    return {
        "resourceType": "Encounter",
        "id": f"enc-{visit.number}",
        "identifier": [{"type": kind, "system": f"{OID}.2", "value": visit.number}],
        "status": "finished" if left else "in-progress",
        "class": {
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
            "code": visit.department.fhir_class,
        },
        "subject": _subject(visit),
        "period": {"start": arrived.isoformat()} | ({"end": left.isoformat()} if left else {}),
        "account": [{"identifier": {"system": f"{OID}.3", "value": f"A{visit.number}"}}],
        "location": [{"location": {"display": visit.department.name}}],
        "serviceProvider": {"display": "Sample General"},
    }


def _subject(visit: Visit) -> Json:
    family, given = patient_name(visit.patient)
    number = medical_record_number(visit.patient)
    return {
        "reference": f"Patient/pat-{visit.patient:03}",
        "identifier": {"system": OID, "value": number},
        "display": f"{given} {family}",
    }


def _administration(visit: Visit, place: int, given: Given, told: Told) -> Json:
    order = f"{visit.number}-{visit.orders[place - 1]}"
    said: Json = {"resourceType": "MedicationAdministration", "id": f"ma-{visit.number}-{place}"}
    extensions = _extensions(given)
    if extensions:
        said["extension"] = extensions
    return said | {
        "identifier": [{"system": f"{OID}.5", "value": f"{visit.number}.{place}"}],
        "status": {"running": "in-progress", "done": "completed", "wrong": "entered-in-error"}[told.state],
        "medicationCodeableConcept": _medication(given.drug),
        "subject": _subject(visit),
        "context": {"reference": f"Encounter/enc-{visit.number}"},
        **_effective(visit, given, told),
        "performer": [{"actor": {"reference": f"Practitioner/rn-{visit.patient % 7 + 1}", "display": "Nurse"}}],
        "request": {
            "reference": f"MedicationRequest/mr-{order}",
            "identifier": {"system": f"{OID}.4", "value": order},
        },
        "dosage": _dosage(given, told),
    }


def _extensions(given: Given) -> list[Json]:
    said: list[Json] = []
    if given.purpose:
        said.append({"url": f"{OWN_EXTENSION}/purpose", "valueCode": given.purpose})
    if given.wasted:
        said.append({"url": f"{OWN_EXTENSION}/wasted-amount", "valueQuantity": _quantity(given.wasted)})
    for container in given.containers:
        said.append({"url": f"{OWN_EXTENSION}/container-opened", "valueQuantity": _quantity(container)})
    return said


def _medication(drug: Drug) -> Json:
    codes = (
        ("http://hl7.org/fhir/sid/ndc", drug.ndc),
        ("http://www.nlm.nih.gov/research/umls/rxnorm", drug.rxnorm),
        ("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", drug.hcpcs),
    )
    coding = [{"system": system, "code": code} for system, code in codes if code]
    return ({"coding": coding} if coding else {}) | {"text": drug.name}


def _effective(visit: Visit, given: Given, told: Told) -> Json:
    start, stop = period(visit, given)
    if stop is None:
        return {"effectiveDateTime": start.isoformat()}
    end = {} if told.state == "running" else {"end": stop.isoformat()}
    return {"effectivePeriod": {"start": start.isoformat(), **end}}


def _dosage(given: Given, told: Told) -> Json:
    code, words = ROUTES[given.route]
    said: Json = {"text": f"{told.dose or given.dose} {given.route}"}
    if given.route in SITES:
        said["site"] = {"text": SITES[given.route]}
    said["route"] = {"coding": [{"system": SNOMED, "code": code, "display": words}], "text": words}
    if given.method == "push":
        said["method"] = {"coding": [{"system": SNOMED, "code": "420620005"}], "text": "Push"}
    elif given.method:
        said["method"] = {"text": given.method.capitalize()}
    return said | {"dose": _quantity(told.dose or given.dose)}


def _quantity(words: str) -> Json:
    number, unit = amount(words)
    return {
        "value": json.loads(number),
        "unit": unit,
        "system": "http://unitsofmeasure.org",
        "code": UCUM_CODES.get(unit, unit),
    }


def _procedure(visit: Visit, operation: tuple[str, str, str]) -> Json:
    name, start, end = operation
    return {
        "resourceType": "Procedure",
        "id": f"op-{visit.number}",
        "status": "completed",
        "category": {"coding": [{"system": SNOMED, "code": "387713003", "display": "Surgical procedure"}]},
        "code": {"text": name},
        "subject": _subject(visit),
        "encounter": {"reference": f"Encounter/enc-{visit.number}"},
        "performedPeriod": {
            "start": moment(visit.day, start).isoformat(),
            "end": moment(visit.day, end).isoformat(),
        },
    }
