"""A FHIR MedicationAdministration as a telling of an administration."""

from __future__ import annotations

from typing import Any

from coder.facts import Administration, AdministrationStatus, Purpose
from mappers.charted import UNSTATED, Charted
from mappers.devices import access_device_in, pump_in
from mappers.fhir import elements as fhir
from mappers.fhir.device import device_words
from mappers.fhir.extensions import Extensions
from mappers.fhir.medication import batch_of, drugs_given, is_immunization
from mappers.fhir.order import order_at_hand
from mappers.fhir.ordered import Ordered, ordered
from mappers.fhir.particulars import particulars
from mappers.fhir.patient import patient_key, patient_of, test_kind
from mappers.fhir.performers import kept_performers, performers_of
from mappers.fhir.reasons import reasons_of
from mappers.fhir.resource import NOT_VALID, Document, read_resource
from mappers.fhir.routed import KEPT_BYTES_MOST, Routed, kept_routed, read_routed
from mappers.fhir.stated_time import stated_minutes
from mappers.fhir.values import Surroundings, amount, charted, concepts, rate, referred, words
from mappers.fhir.whole import encounter_name, references_of, whole_telling
from mappers.profile import Profile
from mappers.refused import refused
from mappers.telling import Telling

_PATH = "MedicationAdministration"
_DOSAGE = f"{_PATH}.dosage"
_DOSE = f"{_DOSAGE}.dose"
_WITHDRAWN = AdministrationStatus.ENTERED_IN_ERROR
_STATUSES = {status.value: status for status in AdministrationStatus}
_PURPOSES = {purpose.value: purpose for purpose in Purpose}


def read_administration(document: Document, surroundings: Surroundings, test_patients: frozenset[str]) -> Telling:
    """What a MedicationAdministration says; raises Refused where it cannot be read."""
    told = read_resource(document, fhir.MedicationAdministration)
    patient = patient_of(told.subject, f"{_PATH}.subject", surroundings)
    small = len(document.raw) <= KEPT_BYTES_MOST
    dosage = told.dosage
    routed = (kept_routed if small else read_routed)(dosage.site, dosage.route, dosage.method, surroundings.profile)
    fact = _fact(told, patient_key(patient), routed, surroundings, small=small)
    ignored = test_kind(told.meta, patient, test_patients) or _ignored(fact, routed)
    return whole_telling(document, told, fact, patient, withdrawn=fact.status is _WITHDRAWN, ignored=ignored)


def _fact(
    told: fhir.MedicationAdministration, patient: str, routed: Routed, surroundings: Surroundings, *, small: bool
) -> Administration:
    """By position up to its own names: half the time of names for all."""
    start, end = _effective(told, surroundings)
    dosage = told.dosage
    dose, flow = amount(dosage.dose, _DOSE), rate(dosage, _DOSAGE)
    order = referred(told.request, surroundings) if told.request else None
    rarer = _rarer(told, patient, routed, surroundings, small=small)
    if end.instant and (minutes := stated_minutes(dosage, dose, flow, _DOSAGE)):
        rarer["stated_minutes"] = minutes
    if order and order.value and order.reference:
        rarer["request"] = order.reference
    if start.later or end.later:
        rarer["later_start"], rarer["later_end"] = start.later, end.later
    return Administration(
        "",
        patient,
        _status(told.status, surroundings.profile),
        start.instant,
        end.instant,
        drugs_given(told, dose, surroundings, small=small),
        routed.route.route if routed.route else None,
        routed.method,
        flow,
        routed.access,
        rarer.pop("second_access", None),
        rarer.pop("attended", None),
        rarer.pop("purpose", None),
        (order.value or order.reference) if order else None,
        _encounter(told, patient, start, surroundings),
        rarer.pop("ordered_by", None),
        rarer.pop("given_by", None),
        references_of(_PATH, told),
        **rarer,
    )


