"""What surrounds a visit: who pays, which diagnoses are known, what else was done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

from coder.facts import Condition, Coverage, DiagnosisUse, Encounter, EncounterDiagnosis, Procedure
from coder.visits.stays import FIRST, Stay

USES = {use: place for place, use in enumerate(DiagnosisUse)}
UNRANKED = 1_000_000


def coverage_on(coverages: Iterable[Coverage], moment: datetime | None) -> Coverage | None:
    """What pays at a moment: of several what pays first, then what began last, then the lowest key."""
    covering = sorted((one for one in coverages if _pays(one, moment)), key=lambda one: one.key)
    if not covering:
        return None
    first = min(_place(one) for one in covering)
    return max((one for one in covering if _place(one) == first), key=_began)


def _pays(coverage: Coverage, moment: datetime | None) -> bool:
    return bool(coverage.payer) and not coverage.cancelled and _covers(coverage, moment)


def _place(coverage: Coverage) -> tuple[bool, int]:
    """Payers without a rank come after those that have one."""
    return (coverage.rank is None, coverage.rank or 0)


def _covers(coverage: Coverage, moment: datetime | None) -> bool:
    if moment is None:
        return coverage.start is None and coverage.end is None
    begun = coverage.start is None or coverage.start.astimezone(UTC) <= moment
    return begun and (coverage.end is None or moment <= coverage.end.astimezone(UTC))


def _began(coverage: Coverage) -> datetime:
    return coverage.start.astimezone(UTC) if coverage.start else FIRST


def diagnoses_in(conditions: Iterable[Condition], encounters: Collection[str], end: datetime | None) -> tuple[str, ...]:
    """The diagnoses of the visit's encounters, and those of the patient that were known by its end, by code."""
    codes = {
        one.code
        for one in conditions
        if one.code
        and not one.cancelled
        and (one.encounter in encounters or (one.encounter is None and _known_by(one, end)))
    }
    return tuple(sorted(codes))


def own_diagnoses(conditions: Iterable[Condition], encounters: Collection[Encounter]) -> tuple[str, ...]:
    """The diagnoses of a visit's encounters by code: final ones first, then by rank, then by code.

    A problem that the patient has beside them does not say why anything was given.
    """
    inside = {encounter.key for encounter in encounters}
    named = {one.condition: one for encounter in encounters for one in encounter.diagnoses}
    found = [
        (USES[_use(one, named)], _rank(one, named), one.code)
        for one in conditions
        if one.code and not one.cancelled and (one.encounter in inside or one.key in named)
    ]
    return tuple(dict.fromkeys(code for _, _, code in sorted(found)))


def _use(condition: Condition, named: Mapping[str, EncounterDiagnosis]) -> DiagnosisUse:
    stated = named[condition.key].use if condition.key in named else None
    return stated or condition.use or DiagnosisUse.WORKING


def _rank(condition: Condition, named: Mapping[str, EncounterDiagnosis]) -> int:
    """The rank its encounter gives it, else its own; what has none comes last."""
    stated = named[condition.key].rank if condition.key in named else None
    return stated or condition.rank or UNRANKED


def _known_by(condition: Condition, end: datetime | None) -> bool:
    return condition.start is None or end is None or condition.start.astimezone(UTC) <= end


def procedures_in(
    procedures: Iterable[Procedure], encounters: Collection[str], stay: Stay | None
) -> tuple[Procedure, ...]:
    """What else was done in the visit's encounters, or without one while the patient was there, by start and key."""
    found = [
        one
        for one in procedures
        if not one.cancelled and (one.encounter in encounters or (one.encounter is None and _done_during(one, stay)))
    ]
    return tuple(sorted(found, key=lambda one: (one.start.astimezone(UTC) if one.start else FIRST, one.key)))


def _done_during(procedure: Procedure, stay: Stay | None) -> bool:
    return stay is not None and procedure.start is not None and stay.holds(procedure.start.astimezone(UTC))
