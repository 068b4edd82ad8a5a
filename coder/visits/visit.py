"""Visits: the unit the initial-service rule applies to, derived from encounters.

For now each encounter is one visit, and what no encounter is known for is one visit a patient and day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coder.facts import (
    Administration,
    ClassPeriod,
    Encounter,
    PatientClass,
    PatientFacts,
    Procedure,
    Reference,
    VisitReason,
)
from coder.policy import Policy


@dataclass(frozen=True, slots=True)
class Visit:
    """One derived visit and the administrations charted in it, by start and link key.

    `start` and `end` are arrival and departure where they are known; `outpatient_until` is the inpatient
    order of a stay that began as an outpatient's, from which on CPT no longer applies; `diagnoses` are
    ICD-10-CM codes; `procedures` what else was done in the visit; `classes` the patient class over time.
    """

    key: str
    patient: str
    subject: Reference
    context: Reference
    encounter: str
    patient_class: PatientClass
    department: str | None
    account: Reference | None
    administrations: tuple[Administration, ...]
    start: datetime | None = None
    end: datetime | None = None
    outpatient_until: datetime | None = None
    reason: VisitReason | None = None
    payer: str | None = None
    diagnoses: tuple[str, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    classes: tuple[ClassPeriod, ...] = ()


def derive(facts: PatientFacts, policy: Policy) -> tuple[Visit, ...]:
    """One visit per encounter, in order of its key; nothing is dropped."""
    encounters = {encounter.key: encounter for encounter in facts.encounters if not encounter.cancelled}
    by_visit: dict[str, list[Administration]] = {}
    for administration in facts.administrations:
        by_visit.setdefault(_visit_key(administration, policy), []).append(administration)
    return tuple(_visit(key, facts, encounters.get(key), by_visit[key]) for key in sorted(by_visit))


def _visit_key(administration: Administration, policy: Policy) -> str:
    if administration.encounter:
        return administration.encounter
    day = administration.start.astimezone(policy.zone).date().isoformat() if administration.start else "undated"
    return f"day:{administration.patient}|{day}"


def _visit(key: str, facts: PatientFacts, encounter: Encounter | None, given: list[Administration]) -> Visit:
    ordered = sorted(
        given, key=lambda one: (one.start is None, one.start, one.key) if one.start else (True, None, one.key)
    )
    return Visit(
        key=key,
        patient=facts.patient,
        subject=facts.reference,
        context=_context(key, encounter),
        encounter=key,
        patient_class=encounter.patient_class if encounter else PatientClass.UNKNOWN,
        department=encounter.department if encounter else None,
        account=encounter.account if encounter else None,
        administrations=tuple(ordered),
    )


def _context(key: str, encounter: Encounter | None) -> Reference:
    if encounter and encounter.references:
        return encounter.references[0]
    return Reference(value=key)
