"""Whose a FHIR resource is, and whether it may be billed at all."""

from __future__ import annotations

from coder.facts import Reference
from mappers.fhir import elements as fhir
from mappers.fhir.parts import kept_alone, part
from mappers.fhir.resource import decoder_of
from mappers.fhir.values import Surroundings, referred
from mappers.refused import refused

_SUBJECT = "MedicationAdministration.subject"
_DECODER = decoder_of(fhir.Reference)
_TEST_LABEL = "HTEST"


def patient_of(subject: fhir.Reference | None, path: str, surroundings: Surroundings) -> Reference:
    """The subject, which must point at a patient."""
    reference = referred(subject, surroundings, named=False)
    literal = reference.reference or ""
    if "/" in literal and literal.split("/")[-2] != "Patient":
        raise refused("not a patient", f"{path}.reference", literal, "a reference to a Patient")
    if not (literal or reference.value):
        raise refused("no patient", path, "", "a reference to a Patient or its identifier")
    return reference


def patient_key(reference: Reference) -> str:
    """What a patient is known by: the identifier where there is one, else the reference."""
    return f"{reference.system or ''}|{reference.value}" if reference.value else str(reference.reference)


def _administered_to(said: bytes, surroundings: Surroundings) -> tuple[Reference, str]:
    patient = patient_of(part(said, _DECODER, _SUBJECT), _SUBJECT, surroundings)
    return patient, patient_key(patient)


administered_to = kept_alone(_administered_to)
"""The subject of an administration, as its bytes: the reference, and what the patient is known by."""


def test_kind(meta: fhir.Meta, patient: Reference, test_patients: frozenset[str]) -> str | None:
    """The kind to ignore a telling under, where it is a test's or a test patient's."""
    if (meta.security or meta.tag) and any(label.code == _TEST_LABEL for label in (*meta.security, *meta.tag)):
        return "test message"
    if not test_patients:
        return None
    literal = patient.reference or ""
    names = {patient_key(patient), literal, literal.rpartition("/")[2], patient.value or ""}
    return "test patient" if names & test_patients else None
