"""A FHIR Medication that comes by itself: what it is made of, for the administrations that point at it."""

from __future__ import annotations

from coder.facts import Reference
from mappers.composed import Component, Composition
from mappers.fhir import elements as fhir
from mappers.fhir.medication import component_of, is_product, names_of
from mappers.fhir.patient import test_kind
from mappers.fhir.pointing import document_at
from mappers.fhir.resource import Document, read_resource
from mappers.fhir.values import Surroundings, referred
from mappers.fhir.whole import own_name, references_of, whole_telling
from mappers.telling import NOBODY, Ignored, Telling

_PATH = "Medication"
_IN_ERROR = "entered-in-error"
_NOWHERE = Reference()


def read_composition(document: Document, surroundings: Surroundings, _: frozenset[str]) -> Telling | Ignored:
    """What a Medication says, if anything can point at it; raises Refused where it cannot be read."""
    told = read_resource(document, fhir.Medication)
    ignored = test_kind(told.meta, _NOWHERE, frozenset())
    if ignored or not told.id:
        return Ignored(ignored or f"fhir {_PATH}")
    names = own_name(_PATH, told)
    fact = Composition(
        key="",
        patient=f"{NOBODY}{names[0]}",
        components=_components(told, surroundings),
        lot=told.batch.lotNumber if told.batch else None,
        expiry=told.batch.expirationDate if told.batch else None,
        references=references_of(_PATH, told),
        cancelled=told.status == _IN_ERROR,
    )
    return whole_telling(
        document, told, fact, _NOWHERE, withdrawn=fact.cancelled, ignored=None, identifiers=names
    )  # fmt: skip


def waited_for(given: fhir.MedicationAdministration, surroundings: Surroundings) -> str | None:
    """The name of the Medication that an administration points at, where that is not at hand."""
    reference = given.medicationReference or (given.medication.reference if given.medication else None)
    if reference is None or document_at(reference, surroundings):
        return None
    steps = (referred(reference, surroundings).reference or "").split("/")
    return f"fhir|{_PATH}/{steps[-1]}" if steps[-2:-1] == [_PATH] else None


def _components(told: fhir.Medication, surroundings: Surroundings) -> tuple[Component, ...]:
    """Its ingredients; the whole, where a code names the product or nothing is said of ingredients."""
    if told.ingredient and not is_product(told):
        return tuple(component_of(each, surroundings, _PATH) for each in told.ingredient)
    if told.code is None:
        return ()
    return (Component(*names_of(told.code, surroundings.profile)),)
