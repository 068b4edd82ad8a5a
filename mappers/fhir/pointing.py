"""What a reference points at, where that is at hand: contained in the resource, or beside it in its Bundle."""

from __future__ import annotations

from typing import TypeVar

from mappers.fhir import elements as fhir
from mappers.fhir.resource import Document, read_resource
from mappers.fhir.values import Surroundings

AnyElement = TypeVar("AnyElement", bound=fhir.Element)


def pointed_at(reference: fhir.Reference, surroundings: Surroundings, element: type[AnyElement]) -> AnyElement | None:
    """The resource of this kind that a reference leads to; None where it leads elsewhere."""
    found = document_at(reference, surroundings)
    if found is None or found.kind != element.__name__:
        return None
    return read_resource(found, element)


def document_at(reference: fhir.Reference, surroundings: Surroundings) -> Document | None:
    """Whatever a reference leads to, where that is at hand."""
    literal = reference.reference or ""
    if literal[:1] != "#":
        return surroundings.neighbours.get(literal.partition("/_history/")[0]) if surroundings.neighbours else None
    inside = (holder.contained(literal[1:]) for holder in surroundings.inside)
    return next((found for found in inside if found), None)
