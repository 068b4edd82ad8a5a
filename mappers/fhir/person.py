"""A FHIR Patient: when the patient was born, under every name that others know the patient by."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from coder.facts import Person, Reference
from mappers.fhir import elements as fhir
from mappers.fhir.patient import patient_key, test_kind
from mappers.fhir.resource import Document, read_resource
from mappers.fhir.values import Surroundings, charted
from mappers.fhir.whole import references_of, whole_telling
from mappers.telling import NAME_OF_PATIENT, Ignored, Telling

_PATH = "Patient"
_UTC = ZoneInfo("UTC")
_DATE_CHARACTERS = len("2026-03-03")


def read_person(document: Document, _: Surroundings, test_patients: frozenset[str]) -> Telling | Ignored:
    """What a Patient says; one without a whole birth date says nothing here. Raises Refused where it cannot be read."""
    if len(str(document.plain.get("birthDate", ""))) != _DATE_CHARACTERS:
        return Ignored(f"fhir {_PATH}")
    told = read_resource(document, fhir.Patient)
    born = charted(told.birthDate, f"{_PATH}.birthDate", _UTC).day
    names = _names(told)
    if not names:
        return Ignored(f"fhir {_PATH}")
    patient = names[0]
    fact = Person(
        key="",
        patient=patient_key(patient),
        born=born,
        references=references_of(_PATH, told),
    )
    return whole_telling(
        document,
        told,
        fact,
        patient,
        identifiers=tuple(dict.fromkeys(f"{NAME_OF_PATIENT}{patient_key(name)}" for name in names)),
        withdrawn=False,
        ignored=test_kind(told.meta, patient, test_patients),
    )


def _names(told: fhir.Patient) -> list[Reference]:
    """The patient as others may point: by type and id, or by any identifier."""
    literal = [Reference(reference=f"{_PATH}/{told.id}")] if told.id else []
    return literal + [Reference(system=each.system, value=each.value) for each in told.identifier if each.value]
