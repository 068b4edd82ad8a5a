"""The site, the route and the method of a FHIR dosage: a site says the same ones again and again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from coder.facts import AccessDevice, Method
from mappers.devices import access_device_in
from mappers.fhir import elements as fhir
from mappers.fhir.values import codings, shown, words
from mappers.methods import method_of
from mappers.profile import Profile
from mappers.routes import RouteMeaning, route_meaning


@dataclass(frozen=True, slots=True)
class Routed:
    """The route, the method, the words for the access and what it ends in, each where it is said."""

    route: RouteMeaning | None = None
    method: Method | None = None
    access: str | None = None
    access_device: AccessDevice | None = None


def read_routed(
    site: fhir.CodeableConcept | None,
    route: fhir.CodeableConcept | None,
    method: fhir.CodeableConcept | None,
    profile: Profile,
) -> Routed:
    """What a dosage says of the way the drug took."""
    access = shown(site)
    return Routed(
        route=_route(route, profile) if route else None,
        method=_method(method, profile) if method else None,
        access=access,
        access_device=access_device_in([" ".join(access.split()).casefold()]) if access else None,
    )


kept_routed = lru_cache(maxsize=1024)(read_routed)
"""The same, kept; amounts are in no such key, since 1500 and 1500.00 are equal there and not as written."""


def _route(concept: fhir.CodeableConcept, profile: Profile) -> RouteMeaning | None:
    local = (profile.routes.get(word) for word in _said(concept)) if profile.routes else ()
    return next((route for route in local if route), None) or route_meaning(codings(concept), concept.text)


def _method(concept: fhir.CodeableConcept, profile: Profile) -> Method | None:
    local = (profile.methods.get(word) for word in _said(concept)) if profile.methods else ()
    return next((method for method in local if method), None) or method_of(codings(concept), concept.text)


def _said(concept: fhir.CodeableConcept) -> list[str]:
    """Every code, display and text of a concept, in lower case."""
    displays = (" ".join((coding.display or "").split()).casefold() for coding in concept.coding)
    return sorted({*words((concept,)), *displays} - {""})
