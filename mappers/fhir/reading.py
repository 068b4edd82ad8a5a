"""FHIR JSON into items: a resource is one, a Bundle as many as its entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from mappers.fhir.administration import read_administration
from mappers.fhir.admission_order import read_service_request
from mappers.fhir.answer import read_answer
from mappers.fhir.composition import read_composition
from mappers.fhir.condition import read_condition
from mappers.fhir.coverage import read_coverage
from mappers.fhir.deletion import read_deletion, unseen
from mappers.fhir.element_names import RESOURCES
from mappers.fhir.encounter import read_encounter
from mappers.fhir.one_pass import in_one_pass
from mappers.fhir.order import read_order
from mappers.fhir.person import read_person
from mappers.fhir.procedure import read_charge_item, read_procedure
from mappers.fhir.resource import WANTED, Document, Plain
from mappers.fhir.values import Surroundings
from mappers.profile import Profile, Senders
from mappers.refused import Refused, refused
from mappers.telling import Fault, Ignored, Item, Telling

_READERS: Mapping[str, Callable[[Document, Surroundings, frozenset[str]], Telling | Ignored]] = {
    "MedicationAdministration": read_administration,
    "Encounter": read_encounter,
    "Procedure": read_procedure,
    "ChargeItem": read_charge_item,
    "ServiceRequest": read_service_request,
    "Coverage": read_coverage,
    "Condition": read_condition,
    "MedicationRequest": read_order,
    "Medication": read_composition,
    "QuestionnaireResponse": read_answer,
    "Patient": read_person,
}
_OF_A_PATIENT = {
    "Procedure": "subject",
    "ChargeItem": "subject",
    "ServiceRequest": "subject",
    "Coverage": "beneficiary",
    "Condition": "subject",
    "MedicationRequest": "subject",
    "QuestionnaireResponse": "subject",
}
_BUNDLES_IN_BUNDLES_MOST = 4
_DELETE, _PATCH = "DELETE", "PATCH"
_ASKS = frozenset({"GET", "HEAD"})
_UTC = ZoneInfo("UTC")
_ALONE: Mapping[str, Document] = {}


@dataclass(slots=True)
class _Site:
    """Whose messages these are: the senders and their profiles, the test patients; and when this one was sent."""

    senders: Senders
    test_patients: frozenset[str]
    sent: datetime | None

    def profile(self, document: Document, around: Profile) -> Profile:
        """The profile of who sent a resource, else of who sent the Bundle around it."""
        if document.typed is not None:
            source: object = document.typed.meta.source
            if source is None:
                return around
        else:
            meta = document.plain.get("meta")
            source = meta.get("source") if isinstance(meta, dict) else None
        return self.senders.named(source.partition("#")[0]) if isinstance(source, str) else around


def read_fhir(
    value: bytes, test_patients: frozenset[str], senders: Senders, sent: datetime | None = None
) -> tuple[Item, ...]:
    """The items of a FHIR JSON document, a fault in place of each that cannot be read."""
    document, site = Document(value, None, in_one_pass(value)), _Site(senders, test_patients, sent)
    try:
        if document.typed is not None or document.kind != "Bundle":
            return (_item(document, site, senders.standard, _ALONE),)
        items = tuple(_items(document, site, site.profile(document, senders.standard), _BUNDLES_IN_BUNDLES_MOST))
    except Refused as error:
        return (error.fault,)
    return items or (Ignored("fhir empty Bundle"),)


def _items(document: Document, site: _Site, profile: Profile, deeper: int) -> Iterator[Item]:
    """The items of a Bundle."""
    if not deeper:
        raise refused("not readable", "Bundle", "", "Bundles nested less deeply")
    entries = tuple(document.entries())
    neighbours = dict(_neighbours(entries))
    for place, (entry, resource) in enumerate(entries):
        try:
            if entry.get("request") is not None and _method(entry) == _DELETE:
                yield read_deletion(entry, document.plain, site.sent)
            elif resource is None:
                yield _without_resource(entry, place)
            elif resource.kind == "Bundle":
                yield from _items(resource, site, site.profile(resource, profile), deeper - 1)
            else:
                yield _of_entry(entry, resource, site, profile, neighbours)
        except Refused as error:
            yield replace(error.fault, path=f"Bundle.entry[{place}].{error.fault.path}")


def _of_entry(
    entry: Plain, resource: Document, site: _Site, around: Profile, neighbours: Mapping[str, Document]
) -> Item:
    if entry.get("request") is not None and _method(entry) == _PATCH:
        raise unseen("request.method", _PATCH)
    return _item(resource, site, around, neighbours)


def _without_resource(entry: Plain, place: int) -> Item:
    """What an entry says that only asks or answers."""
    method = _method(entry) if entry else ""
    if method == _PATCH:
        raise unseen("request.method", method)
    if method in _ASKS or isinstance(entry.get("response"), dict):
        return Ignored("fhir Bundle entry without a resource")
    return Fault("not a resource", f"Bundle.entry[{place}].resource", "", WANTED)


def _method(entry: Plain) -> str:
    request = entry.get("request")
    return str(request.get("method")) if isinstance(request, dict) else ""


def _item(document: Document, site: _Site, around: Profile, neighbours: Mapping[str, Document]) -> Item:
    kind = document.kind
    if not isinstance(kind, str):
        raise refused("no resource type", "resourceType", "", "a FHIR resource")
    reader = _READERS.get(kind)
    if reader is None:
        if kind not in RESOURCES:
            raise refused("unknown resource type", "resourceType", kind, "a resource type of FHIR R4, R4B or R5")
        return Ignored(f"fhir {kind}")
    profile = site.profile(document, around)
    surroundings = Surroundings(profile.zone or _UTC, neighbours, profile, (document,))
    if kind in _OF_A_PATIENT and _is_of_something_else(kind, document.plain, surroundings):
        return Ignored(f"fhir {kind}")
    return reader(document, surroundings, site.test_patients)


def _is_of_something_else(kind: str, plain: Plain, surroundings: Surroundings) -> bool:
    """Whether what usually bears on a patient is about a group, a place or a device this time."""
    subject = plain.get(_OF_A_PATIENT[kind])
    literal = subject.get("reference") if isinstance(subject, dict) else None
    kinds = surroundings.named(literal).split("/")[-2:-1] if isinstance(literal, str) else []
    return kinds not in ([], ["Patient"])


def _neighbours(entries: tuple[tuple[Plain, Document | None], ...]) -> Iterator[tuple[str, Document]]:
    """The resources of a Bundle by full url and by type and id."""
    for entry, resource in entries:
        if resource is not None:
            url, plain = entry.get("fullUrl"), resource.plain
            if isinstance(url, str):
                yield url, resource
            yield f"{plain.get('resourceType')}/{plain.get('id')}", resource
