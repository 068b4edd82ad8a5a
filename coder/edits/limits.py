"""Unit limits of a date: the absolute ones cut, the others only warn, since splitting lines is the claim's business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from coder.edit_tables import LimitKind, UnitLimit
from coder.edits.review import Review, Reviewed


def apply_limits(review: Review) -> None:
    """Hold the units of every code on every date against its limit."""
    limits = review.edits.limits.get(review.setting, {})
    for day in review.checked_dates():
        lines = review.services(day)
        units: dict[str, int] = {}
        for line in lines:
            units[line.code] = units.get(line.code, 0) + (line.charge.units or 0)
        above = [code for code, counted in units.items() if code in limits and counted > limits[code].units]
        for code in above:
            _hold_against(limits[code], units[code], [line for line in lines if line.code == code], review)


def _hold_against(limit: UnitLimit, counted: int, lines: Sequence[Reviewed], review: Review) -> None:
    if limit.kind is LimitKind.DATE_ABSOLUTE:
        _cut(limit, lines, review)
        return
    on_one_line = max(line.charge.units or 0 for line in lines)
    if limit.kind is LimitKind.LINE and on_one_line <= limit.units:
        return
    what = f"{on_one_line} units on one line" if limit.kind is LimitKind.LINE else f"{counted} units on the date"
    first = min(lines, key=lambda line: line.order)
    says = (
        f"{what} of {first.code} on {first.day.isoformat()}, the limit is {limit.units} "
        f"({review.edits.edition}): they stand only with documentation."
    )
    review.advise(first.place, (first.code,), "edit.limit", says)


def _cut(limit: UnitLimit, lines: Sequence[Reviewed], review: Review) -> None:
    """Only the first units of the date stay."""
    left = limit.units
    says = f"No more than {limit.units} on a date, whatever is documented ({review.edits.edition})."
    for line in sorted(lines, key=lambda line: line.order):
        units = line.charge.units or 0
        if units <= left:
            left -= units
        elif left == 0:
            review.drop(line, "edit.limit-absolute", says)
        else:
            review.say_left_out(line, "edit.limit-absolute", says)
            line.charge = replace(line.charge, units=left)
            line.note("edit.limit-absolute", says)
            left = 0
