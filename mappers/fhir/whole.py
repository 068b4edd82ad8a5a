"""A resource as a telling that stands whole, in place of what its source said of the same thing before."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256

from coder.facts import Administration, AdmissionOrder, Answer, Order, Person, Reference
from mappers.composed import Composition
from mappers.fhir import elements as fhir
from mappers.fhir.patient import test_kind
from mappers.fhir.resource import NOT_VALID, Document, canonical
from mappers.fhir.values import asserted, identified
from mappers.refused import refused
from mappers.telling import KINDS, Action, Fact, Telling

_ADD, _DELETE = Action.ADD, Action.DELETE
_is_id = re.compile(r"[A-Za-z0-9.-]{1,64}").fullmatch


def whole_telling(
    document: Document,
    told: fhir.Resource,
    fact: Fact,
    patient: Reference,
    *,
    withdrawn: bool,
    ignored: str | None,
    identifiers: tuple[str, ...] | None = None,
) -> Telling:
    """The telling that a resource is, with its fact; `withdrawn` takes back what was told before.

    Without `identifiers` it goes by its type and id and by all its identifiers.
    """
    kind = KINDS[type(fact)]
    if told.modifierExtension:
        path = f"{type(told).__name__}.modifierExtension"
        raise refused("not understood", path, told.modifierExtension[0].url, "no extension that changes the meaning")
    if told.id is not None and not _is_id(told.id):
        path = f"{type(told).__name__}.id"
        raise refused(NOT_VALID, path, told.id, "letters, digits, dashes and dots, at most 64")
    if identifiers is None:
        identifiers = own_name(type(told).__name__, told) + identified(told.identifier)
    order, start = (fact.order, fact.start) if isinstance(fact, Administration) else (None, _start(fact))
    return Telling(
        "fhir",
        kind,
        fact.patient,
        patient,
        fact,
        _DELETE if withdrawn else _ADD,
        True,
        identifiers,
        order,
        start,
        asserted(told.meta),
        told.meta.versionId,
        _digest(document, told),
        ignored=ignored,
    )


def telling_within_patient(
    document: Document,
    told: fhir.Resource,
    fact: Fact,
    patient: Reference,
    *,
    kind: str,
    withdrawn: bool,
    test_patients: frozenset[str],
) -> Telling:
    """A whole telling named within its patient; one about a test patient is ignored."""
    return whole_telling(
        document,
        told,
        fact,
        patient,
        identifiers=names_within_patient(kind, told, fact.patient),
        withdrawn=withdrawn,
        ignored=test_kind(told.meta, patient, test_patients),
    )


def _digest(document: Document, told: fhir.Resource) -> str:
    """The bytes of a version that has a name; what has none is the same whatever the order of its keys."""
    named = told.id and told.meta.versionId
    return sha256(document.raw if named else canonical(document.plain)).hexdigest()


def _start(fact: Fact) -> datetime | None:
    if isinstance(fact, AdmissionOrder):
        return fact.at
    return None if isinstance(fact, (Order, Composition, Person, Answer)) else fact.start


def own_name(kind: str, told: fhir.Resource) -> tuple[str, ...]:
    """The resource by its type and id, as others point at it."""
    return (f"fhir|{kind}/{told.id}",) if told.id else ()


def names_within_patient(kind: str, told: fhir.Resource, patient: str) -> tuple[str, ...]:
    """The resource by its id, else by its identifiers, which then hold for this patient alone.

    A member number is a whole family's, an accession number a whole study's: neither may join two patients.
    """
    if told.id:
        return own_name(kind, told)
    return tuple(f"{name} of {patient}" for name in identified(told.identifier))


def references_of(kind: str, told: fhir.Resource) -> tuple[Reference, ...]:
    """How the sender names the resource: by type and id, with its first identifier."""
    literal = f"{kind}/{told.id}" if told.id else None
    for each in told.identifier:
        if each.value:
            return (Reference(literal, each.system, each.value),)
    return (Reference(literal),) if literal else ()
