"""Add-ons: an add-on code stands only in a visit that has one of its primaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from coder.edits.review import Review, Reviewed


def require_primaries(review: Review) -> None:
    """Take off add-ons without a primary; tested across the visit, whatever the date."""
    visits: dict[int, list[Reviewed]] = {}
    for lines in review.dates.values():
        for line in lines:
            visits.setdefault(line.place, []).append(line)
    for lines in visits.values():
        while _take_off(lines, review):
            pass
        if any(line.dropped for line in lines):
            _point_to_standing(lines, review)


def _take_off(lines: Sequence[Reviewed], review: Review) -> bool:
    """One round; what is taken off may have been the primary of another add-on."""
    standing = {line.code for line in lines if not line.dropped}
    primaries = review.edits.primaries
    alone = [
        line
        for line in lines
        if line.code in primaries
        and not line.dropped
        and primaries[line.code].isdisjoint(standing)
        and line.day >= review.edits.since
    ]
    for line in alone:
        curable = any(one.curable and one.code in primaries[line.code] for one in lines)
        says = f"None of its primary services stands in the visit ({review.edits.edition})."
        review.drop(line, "edit.add-on", says, curable=curable)
    return bool(alone)


def _point_to_standing(lines: Sequence[Reviewed], review: Review) -> None:
    """What was an add-on to a line that was taken off is one to the first primary that stands."""
    gone = {line.charge.key for line in lines if line.dropped}
    for line in lines:
        if line.dropped or line.charge.part_of not in gone:
            continue
        able = review.edits.primaries.get(line.code, frozenset())
        standing = [one for one in lines if one.code in able and not one.dropped]
        first = min(standing, key=lambda one: (one.charge.access != line.charge.access, one.order), default=None)
        line.charge = replace(line.charge, part_of=first.charge.key if first else None)
        line.changed = True
