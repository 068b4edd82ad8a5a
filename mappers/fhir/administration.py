"""A FHIR MedicationAdministration as a telling of an administration."""

from __future__ import annotations

from hashlib import sha256

from coder.facts import Administration, AdministrationStatus, Purpose, Reference
from mappers.charted import UNSTATED, Charted
from mappers.fhir import elements as fhir
from mappers.fhir.medication import drugs_given, is_immunization
from mappers.fhir.patient import patient_key, patient_of, test_kind
from mappers.fhir.resource import Resource, canonical, read_resource
from mappers.fhir.values import (
    Surroundings,
    asserted,
    charted,
    codings,
    identified,
    known,
    rate,
    referred,
    shown,
    words,
)
from mappers.methods import method_of
from mappers.refused import refused
from mappers.routes import RouteMeaning, route_meaning
from mappers.telling import Action, Telling

_PATH = "MedicationAdministration"
_ORDERED = frozenset({"op", "ordering provider"})
_NOT_GIVING = frozenset({"verifier", "witness"}) | _ORDERED
_SECOND_ACCESS = frozenset({"incompatible", "protocol", "other"})
_PURPOSES = frozenset(purpose.value for purpose in Purpose)


def read_administration(resource: Resource, surroundings: Surroundings, test_patients: frozenset[str]) -> Telling:
    """What a MedicationAdministration says; raises Refused where it cannot be read."""
    told = read_resource(resource, fhir.MedicationAdministration)
    patient = patient_of(told.subject, f"{_PATH}.subject", surroundings)
    route = _route(told)
    fact = _fact(told, patient, route, surroundings)
    return Telling(
        source="fhir",
        kind="administration",
        patient=fact.patient,
        patient_reference=patient,
        fact=fact,
        action=Action.DELETE if fact.status is AdministrationStatus.ENTERED_IN_ERROR else Action.ADD,
        whole=True,
        identifiers=_identifiers(told),
        order=_order(told, surroundings),
        start=fact.start,
        asserted=asserted(told.meta),
        message_id=told.meta.versionId,
        digest=sha256(canonical(resource)).hexdigest(),
        ignored=test_kind(told.meta, patient, test_patients) or _ignored(fact, route),
    )


def _fact(
    told: fhir.MedicationAdministration, patient: Reference, route: RouteMeaning | None, surroundings: Surroundings
) -> Administration:
    start, end = _effective(told, surroundings)
    key = patient_key(patient)
    method = told.dosage.method
    return Administration(
        key="",
        patient=key,
        status=_status(told),
        start=start.instant,
        end=end.instant,
        drugs=drugs_given(told, surroundings),
        route=route.route if route else None,
        method=method_of(codings(method), method.text if method else None),
        rate=rate(told.dosage, f"{_PATH}.dosage"),
        access=shown(told.dosage.site),
        second_access=_second_access(told),
        attended=next((each.valueBoolean for each in told.extension if each.url.endswith("/attended")), None),
        purpose=_purpose(told),
        order=_order(told, surroundings),
        encounter=_encounter(told, key, start, surroundings),
        ordered_by=_performer(told, surroundings, ordering=True),
        given_by=_performer(told, surroundings, ordering=False),
        references=_references(told),
    )


def _status(told: fhir.MedicationAdministration) -> AdministrationStatus:
    try:
        return AdministrationStatus(told.status or "")
    except ValueError:
        wanted = "one of " + ", ".join(AdministrationStatus)
        raise refused("not a status", f"{_PATH}.status", told.status or "", wanted) from None


def _effective(told: fhir.MedicationAdministration, surroundings: Surroundings) -> tuple[Charted, Charted]:
    """Start and end; a period of no length is one charted time."""
    if told.effectivePeriod is None:
        return charted(told.effectiveDateTime, f"{_PATH}.effectiveDateTime", surroundings.zone), UNSTATED
    period = told.effectivePeriod
    start = charted(period.start, f"{_PATH}.effectivePeriod.start", surroundings.zone)
    end = charted(period.end, f"{_PATH}.effectivePeriod.end", surroundings.zone)
    if start.instant is None or end.instant is None:
        return start, end
    if end.instant < start.instant:
        path = f"{_PATH}.effectivePeriod.end"
        raise refused("ends before it starts", path, period.end, "a time not before the start")
    return start, end if end.instant > start.instant else UNSTATED


def _route(told: fhir.MedicationAdministration) -> RouteMeaning | None:
    route = told.dosage.route
    return route_meaning(codings(route), route.text) if route else None


def _ignored(fact: Administration, route: RouteMeaning | None) -> str | None:
    if is_immunization(fact.drugs):
        return "immunization"
    return None if route is None or route.injected else f"{route.name} route"


def _extension_code(told: fhir.MedicationAdministration, name: str, allowed: frozenset[str]) -> str | None:
    code = next((each.valueCode for each in told.extension if each.url.endswith(f"/{name}")), None)
    if code is not None and code not in allowed:
        path = f"{_PATH}.extension({name}).valueCode"
        raise refused("not a code of this extension", path, code, "one of " + ", ".join(sorted(allowed)))
    return code


def _second_access(told: fhir.MedicationAdministration) -> str | None:
    return _extension_code(told, "second-access", _SECOND_ACCESS)


def _purpose(told: fhir.MedicationAdministration) -> Purpose | None:
    """The extension decides; a reason or a category counts where it is one of our words."""
    code = _extension_code(told, "purpose", _PURPOSES)
    worded = sorted(words((*told.reasonCode, told.category)) & _PURPOSES)
    stated = code or (worded[0] if len(worded) == 1 else None)
    return Purpose(stated) if stated else None


def _order(told: fhir.MedicationAdministration, surroundings: Surroundings) -> str | None:
    request = referred(told.request, surroundings)
    return request.value or request.reference


def _encounter(
    told: fhir.MedicationAdministration, patient: str, start: Charted, surroundings: Surroundings
) -> str | None:
    context = referred(told.context, surroundings)
    if context.reference:
        return f"fhir|{context.reference}"
    if context.value:
        return f"VN|{context.value}"
    return f"day:{patient}|{start.day.isoformat()}" if start.day else None


def _performer(told: fhir.MedicationAdministration, surroundings: Surroundings, *, ordering: bool) -> Reference | None:
    for each in told.performer:
        functions = words([each.function])
        if functions & _ORDERED if ordering else not functions & _NOT_GIVING:
            return known(referred(each.actor, surroundings))
    return None


def _identifiers(told: fhir.MedicationAdministration) -> tuple[str, ...]:
    own = (f"fhir|{_PATH}/{told.id}",) if told.id else ()
    return own + identified(told.identifier)


def _references(told: fhir.MedicationAdministration) -> tuple[Reference, ...]:
    identifier = next((each for each in told.identifier if each.value), fhir.Identifier())
    literal = f"{_PATH}/{told.id}" if told.id else None
    reference = known(Reference(literal, identifier.system, identifier.value))
    return (reference,) if reference else ()