def _rarer(
    told: fhir.MedicationAdministration, patient: str, routed: Routed, surroundings: Surroundings, *, small: bool
) -> dict[str, Any]:
    """The facts that few administrations have, by name."""
    stated: dict[str, Any] = {}
    request = order_at_hand(told.request, patient, surroundings) if told.request else None
    if told.performer:
        alone = small and not surroundings.neighbours
        stated |= kept_performers(told.performer) if alone else performers_of(told.performer, surroundings)
    if routed.access_device:
        stated["access_device"] = routed.access_device
    if told.device:
        devices = device_words(told, surroundings)
        stated["pump"] = pump_in(devices)
        stated["access_device"] = access_device_in(devices) or routed.access_device
    if told.reasonCode or told.reasonReference or told.reason or request:
        stated["reasons"], stated["reason_conditions"] = reasons_of(told, request, surroundings)
    if told.reasonCode or told.reason or told.category:
        stated["purpose"] = _purpose(told)
    if told.partOf:
        stated["procedure"] = _procedure(told, surroundings)
    if told.medicationCodeableConcept is None and (batch := batch_of(told, surroundings)):
        stated["lot"], stated["expiry"] = batch.lotNumber, batch.expirationDate
    if told.extension:
        said = Extensions(told.extension, _PATH, surroundings.profile.observations)
        stated.update(particulars(said, surroundings.zone))
    if request:
        _add_ordered(stated, ordered(request, surroundings))
    return stated


def _add_ordered(stated: dict[str, Any], order: Ordered | None) -> None:
    """What the order says where the administration itself says nothing of it."""
    if order is None:
        return
    if order.by and not stated.get("ordered_by"):
        stated["ordered_by"] = order.by
    if order.minutes is not None:
        stated.setdefault("ordered_minutes", order.minutes)


def _status(said: str, profile: Profile) -> AdministrationStatus:
    local = profile.statuses.get(said.casefold()) if profile.statuses else None
    status = local.status if local else _STATUSES.get(said)
    if status is None:
        raise refused("not a status", f"{_PATH}.status", said, "one of " + ", ".join(_STATUSES))
    return status


def _effective(told: fhir.MedicationAdministration, surroundings: Surroundings) -> tuple[Charted, Charted]:
    """Start and end; a period of no length is one charted time."""
    moment, period, kind = told.effectiveDateTime, told.effectivePeriod, "effective"
    if moment is None and period is None:
        moment, period, kind = told.occurenceDateTime, told.occurencePeriod, "occurence"
    elif told.occurenceDateTime is not None or told.occurencePeriod is not None:
        period = moment = None
    if (moment is None) is (period is None) or told.occurenceTiming is not None:
        raise refused(NOT_VALID, f"{_PATH}.effective[x]", "", "one time or one period")
    if period is not None:
        return _period(period, f"{_PATH}.{kind}Period", surroundings)
    return charted(moment, f"{_PATH}.{kind}DateTime", surroundings.zone), UNSTATED


def _period(period: fhir.Period, path: str, surroundings: Surroundings) -> tuple[Charted, Charted]:
    start = charted(period.start, f"{path}.start", surroundings.zone)
    end = charted(period.end, f"{path}.end", surroundings.zone)
    if start.instant is None or end.instant is None:
        return start, end
    if end.instant < start.instant:
        if end.later and end.later > start.instant:
            return start, Charted(end.later, end.stated_day)
        raise refused("ends before it starts", f"{path}.end", period.end, "a time not before the start")
    return start, end if end.instant > start.instant else UNSTATED


def _ignored(fact: Administration, routed: Routed) -> str | None:
    if is_immunization(fact.drugs):
        return "immunization"
    return None if routed.route is None or routed.route.injected else f"{routed.route.name} route"


def _purpose(told: fhir.MedicationAdministration) -> Purpose | None:
    """A reason or a category counts where it is one of our words; an extension says more and goes before it."""
    reasons = (each.concept for each in told.reason if each.concept)
    said = words((*told.reasonCode, *reasons, *concepts(told.category))) & _PURPOSES.keys()
    return _PURPOSES[min(said)] if len(said) == 1 else None


def _procedure(told: fhir.MedicationAdministration, surroundings: Surroundings) -> str | None:
    """The name of the procedure it was part of; an administration may be part of another one too."""
    wholes = (referred(each, surroundings).reference or "" for each in told.partOf)
    return next((f"fhir|{whole}" for whole in wholes if whole.split("/")[-2:-1] == ["Procedure"]), None)


def _encounter(
    told: fhir.MedicationAdministration, patient: str, start: Charted, surroundings: Surroundings
) -> str | None:
    named = encounter_name(told.context or told.encounter, surroundings)
    return named or (f"day:{patient}|{start.day.isoformat()}" if start.day else None)
