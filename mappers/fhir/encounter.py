"""A FHIR Encounter as a telling of an encounter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from coder.facts import ClassPeriod, Encounter, PatientClass, PlacePeriod, Reference, VisitReason
from mappers.code_systems import ACT_CODE, V2_CLASS
from mappers.fhir import elements as fhir
from mappers.fhir.encountered import encounter_name
from mappers.fhir.extensions import Extensions
from mappers.fhir.patient import patient_key, patient_of, test_kind
from mappers.fhir.pointing import pointed_at
from mappers.fhir.reasons import named_diagnoses
from mappers.fhir.resource import Document, read_resource
from mappers.fhir.values import Surroundings, charted, identified, known, referred, words
from mappers.fhir.whole import own_name, references_of, whole_telling
from mappers.patient_classes import V2_CLASSES, V2_SERIES
from mappers.places import place_named
from mappers.refused import refused
from mappers.telling import Telling

_PATH = "Encounter"
ACT_CLASSES = {
    "IMP": PatientClass.INPATIENT,
    "ACUTE": PatientClass.INPATIENT,
    "NONAC": PatientClass.INPATIENT,
    "AMB": PatientClass.OUTPATIENT,
    "EMER": PatientClass.EMERGENCY,
    "OBSENC": PatientClass.OBSERVATION,
    "HH": PatientClass.HOME,
}
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_ATTENDING = frozenset({"atnd", "attender", "attending", "attending physician"})
_CANCELLED = frozenset({"cancelled", "entered-in-error"})
_STATUSES = _CANCELLED | {
    *("planned", "arrived", "triaged", "in-progress", "onleave", "finished", "unknown"),
    *("on-hold", "discharged", "completed", "discontinued"),
}

Classes = fhir.Coding | tuple[fhir.CodeableConcept, ...]


def read_encounter(document: Document, surroundings: Surroundings, test_patients: frozenset[str]) -> Telling:
    """What an Encounter says; raises Refused where it cannot be read."""
    told = read_resource(document, fhir.Encounter)
    patient = patient_of(told.subject, f"{_PATH}.subject", surroundings)
    fact = _fact(told, patient, surroundings)
    return whole_telling(
        document,
        told,
        fact,
        patient,
        identifiers=_identifiers(told),
        withdrawn=fact.cancelled,
        ignored=test_kind(told.meta, patient, test_patients),
    )


def _fact(told: fhir.Encounter, patient: Reference, surroundings: Surroundings) -> Encounter:
    said = Extensions(told.extension, _PATH, {})
    stated, path = (told.period, f"{_PATH}.period")
    if told.actualPeriod:
        stated, path = (told.actualPeriod, f"{_PATH}.actualPeriod")
    period = _period(told.class_, stated, path, surroundings)
    return Encounter(
        key="",
        patient=patient_key(patient),
        patient_class=period.patient_class,
        start=period.start,
        end=period.end,
        department=_department(told),
        account=known(referred(told.account[0], surroundings)) if told.account else None,
        references=references_of(_PATH, told),
        cancelled=_status(told) in _CANCELLED,
        classes=_classes(told, period, surroundings),
        series=_series(told, said),
        reason=said.word("reason-for-visit", VisitReason) or _reason(told, surroundings),
        part_of=encounter_name(told.partOf, surroundings),
        places=tuple(_places(told, surroundings)),
        diagnoses=tuple(named_diagnoses(told, surroundings)),
        attending=_attending(told, surroundings),
    )


def _attending(told: fhir.Encounter, surroundings: Surroundings) -> Reference | None:
    """The first participant who attends."""
    named = (known(referred(one.individual or one.actor, surroundings)) for one in told.participant if _attends(one))
    return next((person for person in named if person), None)


def _attends(participant: fhir.Participant) -> bool:
    return not _ATTENDING.isdisjoint(words(participant.type))


def _period(stated: Classes, period: fhir.Period, path: str, surroundings: Surroundings) -> ClassPeriod:
    start = charted(period.start, f"{path}.start", surroundings.zone).instant
    end = charted(period.end, f"{path}.end", surroundings.zone).instant
    return ClassPeriod(_class(stated, surroundings), start, end)


def _classes(told: fhir.Encounter, whole: ClassPeriod, surroundings: Surroundings) -> tuple[ClassPeriod, ...]:
    """The classes told over time; the present one follows on the last of them."""
    history = [
        _period(each.class_, each.period, f"{_PATH}.classHistory[{place}].period", surroundings)
        for place, each in enumerate(told.classHistory)
    ]
    if not history:
        return ()
    last = max(history, key=lambda one: one.start or _EARLIEST)
    if last.end in (None, whole.end):
        return tuple(history)
    return (*history, ClassPeriod(whole.patient_class, last.end, whole.end))


def _places(told: fhir.Encounter, surroundings: Surroundings) -> Iterator[PlacePeriod]:
    """Places that matter, while the patient was there; without a period only where there is no other place."""
    for place, each in enumerate(told.location):
        known_place = pointed_at(each.location, surroundings, fhir.Location)
        names = [each.location.display, known_place.name if known_place else None]
        local = (surroundings.profile.places.get(name.casefold()) for name in names if name)
        kind = next((found for found in (*local, *map(place_named, names)) if found), None)
        path = f"{_PATH}.location[{place}].period"
        start = charted(each.period.start, f"{path}.start", surroundings.zone).instant
        end = charted(each.period.end, f"{path}.end", surroundings.zone).instant
        if kind and (start or end or len(told.location) == 1):
            yield PlacePeriod(kind, start, end)


def _series(told: fhir.Encounter, said: Extensions) -> bool | None:
    stated = said.truth("series")
    if stated is None and any(one.system == V2_CLASS and one.code == V2_SERIES for one in _codings(told.class_)):
        return True
    return stated


def _status(told: fhir.Encounter) -> str:
    if told.status not in _STATUSES:
        wanted = "one of " + ", ".join(sorted(_STATUSES))
        raise refused("not a status", f"{_PATH}.status", told.status or "", wanted)
    return told.status


def _codings(stated: Classes) -> tuple[fhir.Coding, ...]:
    """The class: one coding in R4, the codings of several concepts in R5."""
    if isinstance(stated, fhir.Coding):
        return (stated,)
    return tuple(coding for concept in stated for coding in concept.coding)


def _class(stated: Classes, surroundings: Surroundings) -> PatientClass:
    """The one class that is said; two that differ are none."""
    found = {
        one for coding in _codings(stated) if (one := _of_coding(coding, surroundings)) is not PatientClass.UNKNOWN
    }
    return found.pop() if len(found) == 1 else PatientClass.UNKNOWN


def _of_coding(stated: fhir.Coding, surroundings: Surroundings) -> PatientClass:
    code = stated.code or ""
    local = surroundings.profile.classes.get(code.casefold()) if surroundings.profile.classes else None
    if local:
        return local
    if stated.system == V2_CLASS:
        return V2_CLASSES.get(code, PatientClass.UNKNOWN)
    if stated.system not in {ACT_CODE, None}:
        return PatientClass.UNKNOWN
    return ACT_CLASSES.get(code, PatientClass.UNKNOWN)


def _reason(told: fhir.Encounter, surroundings: Surroundings) -> VisitReason | None:
    """A reason in the words that the site or the sender's profile lists."""
    listed = surroundings.profile.reasons
    found = {listed[word] for word in words(told.reasonCode) if word in listed} if listed else set()
    return found.pop() if len(found) == 1 else None


def _department(told: fhir.Encounter) -> str | None:
    """Where the patient is, by the words for it; else who is responsible."""
    active = [each.location for each in told.location if each.status in {"active", None}]
    places = [*active, *(each.location for each in reversed(told.location)), told.serviceProvider]
    return next((_name(place) for place in places if place), None)


def _name(place: fhir.Reference) -> str | None:
    identifier = place.identifier or fhir.Identifier()
    return place.display or identifier.value or place.reference


def _identifiers(told: fhir.Encounter) -> tuple[str, ...]:
    visits = tuple(f"VN|{each.value}" for each in told.identifier if each.value)
    keys = own_name(_PATH, told) + identified(told.identifier) + visits
    if not keys:
        raise refused("no identity", f"{_PATH}.id", "", "an id or an identifier")
    return keys
