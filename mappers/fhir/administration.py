"""A FHIR MedicationAdministration as a telling of an administration."""

from __future__ import annotations

from typing import Any

from coder.facts import Administration, AdministrationStatus, Purpose
from mappers.charted import UNSTATED, Charted
from mappers.fhir import elements as fhir
from mappers.fhir.composition import waited_for
from mappers.fhir.device import devices_of
from mappers.fhir.dosage import Dosed, dosage_of
from mappers.fhir.encountered import encounter_of
from mappers.fhir.medication import batch_of, drugs_given, is_immunization
from mappers.fhir.order import order_at_hand
from mappers.fhir.ordered import Ordered, ordered
from mappers.fhir.particulars import particulars
from mappers.fhir.patient import administered_to, test_kind
from mappers.fhir.performers import performers_of
from mappers.fhir.reasons import reasons_of
from mappers.fhir.resource import NOT_VALID, Document, read_resource
from mappers.fhir.routed import Routed
from mappers.fhir.values import Surroundings, charted, concepts, literal_of, referred, words
from mappers.fhir.whole import references_of, whole_telling
from mappers.profile import Profile
from mappers.refused import refused
from mappers.routes import RouteMeaning
from mappers.telling import Telling

_PATH = "MedicationAdministration"
_WITHDRAWN = AdministrationStatus.ENTERED_IN_ERROR
_STATUSES = {status.value: status for status in AdministrationStatus}
_PURPOSES = {purpose.value: purpose for purpose in Purpose}


def read_administration(document: Document, surroundings: Surroundings, test_patients: frozenset[str]) -> Telling:
    """What a MedicationAdministration says; raises Refused where it cannot be read."""
    told = read_resource(document, fhir.MedicationAdministration)
    patient, key = administered_to(told.subject, surroundings)
    dosed = dosage_of(told.dosage, surroundings.profile)
    fact = _fact(told, key, dosed, surroundings)
    ignored = test_kind(told.meta, patient, test_patients) or _ignored(fact, dosed.routed.route)
    return whole_telling(document, told, fact, patient, withdrawn=fact.status is _WITHDRAWN, ignored=ignored)


def _fact(
    told: fhir.MedicationAdministration, patient: str, dosed: Dosed, surroundings: Surroundings
) -> Administration:
    """By position up to its own names: half the time of names for all."""
    start, end = _effective(told, surroundings)
    routed = dosed.routed
    rarer = _rarer(told, routed, surroundings)
    order = _order(told.request, rarer, surroundings) if told.request else None
    if dosed.minutes and end.instant:
        rarer["stated_minutes"] = dosed.minutes
    if start.later or end.later:
        rarer["later_start"], rarer["later_end"] = start.later, end.later
    return Administration(
        "",
        patient,
        _status(told.status, surroundings.profile),
        start.instant,
        end.instant,
        drugs_given(told, dosed.dose, surroundings),
        routed.route.route if routed.route else None,
        routed.method,
        dosed.rate,
        routed.access,
        rarer.pop("second_access", None),
        rarer.pop("attended", None),
        rarer.pop("purpose", None),
        order,
        _encounter(told, patient, start, surroundings),
        rarer.pop("ordered_by", None),
        rarer.pop("given_by", None),
        references_of(_PATH, told),
        **rarer,
    )


def _order(request: fhir.Reference, rarer: dict[str, Any], surroundings: Surroundings) -> str | None:
    """The number of the order, and beside it what else it is called; without a number what it is called."""
    literal = literal_of(request, surroundings)
    number = request.identifier.value if request.identifier else None
    if number and literal:
        rarer["request"] = literal
    return number or literal


def _rarer(told: fhir.MedicationAdministration, routed: Routed, surroundings: Surroundings) -> dict[str, Any]:
    """The facts that few administrations have, by name."""
    stated: dict[str, Any] = {}
    request = None
    if told.request and (surroundings.neighbours or told.contained):
        request = order_at_hand(told, told.request, surroundings)
    if told.performer:
        stated |= performers_of(told.performer, surroundings)
    if routed.access_device:
        stated["access_device"] = routed.access_device
    if told.device:
        stated["pump"], device = devices_of(told.device, surroundings)
        stated["access_device"] = device or routed.access_device
    if told.reasonCode or told.reasonReference or told.reason or request:
        stated["reasons"], stated["reason_conditions"] = reasons_of(told, request, surroundings)
    if told.reasonCode or told.reason or told.category:
        stated["purpose"] = _purpose(told)
    if told.partOf:
        stated["procedure"] = _procedure(told, surroundings)
    if not told.medicationCodeableConcept:
        stated["medication"] = waited_for(told, surroundings)
        if batch := batch_of(told, surroundings):
            stated["lot"], stated["expiry"] = batch.lotNumber, batch.expirationDate
    if told.extension:
        stated.update(particulars(told.extension, surroundings.profile))
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


def _ignored(fact: Administration, route: RouteMeaning | None) -> str | None:
    if is_immunization(fact.drugs):
        return "immunization"
    return None if route is None or route.injected else f"{route.name} route"


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
    return encounter_of(told, surroundings) or (f"day:{patient}|{start.day.isoformat()}" if start.day else None)
