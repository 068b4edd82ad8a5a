"""A FHIR Encounter as a telling of an encounter."""

from __future__ import annotations

from hashlib import sha256

from coder.facts import Encounter, PatientClass, Reference
from mappers.code_systems import ACT_CODE
from mappers.fhir import elements as fhir
from mappers.fhir.patient import patient_key, patient_of, test_kind
from mappers.fhir.resource import Resource, canonical, read_resource
from mappers.fhir.values import Surroundings, asserted, charted, identified, known, referred
from mappers.refused import refused
from mappers.telling import Action, Telling

_PATH = "Encounter"
_CLASSES = {
    "IMP": PatientClass.INPATIENT,
    "ACUTE": PatientClass.INPATIENT,
    "NONAC": PatientClass.INPATIENT,
    "AMB": PatientClass.OUTPATIENT,
    "EMER": PatientClass.EMERGENCY,
    "OBSENC": PatientClass.OBSERVATION,
    "HH": PatientClass.HOME,
}
_CANCELLED = frozenset({"cancelled", "entered-in-error"})
_STATUSES = frozenset(
    {"planned", "arrived", "triaged", "in-progress", "onleave", "finished", "unknown"} | _CANCELLED
)  # fmt: skip


def read_encounter(resource: Resource, surroundings: Surroundings, test_patients: frozenset[str]) -> Telling:
    """What an Encounter says; raises Refused where it cannot be read."""
    told = read_resource(resource, fhir.Encounter)
    patient = patient_of(told.subject, f"{_PATH}.subject", surroundings)
    fact = _fact(told, patient, surroundings)
    return Telling(
        source="fhir",
        kind="encounter",
        patient=fact.patient,
        patient_reference=patient,
        fact=fact,
        action=Action.DELETE if fact.cancelled else Action.ADD,
        whole=True,
        identifiers=_identifiers(told),
        order=None,
        start=fact.start,
        asserted=asserted(told.meta),
        message_id=told.meta.versionId,
        digest=sha256(canonical(resource)).hexdigest(),
        ignored=test_kind(told.meta, patient, test_patients),
    )


def _fact(told: fhir.Encounter, patient: Reference, surroundings: Surroundings) -> Encounter:
    identifier = next((each for each in told.identifier if each.value), fhir.Identifier())
    reference = known(Reference(f"{_PATH}/{told.id}" if told.id else None, identifier.system, identifier.value))
    return Encounter(
        key="",
        patient=patient_key(patient),
        patient_class=_class(told.class_),
        start=charted(told.period.start, f"{_PATH}.period.start", surroundings.zone).instant,
        end=charted(told.period.end, f"{_PATH}.period.end", surroundings.zone).instant,
        department=_department(told),
        account=known(referred(told.account[0], surroundings)) if told.account else None,
        references=(reference,) if reference else (),
        cancelled=_status(told) in _CANCELLED,
    )


def _status(told: fhir.Encounter) -> str:
    if told.status not in _STATUSES:
        wanted = "one of " + ", ".join(sorted(_STATUSES))
        raise refused("not a status", f"{_PATH}.status", told.status or "", wanted)
    return told.status


def _class(stated: fhir.Coding) -> PatientClass:
    if stated.system not in {ACT_CODE, None}:
        return PatientClass.UNKNOWN
    return _CLASSES.get(stated.code or "", PatientClass.UNKNOWN)


def _department(told: fhir.Encounter) -> str | None:
    """Where the patient is, by the words for it; else who is responsible."""
    active = [each.location for each in told.location if each.status in {"active", None}]
    places = [*active, *(each.location for each in reversed(told.location)), told.serviceProvider]
    return next((_name(place) for place in places if place), None)


def _name(place: fhir.Reference) -> str | None:
    identifier = place.identifier or fhir.Identifier()
    return place.display or identifier.value or place.reference


def _identifiers(told: fhir.Encounter) -> tuple[str, ...]:
    own = (f"fhir|{_PATH}/{told.id}",) if told.id else ()
    visits = tuple(f"VN|{each.value}" for each in told.identifier if each.value)
    keys = own + identified(told.identifier) + visits
    if not keys:
        raise refused("no identity", f"{_PATH}.id", "", "an id or an identifier")
    return keys
