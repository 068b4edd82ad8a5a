"""Places of service: in a facility's place the service is the facility's, not a professional's."""

from __future__ import annotations

from coder.edits.review import Review
from coder.policy import Setting

FACILITY_PLACES = frozenset({"19", "21", "22", "23", "24", "26", "31", "34", "51", "52", "53", "56", "61"})
FACILITYS_ALONE = (("96360", "96379"), ("96401", "96402"), ("96409", "96425"), ("96521", "96523"))


def keep_to_the_place(review: Review) -> None:
    """Take off what a professional may not report in a facility's place of service."""
    if review.setting is not Setting.PROFESSIONAL:
        return
    for lines in review.dates.values():
        for line in lines:
            place = review.policy_of(line).place
            if place in FACILITY_PLACES and _is_facilitys_alone(line.code):
                says = f"In place of service {place} this is the facility's service, not the professional's."
                review.drop(line, "professional.facility-place", says)


def _is_facilitys_alone(code: str) -> bool:
    return any(first <= code <= last for first, last in FACILITYS_ALONE)
