"""Visits, derived from encounters: stays, days of series accounts, and days no encounter is known for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from coder.facts import Administration, Encounter, PatientClass, PatientFacts, Reference
from coder.policy import Policy
from coder.values import value
from coder.visits.classes import Standing, standing
from coder.visits.places import placed
from coder.visits.series import days_present
from coder.visits.stays import FIRST, NEVER, Stay, join
from coder.visits.surroundings import coverage_on, diagnoses_in, own_diagnoses, procedures_in
from coder.visits.visit import Part, Visit

INPATIENT, HOME = PatientClass.INPATIENT, PatientClass.HOME


@value(frozen=True, slots=True)
class _Patient:
    """One patient's stays, how each stands, and when the patient was admitted, in order."""

    facts: PatientFacts
    policy: Policy
    stay_of: Mapping[str, Stay]
    standings: Mapping[str, Standing]
    admissions: Sequence[datetime]
    condition_codes: Mapping[str, str]


def derive(facts: PatientFacts, policy: Policy) -> tuple[Visit, ...]:
    """The visits of a patient in which something was given, in order of their keys; nothing is dropped.

    A visit of several encounters has the key of the earliest; a day of a series account adds its date.
    """
    ordered = sorted(facts.administrations, key=_by_start)
    patient = _patient(facts, ordered, policy)
    groups: dict[str, tuple[Stay | None, list[Administration]]] = {}
    for given in ordered:
        stay = patient.stay_of.get(given.encounter) if given.encounter else _stay_at(given, patient)
        key = stay.key if stay else given.encounter or _day_key(given, policy)
        groups.setdefault(key, (stay, []))[1].append(given)
    visits = [visit for key, (stay, givens) in groups.items() for visit in _visits(key, stay, givens, patient)]
    return tuple(sorted(visits, key=lambda visit: visit.key))


def _by_start(given: Administration) -> tuple[datetime, str]:
    """What has no start comes last."""
    return (given.start.astimezone(UTC) if given.start else NEVER, given.key)


def _patient(facts: PatientFacts, ordered: Iterable[Administration], policy: Policy) -> _Patient:
    encounters = [encounter for encounter in facts.encounters if not encounter.cancelled]
    charted: dict[str, list[Administration]] = {}
    for given in ordered:
        if given.encounter:
            charted.setdefault(given.encounter, []).append(given)
    stays = join(encounters, charted, policy.zone)
    standings = {stay.key: standing(stay, facts.admission_orders, charted.keys()) for stay in stays}
    return _Patient(
        facts=facts,
        policy=policy,
        stay_of={encounter.key: stay for stay in stays for encounter in stay.encounters},
        standings=standings,
        admissions=sorted(moment for stay in stays if (moment := _admitted(stay, standings[stay.key]))),
        condition_codes={one.key: one.code for one in facts.conditions if one.code and not one.cancelled},
    )


def _admitted(stay: Stay, held: Standing) -> datetime | None:
    if held.patient_class is INPATIENT:
        return stay.start
    return held.outpatient_until if held.outpatient_until != FIRST else None


def _stay_at(given: Administration, patient: _Patient) -> Stay | None:
    """The only stay that was going on when something without an encounter was given; never one at home."""
    if given.start is None:
        return None
    start = given.start.astimezone(UTC)
    stays = {stay.key: stay for stay in patient.stay_of.values() if stay.holds(start)}
    held = [stay for stay in stays.values() if stay.encounters[0].patient_class is not HOME]
    return held[0] if len(held) == 1 else None


def _day_key(given: Administration, policy: Policy) -> str:
    day = given.start.astimezone(policy.zone).date().isoformat() if given.start else "undated"
    return f"day:{given.patient}|{day}"


def _visits(key: str, stay: Stay | None, givens: Sequence[Administration], patient: _Patient) -> list[Visit]:
    if stay is None:
        return [_unstayed(key, givens, patient)]
    if not stay.encounters[0].series:
        return [_visit(key, stay, givens, patient)]
    return [_visit(f"{key}|{day}", stay, present, patient) for day, present in days_present(givens, patient.policy)]


def _unstayed(key: str, givens: Sequence[Administration], patient: _Patient) -> Visit:
    """What was given in an encounter that nobody has told of, or in none."""
    return Visit(
        key=key,
        patient=patient.facts.patient,
        subject=patient.facts.reference,
        context=Reference(value=key),
        encounter=key,
        patient_class=PatientClass.UNKNOWN,
        department=None,
        account=None,
        administrations=tuple(givens),
        condition_codes=patient.condition_codes,
        born=patient.facts.born,
        charted_at=patient.facts.charted_at,
    )


def _visit(key: str, stay: Stay, givens: Sequence[Administration], patient: _Patient) -> Visit:
    facts, held, first = patient.facts, patient.standings[stay.key], stay.encounters[0]
    part = _part(first)
    inside = {encounter.key for encounter in stay.encounters}
    has_left = all(encounter.end for encounter in stay.encounters)
    begun = givens[0].start.astimezone(UTC) if givens[0].start else stay.start
    coverage = coverage_on(facts.coverages, begun) if facts.coverages else None
    return Visit(
        key=key,
        patient=facts.patient,
        subject=facts.reference,
        context=part.context,
        encounter=first.key,
        patient_class=held.patient_class,
        department=part.department,
        account=part.account,
        administrations=placed(givens, stay.encounters),
        start=None if first.series else stay.start,
        end=None if first.series or not has_left else stay.end,
        outpatient_until=held.outpatient_until,
        reason=next((encounter.reason for encounter in stay.encounters if encounter.reason), None),
        payer=coverage.payer if coverage else None,
        diagnoses=diagnoses_in(facts.conditions, inside, stay.end) if facts.conditions else (),
        procedures=procedures_in(facts.procedures, inside, stay) if facts.procedures else (),
        classes=held.classes,
        parts={one.key: _part(one) for one in stay.encounters} if len(stay.encounters) > 1 else {},
        next_admission=_next(patient.admissions, begun),
        own_diagnoses=own_diagnoses(facts.conditions, stay.encounters) if facts.conditions else (),
        condition_codes=patient.condition_codes,
        born=facts.born,
        charted_at=facts.charted_at,
        authorisation=coverage.authorisation if coverage else None,
        attending=next((one.attending for one in reversed(stay.encounters) if one.attending), None),
    )


def _next(admissions: Sequence[datetime], begun: datetime | None) -> datetime | None:
    place = bisect_left(admissions, begun) if begun else len(admissions)
    return admissions[place] if place < len(admissions) else None


def _part(encounter: Encounter) -> Part:
    context = encounter.references[0] if encounter.references else Reference(value=encounter.key)
    return Part(context, encounter.department, encounter.account)
