"""A FHIR Coverage: who pays for a patient, and when."""

from __future__ import annotations

from collections.abc import Iterator

from coder.facts import Coverage
from mappers.charted import first_moment, last_moment
from mappers.fhir import elements as fhir
from mappers.fhir.extensions import Extensions
from mappers.fhir.patient import patient_key, patient_of
from mappers.fhir.pointing import pointed_at
from mappers.fhir.resource import Document, read_resource
from mappers.fhir.values import Surroundings, charted
from mappers.fhir.whole import references_of, telling_within_patient
from mappers.telling import Telling

_PATH = "Coverage"
_PEOPLE = frozenset({"Patient", "RelatedPerson"})


def read_coverage(document: Document, surroundings: Surroundings, test_patients: frozenset[str]) -> Telling:
    """What a Coverage says; raises Refused where it cannot be read."""
    told = read_resource(document, fhir.Coverage)
    patient = patient_of(told.beneficiary, f"{_PATH}.beneficiary", surroundings)
    zone = surroundings.zone
    fact = Coverage(
        key="",
        patient=patient_key(patient),
        payer=next((payer for each in _payers(told) if (payer := _payer(each, surroundings))), None),
        start=first_moment(charted(told.period.start, f"{_PATH}.period.start", zone), zone),
        end=last_moment(charted(told.period.end, f"{_PATH}.period.end", zone), zone),
        references=references_of(_PATH, told),
        cancelled=told.status != "active",
        rank=told.order,
        authorisation=Extensions(told.extension, _PATH, {}).text("authorization-number"),
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


def _payers(told: fhir.Coverage) -> Iterator[fhir.Reference]:
    yield from told.payor
    if told.insurer:
        yield told.insurer
    yield from (each.party for each in told.paymentBy)


def _payer(payor: fhir.Reference, surroundings: Surroundings) -> str | None:
    """The payer's name where one is said, else its identifier, else the reference; a person is no payer."""
    literal = surroundings.named(payor.reference) if payor.reference else None
    if literal and literal.split("/")[-2:-1] and literal.split("/")[-2] in _PEOPLE:
        return None
    organization = pointed_at(payor, surroundings, fhir.Organization)
    identifier = payor.identifier.value if payor.identifier else None
    return payor.display or (organization.name if organization else None) or identifier or literal
