"""Two initial services, of two accesses or of two visits on a day: which of them is the second."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from coder.charges import ChargeKey
from coder.codes import (
    CHEMOTHERAPY_INITIAL,
    CHEMOTHERAPY_PUSH,
    HYDRATION_INITIAL,
    THERAPEUTIC_INITIAL,
    THERAPEUTIC_PUSH,
)
from coder.edits.distinct import Distinct
from coder.edits.review import Review, Reviewed

INITIALS = frozenset(
    {HYDRATION_INITIAL, THERAPEUTIC_INITIAL, THERAPEUTIC_PUSH, CHEMOTHERAPY_INITIAL, CHEMOTHERAPY_PUSH}
)


def find_second_initials(review: Review) -> None:
    """Of the initials of one visit, and of those of one date, all but the first are second and so distinct."""
    initials = [line for line in review.lines if line.code in INITIALS and not line.dropped]
    if len(initials) < 2:
        return
    before: dict[ChargeKey, list[Reviewed]] = {}
    for group in _groups(initials):
        ordered = sorted(group, key=lambda line: (_rank(line, review), line.order))
        for place, line in enumerate(ordered[1:], start=1):
            before.setdefault(line.charge.key, []).extend(ordered[:place])
    for line in initials:
        if line.charge.key in before:
            _note(line, before[line.charge.key], review)


def _groups(initials: Sequence[Reviewed]) -> list[list[Reviewed]]:
    by_visit: dict[int, list[Reviewed]] = {}
    by_date: dict[date, list[Reviewed]] = {}
    for line in initials:
        by_visit.setdefault(line.place, []).append(line)
        by_date.setdefault(line.day, []).append(line)
    return [*by_visit.values(), *by_date.values()]


def _rank(line: Reviewed, review: Review) -> int:
    """Lower the more of the other initials stand under this one in their pair."""
    if line.day < review.edits.since:
        return 0
    pairs = review.edits.pairs[review.setting]
    return -sum((line.code, other) in pairs for other in INITIALS)


def _note(line: Reviewed, before: Sequence[Reviewed], review: Review) -> None:
    line.reasons += (Distinct.OTHER_ACCESS if other.place == line.place else Distinct.OTHER_VISIT for other in before)
    first = before[0]
    says = f"A second initial service beside {first.code} of {review.clock(first.begun)}: "
    line.note("initial.second", says + _why_second(line, first, review))


def _why_second(line: Reviewed, first: Reviewed, review: Review) -> str:
    if _rank(line, review) != _rank(first, review):
        return f"it stands in column two of their pair ({review.edits.edition})."
    if line.begun != first.begun:
        return "it began later."
    return "they began together, and the order of their keys decides."
