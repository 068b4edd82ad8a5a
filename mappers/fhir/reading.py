"""FHIR JSON into items: a resource is one, a Bundle as many as its entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import cast
from zoneinfo import ZoneInfo

from mappers.fhir.administration import read_administration
from mappers.fhir.admission_order import read_service_request
from mappers.fhir.answer import read_answer
from mappers.fhir.condition import read_condition
from mappers.fhir.coverage import read_coverage
from mappers.fhir.encounter import read_encounter
from mappers.fhir.person import read_person
from mappers.fhir.procedure import read_charge_item, read_procedure
from mappers.fhir.resource import Resource, decode, model_of
from mappers.fhir.values import Surroundings
from mappers.refused import Refused, refused
from mappers.telling import Ignored, Item, Telling

_READERS: Mapping[str, Callable[[Resource, Surroundings, frozenset[str]], Telling | Ignored]] = {
    "MedicationAdministration": read_administration,
    "Encounter": read_encounter,
    "Procedure": read_procedure,
    "ChargeItem": read_charge_item,
    "ServiceRequest": read_service_request,
    "Coverage": read_coverage,
    "Condition": read_condition,
    "QuestionnaireResponse": read_answer,
    "Patient": read_person,
}


_OF_A_PATIENT = {
    "Procedure": "subject",
    "ChargeItem": "subject",
    "ServiceRequest": "subject",
    "Coverage": "beneficiary",
    "Condition": "subject",
    "QuestionnaireResponse": "subject",
}


def read_fhir(value: bytes, zone: ZoneInfo, test_patients: frozenset[str]) -> tuple[Item, ...]:
    """The items of a FHIR JSON document, a fault in place of each that cannot be read."""
    try:
        document = _resource(decode(value), "document")
        items = tuple(_items(document, zone, test_patients))
    except Refused as error:
        return (error.fault,)
    except RecursionError:
        return (refused("not readable", "document", "", "Bundles nested less deeply").fault,)
    return items or (Ignored("fhir empty Bundle"),)


def _items(document: Resource, zone: ZoneInfo, test_patients: frozenset[str]) -> Iterator[Item]:
    if document.get("resourceType") != "Bundle":
        yield _item(document, Surroundings(zone, {}), test_patients)
        return
    entries = _entries(document)
    surroundings = Surroundings(zone, _neighbours(entries))
    for place, entry in enumerate(entries):
        yield from _of_entry(entry, f"Bundle.entry[{place}]", surroundings, test_patients)


def _of_entry(entry: object, path: str, surroundings: Surroundings, test_patients: frozenset[str]) -> Iterator[Item]:
    try:
        resource = _resource(_resource(entry, "entry").get("resource"), "resource")
        if resource.get("resourceType") == "Bundle":
            yield from _items(resource, surroundings.zone, test_patients)
        else:
            yield _item(resource, surroundings, test_patients)
    except Refused as error:
        yield replace(error.fault, path=f"{path}.{error.fault.path}")


def _item(resource: Resource, surroundings: Surroundings, test_patients: frozenset[str]) -> Item:
    kind = resource.get("resourceType")
    if not isinstance(kind, str):
        raise refused("no resource type", "resourceType", "", "a FHIR resource")
    reader = _READERS.get(kind)
    if reader and not _is_of_something_else(kind, resource, surroundings):
        return reader(resource, surroundings, test_patients)
    model_of(kind)
    return Ignored(f"fhir {kind}")


def _is_of_something_else(kind: str, resource: Resource, surroundings: Surroundings) -> bool:
    """Whether what usually bears on a patient is about a group, a place or a device this time."""
    subject = resource.get(_OF_A_PATIENT.get(kind, ""))
    literal = subject.get("reference") if isinstance(subject, dict) else None
    kinds = surroundings.named(literal).split("/")[-2:-1] if isinstance(literal, str) else []
    return kinds not in ([], ["Patient"])


def _resource(document: object, path: str) -> Resource:
    if not isinstance(document, dict):
        raise refused("not a resource", path, "", "one FHIR resource as a JSON object")
    return cast(Resource, document)


def _entries(bundle: Resource) -> list[object]:
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise refused("not valid FHIR R4", "Bundle.entry", "", "a list of entries")
    return entries


def _neighbours(entries: list[object]) -> dict[str, Resource]:
    """The resources of a Bundle by full url and by type and id."""
    named: dict[str, Resource] = {}
    for entry in entries:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(entry, dict) and isinstance(resource, dict):
            names = (entry.get("fullUrl"), f"{resource.get('resourceType')}/{resource.get('id')}")
            named.update({name: resource for name in names if isinstance(name, str)})
    return named
