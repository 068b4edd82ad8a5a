"""A FHIR ServiceRequest that makes a stay inpatient or observation from a moment on."""

from __future__ import annotations

from coder.facts import AdmissionOrder, PatientClass
from mappers.code_systems import SNOMED
from mappers.fhir import elements as fhir
from mappers.fhir.patient import patient_key, patient_of
from mappers.fhir.resource import Resource, read_resource
from mappers.fhir.values import Surroundings, charted, codings, words
from mappers.fhir.whole import encounter_name, references_of, telling_within_patient
from mappers.telling import Ignored, Telling

_PATH = "ServiceRequest"
_IN_FORCE = frozenset({"active", "completed"})
_ORDERS = frozenset({"order", "original-order", "instance-order", "filler-order", "reflex-order"})
_OF_SNOMED = {
    "32485007": PatientClass.INPATIENT,
    "8715000": PatientClass.INPATIENT,
    "183452005": PatientClass.INPATIENT,
    "448951000124107": PatientClass.OBSERVATION,
}
_INPATIENT = (
    "admit to inpatient", "admit as inpatient", "admit inpatient", "inpatient admission", "inpatient admission order",
    "inpatient order", "inpatient status", "admit to inpatient status", "hospital admission", "admit to hospital",
)  # fmt: skip
_OBSERVATION = (
    "admit to observation", "place in observation", "place in outpatient observation", "observation status",
    "observation order", "observation services", "outpatient observation", "refer to observation",
    "initiate observation", "initiate observation services", "observation care",
)  # fmt: skip
_OF_WORD = {
    **dict.fromkeys(_INPATIENT, PatientClass.INPATIENT),
    **dict.fromkeys(_OBSERVATION, PatientClass.OBSERVATION),
}


def read_service_request(
    resource: Resource, surroundings: Surroundings, test_patients: frozenset[str]
) -> Telling | Ignored:
    """An order to admit, by its code or its exact words; every other order is no matter here."""
    told = read_resource(resource, fhir.ServiceRequest)
    patient_class = _class(told)
    if patient_class is None or told.intent not in _ORDERS or told.doNotPerform:
        return Ignored(f"fhir {_PATH}")
    patient = patient_of(told.subject, f"{_PATH}.subject", surroundings)
    fact = AdmissionOrder(
        key="",
        patient=patient_key(patient),
        patient_class=patient_class,
        at=charted(*_moment(told), surroundings.zone).instant,
        encounter=encounter_name(told.encounter, surroundings),
        references=references_of(_PATH, told),
        cancelled=told.status not in _IN_FORCE,
    )
    return telling_within_patient(
        resource,
        told,
        fact,
        patient,
        kind=_PATH,
        withdrawn=told.status == "entered-in-error",
        test_patients=test_patients,
    )


def _class(told: fhir.ServiceRequest) -> PatientClass | None:
    coded = (_OF_SNOMED.get(coding.code) for coding in codings(told.code) if coding.system == SNOMED)
    displays = {" ".join((coding.display or "").split()).casefold() for coding in codings(told.code)}
    worded = (_OF_WORD.get(word) for word in sorted(words([told.code]) | displays))
    return next((found for found in (*coded, *worded) if found), None)


def _moment(told: fhir.ServiceRequest) -> tuple[str | None, str]:
    """When it takes effect, else when it was written."""
    if told.occurrenceDateTime:
        return told.occurrenceDateTime, f"{_PATH}.occurrenceDateTime"
    if told.occurrencePeriod and told.occurrencePeriod.start:
        return told.occurrencePeriod.start, f"{_PATH}.occurrencePeriod.start"
    return told.authoredOn, f"{_PATH}.authoredOn"
