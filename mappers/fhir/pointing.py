"""What a reference points at, where that is at hand: contained in the resource, or beside it in its Bundle."""

from __future__ import annotations

from typing import TypeVar

from mappers.fhir import elements as fhir
from mappers.fhir.resource import Resource, read_resource
from mappers.fhir.values import Surroundings

AnyElement = TypeVar("AnyElement", bound=fhir.Element)


def pointed_at(
    reference: fhir.Reference,
    contained: tuple[dict[str, object], ...],
    surroundings: Surroundings,
    element: type[AnyElement],
) -> AnyElement | None:
    """The resource of this kind that a reference leads to; None where it leads elsewhere."""
    literal = reference.reference or ""
    found = _contained(literal, contained) if literal.startswith("#") else surroundings.neighbours.get(literal)
    if found is None or found.get("resourceType") != element.__name__:
        return None
    return read_resource(found, element)


def _contained(literal: str, contained: tuple[dict[str, object], ...]) -> Resource | None:
    return next((each for each in contained if each.get("id") == literal[1:]), None)
