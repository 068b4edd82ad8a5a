"""What surrounds a visit: who pays, which diagnoses are known, what else was done."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from coder.facts import Condition, Coverage, Procedure
from coder.visits.stays import FIRST, Stay


def payer_on(coverages: Iterable[Coverage], moment: datetime | None) -> str | None:
    """Who pays at a moment: of several who pays first, then whose began last, then the lowest key; None if unknown."""
    covering = sorted((one for one in coverages if _pays(one, moment)), key=lambda one: one.key)
    if not covering:
        return None
    first = min(_place(one) for one in covering)
    return max((one for one in covering if _place(one) == first), key=_began).payer


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
