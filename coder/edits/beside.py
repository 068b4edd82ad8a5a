"""Services of others beside ours: an evaluation that needs its modifier, and what edits put under our lines."""

from __future__ import annotations

from datetime import date

from coder.edit_tables import Separable
from coder.edits.review import Review, Reviewed
from coder.facts import Procedure, ProcedureKind
from coder.policy import Setting


def advise_of_others(review: Review) -> None:
    """Tell whoever makes the claim what our lines mean for the other services of their date."""
    for day in review.checked_dates():
        lines = review.services(day) if day in review.procedures else []
        for procedure in sorted(review.procedures.get(day, ()), key=lambda one: one.key):
            if procedure.code and lines:
                _advise(procedure, procedure.code, lines, day, review)


def _advise(procedure: Procedure, code: str, lines: list[Reviewed], day: date, review: Review) -> None:
    is_evaluation = procedure.kind is ProcedureKind.EVALUATION
    pairs = review.edits.pairs[review.setting]
    found = {line: _pair(pairs.get((line.code, code)), pairs.get((code, line.code)), is_evaluation) for line in lines}
    never = [line for line, separable in found.items() if separable is Separable.NEVER]
    if never:
        says = f"{code} on {day.isoformat()} is never reported beside {_codes(never)} ({review.edits.edition})."
        _say(never, code, "beside.never", says, review)
        return
    over = [line for line, separable in found.items() if separable is Separable.WITH_MODIFIER]
    if is_evaluation:
        over = over or [line for line in lines if _is_significant(line, review)]
        says = f"{code} on {day.isoformat()} needs modifier 25 beside {_codes(over)}, if it was a service of its own."
        rule = "modifier.25"
    else:
        says = f"{code} on {day.isoformat()} is part of {_codes(over)} unless distinct ({review.edits.edition})."
        rule = "beside.part"
    if over:
        _say(over, code, rule, says, review)


def _pair(under: Separable | None, over: Separable | None, is_evaluation: bool) -> Separable | None:
    """How a service stands to one of ours: in column two under it, and for an evaluation also in column one."""
    if not is_evaluation or over is None:
        return under
    return over if under is None else min(under, over)


def _is_significant(line: Reviewed, review: Review) -> bool:
    return review.setting is Setting.FACILITY and line.code in review.edits.significant


def _codes(lines: list[Reviewed]) -> str:
    return ", ".join(sorted({line.code for line in lines}))


def _say(lines: list[Reviewed], code: str, rule: str, says: str, review: Review) -> None:
    first = min(lines, key=lambda line: line.order)
    review.advise(first.place, (code, *sorted({line.code for line in lines})), rule, says)
