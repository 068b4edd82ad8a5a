"""What surrounds a visit: who pays, which diagnoses are known, what else was done."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from coder.facts import Condition, Coverage, Procedure
from coder.visits.stays import Stay


def payer_on(coverages: Iterable[Coverage], moment: datetime | None) -> str | None:
    """Who pays at a moment: of several who pays first, then whose began last, then the lowest key; None if unknown."""
    covering = [one for one in coverages if one.payer and not one.cancelled and _covers(one, moment)]
    first = min(covering, key=lambda one: (_rank(one), -_began(one), one.key), default=None)
    return first.payer if first else None


def _rank(coverage: Coverage) -> float:
    return float("inf") if coverage.rank is None else coverage.rank


def _covers(coverage: Coverage, moment: datetime | None) -> bool:
    if moment is None:
        return coverage.start is None and coverage.end is None
    begun = coverage.start is None or coverage.start.astimezone(UTC) <= moment
    return begun and (coverage.end is None or moment <= coverage.end.astimezone(UTC))


def _began(coverage: Coverage) -> float:
    return coverage.start.timestamp() if coverage.start else float("-inf")


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
    return tuple(sorted(found, key=lambda one: (one.start.timestamp() if one.start else 0.0, one.key)))


def _done_during(procedure: Procedure, stay: Stay | None) -> bool:
    return stay is not None and procedure.start is not None and stay.holds(procedure.start.astimezone(UTC))
