"""Add-ons: an add-on code stands only in a visit that has one of its primaries."""

from __future__ import annotations

from collections.abc import Sequence

from coder.edits.review import Review, Reviewed


def require_primaries(review: Review) -> None:
    """Take off add-ons without a primary; tested across the visit, whatever the date."""
    if review.edits.primaries.keys().isdisjoint(review.codes):
        return
    visits: dict[int, list[Reviewed]] = {}
    for lines in review.dates.values():
        for line in lines:
            visits.setdefault(line.place, []).append(line)
    for lines in visits.values():
        while _take_off(lines, review):
            pass


def _take_off(lines: Sequence[Reviewed], review: Review) -> bool:
    """One round; what is taken off may have been the primary of another add-on."""
    standing = {line.code for line in lines if not line.dropped}
    primaries, since = review.edits.primaries, review.edits.since
    lacking = {code for code in standing if code in primaries and primaries[code].isdisjoint(standing)}
    alone = [line for line in lines if line.code in lacking and not line.dropped and line.day >= since]
    says = f"None of its primary services stands in the visit ({review.edits.edition})."
    for line in alone:
        review.drop(line, "edit.add-on", says)
    return bool(alone)
