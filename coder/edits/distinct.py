"""Why two services that would be bundled are distinct, and the modifier that says so."""

from __future__ import annotations

from enum import IntEnum

from coder.charges import Role
from coder.edits.review import Review, Reviewed
from coder.policy import DistinctModifier, Setting
from coder.rulebook.edits import X_MODIFIERS_FIRST_DAY


class Distinct(IntEnum):
    """Why a service is distinct from another, the strongest reason first."""

    OTHER_VISIT = 0
    OTHER_ACCESS = 1
    OTHER_PRACTITIONER = 2
    UNUSUAL = 3


X_MODIFIERS = {
    Distinct.OTHER_VISIT: "XE",
    Distinct.OTHER_ACCESS: "XS",
    Distinct.OTHER_PRACTITIONER: "XP",
    Distinct.UNUSUAL: "XU",
}
WORDS = {
    Distinct.OTHER_VISIT: "in another visit",
    Distinct.OTHER_ACCESS: "on another access",
    Distinct.OTHER_PRACTITIONER: "ordered by another practitioner",
    Distinct.UNUSUAL: "ordered by itself or at another time",
}
FIFTY_NINE = "59"


def why_distinct(line: Reviewed, other: Reviewed, setting: Setting) -> Distinct | None:
    """Why a line is distinct from another of ours, or None where the chart does not show it."""
    if line.place != other.place:
        return Distinct.OTHER_VISIT
    accesses = (line.charge.access, other.charge.access)
    if None not in accesses and accesses[0] != accesses[1]:
        return Distinct.OTHER_ACCESS
    orderers = (line.charge.ordered_by, other.charge.ordered_by)
    if setting is Setting.PROFESSIONAL and None not in orderers and orderers[0] != orderers[1]:
        return Distinct.OTHER_PRACTITIONER
    return Distinct.UNUSUAL if line.charge.own_order else None


def mark_distinct(review: Review) -> None:
    """Mark each line that was found distinct, by the weakest of its reasons, and the hours of second initials."""
    for line in review.lines:
        if line.reasons and not line.dropped:
            modifier = _mark(line, Distinct(max(line.reasons)), review)
            if "initial.second" in line.charge.because and review.policy_of(line).hours_modifier:
                _mark_hours(line, modifier, review)


def _mark(line: Reviewed, reason: Distinct, review: Review) -> str:
    policy = review.policy_of(line)
    by_x = policy.distinct_modifier is DistinctModifier.X and line.day >= X_MODIFIERS_FIRST_DAY
    modifier = X_MODIFIERS[reason] if by_x else FIFTY_NINE
    says = f"Marked {modifier}: {WORDS[reason]} ({policy.said('distinct_modifier')})."
    line.note(f"modifier.{modifier.lower()}", says, modifier)
    return modifier


def _mark_hours(initial: Reviewed, modifier: str, review: Review) -> None:
    said = review.policy_of(initial).said("hours_modifier")
    says = f"Hours of a second initial service, marked {modifier} as it is ({said})."
    for line in review.lines:
        if _are_its_hours(line, initial) and not line.dropped:
            line.note("modifier.hours", says, modifier)


def _are_its_hours(hours: Reviewed, initial: Reviewed) -> bool:
    """Whether they are further hours of the initial's own drug, not of what stands beside it."""
    charge = hours.charge
    if charge.key.role is not Role.HOURS or charge.part_of != initial.charge.key:
        return False
    return initial.charge.service[0] in charge.service
