"""Pairs: what stands in column two of a pair is bundled into column one on a date, unless it is distinct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from coder.edit_tables import Separable
from coder.edits.distinct import Distinct, why_distinct
from coder.edits.initials import INITIALS
from coder.edits.review import Review, Reviewed
from coder.facts import Administration, Procedure, ProcedureKind, Purpose

OPEN, SEPARATE = "edit.pair-open", "separate"
ColumnOne = Reviewed | Procedure
Found = Mapping[str, Mapping[str, Separable]]


def apply_pairs(review: Review) -> None:
    """Take off what may never stand beside another service, then part or take off what may."""
    over = review.edits.over.get(review.setting, {})
    if over.keys().isdisjoint(review.codes):
        return
    for day in review.checked_dates():
        others = [one for one in review.procedures.get(day, ()) if one.kind is not ProcedureKind.EVALUATION]
        codes = {line.code for line in review.dates[day]} | {one.code for one in others if one.code}
        found = {code: over[code] for code in codes if code in over and not over[code].keys().isdisjoint(codes)}
        if found:
            _never(day, found, others, review)
            _with_modifier(day, found, others, review)


def _never(day: date, found: Found, others: Sequence[Procedure], review: Review) -> None:
    for line, ones in _bundled(day, found, Separable.NEVER, others, review):
        says = f"Never reported beside {_names(ones)} on one date ({review.edits.edition})."
        review.drop(line, "edit.pair-never", says)


def _with_modifier(day: date, found: Found, others: Sequence[Procedure], review: Review) -> None:
    for line, ones in _bundled(day, found, Separable.WITH_MODIFIER, others, review):
        unmarked = [one for one in ones if not (line.code in INITIALS and _is_initial(one))]
        if unmarked:
            _part(line, unmarked, review)


def _is_initial(one: ColumnOne) -> bool:
    """Initial services among themselves are marked already."""
    return isinstance(one, Reviewed) and one.code in INITIALS


def _bundled(
    day: date, found: Found, separable: Separable, others: Sequence[Procedure], review: Review
) -> list[tuple[Reviewed, list[ColumnOne]]]:
    """Each line in column two of some pair of the date, with everything in column one over it, in order."""
    lines = sorted(review.services(day), key=lambda line: line.order)
    over: list[tuple[str, ColumnOne]] = [(line.code, line) for line in lines]
    over += [(one.code, one) for one in sorted(others, key=lambda one: one.key) if one.code]
    bundled = [line for line in lines if line.code in found]
    ones = [[one for code, one in over if found[line.code].get(code) is separable] for line in bundled]
    return [(line, under) for line, under in zip(bundled, ones, strict=True) if under]


def _names(ones: Sequence[ColumnOne]) -> str:
    return ", ".join(sorted({one.code for one in ones if one.code}))


def _part(line: Reviewed, ones: Sequence[ColumnOne], review: Review) -> None:
    """Find a line distinct from everything over it, hold it where the chart leaves that open, or take it off."""
    reasons = [(one, _reason(line, one, review)) for one in ones]
    said = f"Bundled into {_names(ones)} on one date unless distinct ({review.edits.edition})."
    open_ones = [one for one, reason in reasons if reason is None and _is_open(line, one, review)]
    bundling = [one for one, reason in reasons if reason is None and one not in open_ones]
    if bundling:
        says = f"Part of {_names(bundling)} on that date: not shown to be distinct ({review.edits.edition})."
        review.drop(line, "edit.pair", says)
    elif open_ones:
        review.hold(line, OPEN, said)
        review.ask(line, OPEN, _question(line, open_ones[0], review))
    else:
        line.reasons += (reason for _, reason in reasons if reason is not None)
        line.note("edit.pair", said)


def _reason(line: Reviewed, one: ColumnOne, review: Review) -> Distinct | None:
    seen = _seen(line, one, review)
    return Distinct.UNUSUAL if seen is None and _answered(line, review) == SEPARATE else seen


def _answered(line: Reviewed, review: Review) -> str | None:
    """What a person answered when it was asked whether the line is one of its own."""
    answers = (given.answered(OPEN) for given in _given(line, review) if given.answers)
    return next((says for says in answers if says), None)


def _seen(line: Reviewed, one: ColumnOne, review: Review) -> Distinct | None:
    """Why the chart shows it to be distinct."""
    if isinstance(one, Reviewed):
        return why_distinct(line, one, review.setting)
    if _in_another_visit(line, one, review):
        return Distinct.OTHER_VISIT
    is_apart = one.start is not None and one.end is not None and not _overlaps(line, one.start, one.end)
    return Distinct.UNUSUAL if is_apart or _is_unrelated(line, review) else None


def _in_another_visit(line: Reviewed, procedure: Procedure, review: Review) -> bool:
    """Whether it is known to be of an encounter of another visit."""
    if procedure.encounter is None:
        return False
    visit = review.visits[line.place]
    return procedure.encounter != visit.encounter and procedure.encounter not in visit.parts


def _overlaps(line: Reviewed, start: datetime, end: datetime) -> bool:
    begun, ended = line.charge.start.astimezone(UTC), line.charge.end.astimezone(UTC)
    since, until = start.astimezone(UTC), end.astimezone(UTC)
    return begun < until and (since < ended or since <= begun)


def _given(line: Reviewed, review: Review) -> list[Administration]:
    charged = set(line.charge.service)
    return [given for given in review.visits[line.place].administrations if given.key in charged]


def _is_unrelated(line: Reviewed, review: Review) -> bool:
    """Whether an order of its own and a therapeutic purpose say that it was for no procedure."""
    given = _given(line, review)
    return line.charge.own_order and all(one.purpose is Purpose.THERAPEUTIC for one in given)


def _is_open(line: Reviewed, one: ColumnOne, review: Review) -> bool:
    """Whether a person must say: no order is charted, or it does not lie wholly within the procedure.

    An initial service is always asked about: without it its add-ons would stand for nothing.
    """
    if _answered(line, review):
        return False
    if line.code in INITIALS:
        return True
    if isinstance(one, Reviewed):
        return any(given.order is None for given in _given(line, review))
    if one.start is None or one.end is None:
        return True
    begun, ended = line.charge.start.astimezone(UTC), line.charge.end.astimezone(UTC)
    return begun < one.start.astimezone(UTC) or one.end.astimezone(UTC) < ended


def _question(line: Reviewed, one: ColumnOne, review: Review) -> str:
    begun = review.clock(line.charge.start)
    if isinstance(one, Procedure):
        return f"What was given at {begun}: was it for the procedure of that day? When did the procedure start and end?"
    other = review.clock(one.charge.start)
    return f"Under which order was the dose of {begun} given, and is it the order of what was started at {other}?"
