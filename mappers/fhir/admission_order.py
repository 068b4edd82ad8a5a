"""A FHIR ServiceRequest that makes a stay inpatient or observation from a moment on."""

from __future__ import annotations

from coder.facts import AdmissionOrder, PatientClass
from mappers.admission_words import admitted_to
from mappers.fhir import elements as fhir
from mappers.fhir.encountered import encounter_name
from mappers.fhir.patient import patient_key, patient_of
from mappers.fhir.resource import Document, read_resource
from mappers.fhir.values import Surroundings, charted, codings, words
from mappers.fhir.whole import references_of, telling_within_patient
from mappers.telling import Ignored, Telling

_PATH = "ServiceRequest"
_IN_FORCE = frozenset({"active", "completed"})
_ORDERS = frozenset({"order", "original-order", "instance-order", "filler-order", "reflex-order"})


def read_service_request(
    document: Document, surroundings: Surroundings, test_patients: frozenset[str]
) -> Telling | Ignored:
    """An order to admit, by its code or its exact words; every other order is no matter here."""
    told = read_resource(document, fhir.ServiceRequest)
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
        document,
        told,
        fact,
        patient,
        kind=_PATH,
        withdrawn=told.status == "entered-in-error",
        test_patients=test_patients,
    )


def _class(told: fhir.ServiceRequest) -> PatientClass | None:
    code = (told.code.concept or told.code) if told.code else None
    displays = {" ".join((coding.display or "").split()).casefold() for coding in codings(code)}
    return admitted_to(codings(code), sorted(words([code]) | displays))


def _moment(told: fhir.ServiceRequest) -> tuple[str | None, str]:
    """When it takes effect, else when it was written."""
    if told.occurrenceDateTime:
        return told.occurrenceDateTime, f"{_PATH}.occurrenceDateTime"
    if told.occurrencePeriod and told.occurrencePeriod.start:
        return told.occurrencePeriod.start, f"{_PATH}.occurrencePeriod.start"
    return told.authoredOn, f"{_PATH}.authoredOn"
