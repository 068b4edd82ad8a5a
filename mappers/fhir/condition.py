"""A FHIR Condition: a diagnosis, where it has an ICD-10-CM code."""

from __future__ import annotations

from coder.facts import Condition
from mappers.charted import first_moment
from mappers.code_systems import ICD_10_CM
from mappers.fhir import elements as fhir
from mappers.fhir.encountered import encounter_name
from mappers.fhir.patient import patient_key, patient_of
from mappers.fhir.resource import Document, read_resource
from mappers.fhir.values import Surroundings, charted, codings, words
from mappers.fhir.whole import references_of, telling_within_patient
from mappers.telling import Ignored, Telling

_PATH = "Condition"
_NOT_SO = frozenset({"refuted", "entered-in-error"})


def read_condition(document: Document, surroundings: Surroundings, test_patients: frozenset[str]) -> Telling | Ignored:
    """What a Condition says; raises Refused where it cannot be read."""
    told = read_resource(document, fhir.Condition)
    code = next((coding.code for coding in codings(told.code) if coding.system == ICD_10_CM), None)
    verified = words([told.verificationStatus])
    if code is None and "entered-in-error" not in verified:
        return Ignored(f"fhir {_PATH}")
    patient = patient_of(told.subject, f"{_PATH}.subject", surroundings)
    fact = Condition(
        key="",
        patient=patient_key(patient),
        code=code,
        start=first_moment(charted(*_moment(told), surroundings.zone), surroundings.zone),
        encounter=encounter_name(told.encounter, surroundings),
        references=references_of(_PATH, told),
        cancelled=bool(verified & _NOT_SO),
    )
    return telling_within_patient(
        document,
        told,
        fact,
        patient,
        kind=_PATH,
        withdrawn="entered-in-error" in verified,
        test_patients=test_patients,
    )


def _moment(told: fhir.Condition) -> tuple[str | None, str]:
    """When it began, else when it was written down."""
    if told.onsetDateTime:
        return told.onsetDateTime, f"{_PATH}.onsetDateTime"
    if told.onsetPeriod and told.onsetPeriod.start:
        return told.onsetPeriod.start, f"{_PATH}.onsetPeriod.start"
    return told.recordedDate, f"{_PATH}.recordedDate"
