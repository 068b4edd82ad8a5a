"""Editions: before the first one that is known edits are not checked, and that is said."""

from __future__ import annotations

from coder.edits.review import Review, Reviewed


def say_unchecked(review: Review) -> None:
    """Once a visit, that some of its lines lie before the first edition."""
    unchecked: dict[int, list[Reviewed]] = {}
    for day, lines in review.dates.items():
        if day < review.edits.since:
            for line in lines:
                unchecked.setdefault(line.place, []).append(line)
    for place, lines in unchecked.items():
        days = sorted({line.day.isoformat() for line in lines})
        says = (
            f"Pairs, limits and add-ons were not checked for {', '.join(days)}: "
            f"the first edition known here begins on {review.edits.since.isoformat()}."
        )
        review.advise(place, sorted({line.code for line in lines}), "edit.before-first-edition", says)
