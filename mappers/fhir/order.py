"""A FHIR MedicationRequest: who ordered it, for how long and why; by itself, or at hand of what was given by it.

One that comes by itself, before or after or in the same Bundle, is a fact of its own, which the ledger joins to
the administrations that point at it: so the newest word of it counts. One that nobody else could name, contained
or without an id, fills the administration here.
"""

from __future__ import annotations

from coder.facts import Order, Reference
from mappers.fhir import elements as fhir
from mappers.fhir.ordered import ordered
from mappers.fhir.patient import administered_to, patient_key, patient_of, test_kind
from mappers.fhir.pointing import document_at
from mappers.fhir.reasons import reasons_of
from mappers.fhir.resource import Document, read_resource
from mappers.fhir.values import Surroundings, referred
from mappers.fhir.whole import references_of, telling_within_patient
from mappers.telling import Ignored, Telling

_PATH = "MedicationRequest"
_IN_ERROR = "entered-in-error"
_TAKEN_BACK = frozenset({"cancelled", _IN_ERROR})
_NOWHERE = Reference()


def read_order(document: Document, surroundings: Surroundings, test_patients: frozenset[str]) -> Telling | Ignored:
    """What a MedicationRequest says, if anything can point at it; raises Refused where it cannot be read."""
    told = read_resource(document, fhir.MedicationRequest)
    numbers = tuple(dict.fromkeys(each.value for each in told.identifier if each.value))
    if not (told.id or numbers):
        return Ignored(f"fhir {_PATH}")
    patient = patient_of(told.subject, f"{_PATH}.subject", surroundings)
    reasons, conditions = reasons_of(told, None, surroundings)
    order = ordered(document, surroundings)
    fact = Order(
        key="",
        patient=patient_key(patient),
        numbers=numbers,
        ordered_by=order.by if order else None,
        minutes=order.minutes if order else None,
        reasons=reasons,
        reason_conditions=conditions,
        references=references_of(_PATH, told),
        cancelled=_is_taken_back(told),
    )
    return telling_within_patient(
        document,
        told,
        fact,
        patient,
        kind=_PATH,
        withdrawn=told.status == _IN_ERROR,
        test_patients=test_patients,
    )


def order_at_hand(
    given: fhir.MedicationAdministration, request: fhir.Reference, surroundings: Surroundings
) -> Document | None:
    """The request that only this administration can tell of; None where the ledger will join it."""
    found = document_at(request, surroundings)
    if found is None or found.kind != _PATH:
        return None
    told = read_resource(found, fhir.MedicationRequest)
    of_its_own = told.id and told.subject and not (request.reference or "").startswith("#")
    if (
        of_its_own
        and patient_key(referred(told.subject, surroundings)) == administered_to(given.subject, surroundings)[1]
    ):
        return None
    return None if _is_taken_back(told) else found


def _is_taken_back(told: fhir.MedicationRequest) -> bool:
    """Whether it is no order in force: cancelled, in error, not to be done, or a test."""
    return told.status in _TAKEN_BACK or told.doNotPerform or bool(test_kind(told.meta, _NOWHERE, frozenset()))
