"""A FHIR MedicationAdministration as a telling of an administration."""

from __future__ import annotations

from collections.abc import Callable

from coder.facts import AccessDevice, Administration, AdministrationStatus, Place, PumpOwner, Purpose, Reference
from mappers.charted import UNSTATED, Charted
from mappers.devices import access_device_in, pump_in
from mappers.fhir import elements as fhir
from mappers.fhir.device import device_words
from mappers.fhir.drug_facts import with_drug_facts
from mappers.fhir.extensions import Extensions
from mappers.fhir.medication import batch_of, drugs_given, is_immunization
from mappers.fhir.patient import patient_key, patient_of, test_kind
from mappers.fhir.reasons import reasons_of
from mappers.fhir.resource import Resource, read_resource
from mappers.fhir.values import (
    Surroundings,
    charted,
    codings,
    identified,
    known,
    rate,
    referred,
    shown,
    words,
)
from mappers.fhir.whole import encounter_name, own_name, references_of, whole_telling
from mappers.methods import method_of
from mappers.refused import refused
from mappers.routes import RouteMeaning, route_meaning
from mappers.telling import Telling

_PATH = "MedicationAdministration"
_ORDERED = frozenset({"op", "ordering provider"})
_SUPERVISED = frozenset({"supervisor", "supervising provider"})
_NOT_GIVING = frozenset({"verifier", "witness"}) | _ORDERED | _SUPERVISED
_SECOND_ACCESS = frozenset({"incompatible", "protocol", "other"})
_PURPOSES = frozenset(purpose.value for purpose in Purpose)
_ORDERED_TIMES = ("ordered-minutes", "infuse-over-time")


def read_administration(resource: Resource, surroundings: Surroundings, test_patients: frozenset[str]) -> Telling:
    """What a MedicationAdministration says; raises Refused where it cannot be read."""
    told = read_resource(resource, fhir.MedicationAdministration)
    patient = patient_of(told.subject, f"{_PATH}.subject", surroundings)
    route = _route(told)
    fact = with_drug_facts(_fact(told, patient, route, surroundings), told.extension, _PATH)
    return whole_telling(
        resource,
        told,
        fact,
        patient,
        identifiers=own_name(_PATH, told) + identified(told.identifier),
        withdrawn=fact.status is AdministrationStatus.ENTERED_IN_ERROR,
        ignored=test_kind(told.meta, patient, test_patients) or _ignored(fact, route),
    )


def _fact(
    told: fhir.MedicationAdministration, patient: Reference, route: RouteMeaning | None, surroundings: Surroundings
) -> Administration:
    start, end = _effective(told, surroundings)
    key = patient_key(patient)
    method = told.dosage.method
    said = Extensions(told.extension, _PATH)
    devices = device_words(told, surroundings)
    batch = batch_of(told, surroundings)
    reasons, reason_conditions = reasons_of(told, surroundings)
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
        second_access=said.code("second-access", _SECOND_ACCESS),
        attended=said.truth("attended"),
        purpose=_purpose(told, said),
        order=_order(told, surroundings),
        encounter=_encounter(told, key, start, surroundings),
        ordered_by=_performer(told, surroundings, lambda functions: bool(functions & _ORDERED)),
        given_by=_performer(told, surroundings, lambda functions: not functions & _NOT_GIVING),
        references=references_of(_PATH, told),
        pump=pump_in(devices),
        pump_owner=said.word("pump-owner", PumpOwner),
        continues_at_home=said.truth("continues-at-home"),
        ordered_minutes=_ordered_minutes(said),
        injections=said.count("injections"),
        lesions=said.count("lesions"),
        puncture=said.truth("puncture"),
        counselled=said.truth("counselled"),
        demand=said.truth("demand-dose"),
        access_device=_access_device(told, said, devices),
        place=said.word("place", Place),
        taken_over_at=said.instant("taken-over", surroundings.zone),
        procedure=_procedure(told, surroundings),
        volume_infused=said.amount("volume-infused"),
        pump_start=said.instant("pump-start", surroundings.zone),
        pump_end=said.instant("pump-end", surroundings.zone),
        identified=said.truth("identified"),
        monitored=said.truth("monitored"),
        reaction=said.truth("reaction"),
        reaction_managed=said.truth("reaction-managed"),
        educated=said.truth("educated"),
        lot=said.text("lot-number") or batch.lotNumber,
        expiry=said.text("lot-expiry") or batch.expirationDate,
        supervised_by=_performer(told, surroundings, lambda functions: bool(functions & _SUPERVISED)),
        signed=said.truth("signed"),
        reasons=reasons,
        reason_conditions=reason_conditions,
        authorisation=said.text("authorization-number"),
        later_start=start.later,
        later_end=end.later,
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
        if end.later and end.later > start.instant:
            return start, Charted(end.later, end.day)
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


def _purpose(told: fhir.MedicationAdministration, said: Extensions) -> Purpose | None:
    """The extension decides; a reason or a category counts where it is one of our words."""
    code = said.code("purpose", _PURPOSES)
    worded = sorted(words((*told.reasonCode, told.category)) & _PURPOSES)
    stated = code or (worded[0] if len(worded) == 1 else None)
    return Purpose(stated) if stated else None


def _ordered_minutes(said: Extensions) -> int | None:
    stated = (said.minutes(name) for name in _ORDERED_TIMES)
    return next((minutes for minutes in stated if minutes is not None), None)


def _access_device(
    told: fhir.MedicationAdministration, said: Extensions, devices: tuple[str, ...]
) -> AccessDevice | None:
    """The extension decides, then a device, then the words for the site."""
    site = " ".join((shown(told.dosage.site) or "").split()).casefold()
    return said.word("access-device", AccessDevice) or access_device_in(devices) or access_device_in([site])


def _procedure(told: fhir.MedicationAdministration, surroundings: Surroundings) -> str | None:
    """The name of the procedure it was part of; an administration may be part of another one too."""
    wholes = (referred(each, surroundings).reference or "" for each in told.partOf)
    return next((f"fhir|{whole}" for whole in wholes if whole.split("/")[-2:-1] == ["Procedure"]), None)


def _order(told: fhir.MedicationAdministration, surroundings: Surroundings) -> str | None:
    request = referred(told.request, surroundings)
    return request.value or request.reference


def _encounter(
    told: fhir.MedicationAdministration, patient: str, start: Charted, surroundings: Surroundings
) -> str | None:
    day = f"day:{patient}|{start.day.isoformat()}" if start.day else None
    return encounter_name(told.context, surroundings) or day


def _performer(
    told: fhir.MedicationAdministration, surroundings: Surroundings, is_wanted: Callable[[frozenset[str]], bool]
) -> Reference | None:
    wanted = (each for each in told.performer if is_wanted(words([each.function])))
    first = next(wanted, None)
    return known(referred(first.actor, surroundings)) if first else None
