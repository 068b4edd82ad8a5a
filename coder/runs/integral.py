"""What belongs to something else that was done: an operation and its recovery, a study, dialysis, care at home."""

from __future__ import annotations

from coder.codes import THERAPEUTIC_PUSH
from coder.facts import Administration, Place, Procedure, ProcedureKind, Purpose
from coder.sheet import Sheet

OPERATION, STUDY, DIALYSIS, HOME = "integral.operation", "integral.study", "integral.dialysis", "place.home"
PROCEDURE = "integral.procedure"
BY_PLACE = {
    Place.OPERATING_ROOM: (OPERATION, "Given in the operating room: integral to the operation."),
    Place.RECOVERY: (OPERATION, "Given in recovery: integral to the operation."),
    Place.DIALYSIS: (DIALYSIS, "Given in the dialysis circuit: integral to the dialysis."),
    Place.IMAGING: (STUDY, "Given where the study was made: integral to the study."),
    Place.HOME: (HOME, "Given at home, which is not billed here."),
}
BY_PROCEDURE = {
    ProcedureKind.OPERATION: (OPERATION, "Given for an operation: integral to it."),
    ProcedureKind.IMAGING: (STUDY, "Given for an imaging study: integral to it."),
    ProcedureKind.STRESS_TEST: (STUDY, "Given for a stress test: integral to it."),
    ProcedureKind.DIALYSIS: (DIALYSIS, "Given for a dialysis: integral to it."),
}
DURING = {
    ProcedureKind.OPERATION: (OPERATION, "Started during an operation: integral to it."),
    ProcedureKind.IMAGING: (STUDY, "Given within the time of an imaging study: integral to it."),
    ProcedureKind.STRESS_TEST: (STUDY, "Given within the time of a stress test: integral to it."),
}
FOR_ANOTHER = (PROCEDURE, "Given for a procedure that includes such doses: integral to it.")
DURING_ANOTHER = (PROCEDURE, "Given within the time of a procedure that includes such doses: integral to it.")
BEFORE_OPERATION = (OPERATION, "Prophylaxis on the day of an operation, before its end: integral to it.")


def belongs_to(administration: Administration, sheet: Sheet) -> tuple[str, str] | None:
    """The rule and the sentence by which something is part of another service; None where it stands by itself.

    A link to the procedure and care at home decide; place and time yield to an order of its own with a
    therapeutic purpose.
    """
    if administration.place is None and not sheet.visit.procedures:
        return None
    linked = _linked(administration, sheet)
    if linked:
        return linked
    by_place = BY_PLACE[administration.place] if administration.place else None
    if by_place and by_place[0] == HOME:
        return by_place
    if administration.order and administration.purpose is Purpose.THERAPEUTIC:
        return None
    return by_place or _within(administration, sheet)


def _linked(administration: Administration, sheet: Sheet) -> tuple[str, str] | None:
    if administration.procedure is None:
        return None
    for procedure in sheet.visit.procedures:
        if procedure.key == administration.procedure:
            by_code = FOR_ANOTHER if _includes_pushes(procedure, sheet) else None
            return BY_PROCEDURE.get(procedure.kind, by_code)
    return None


def _within(administration: Administration, sheet: Sheet) -> tuple[str, str] | None:
    for procedure in sheet.visit.procedures:
        if procedure.start is None or administration.start is None:
            continue
        if _is_before_operation(administration, procedure, sheet):
            return BEFORE_OPERATION
        if _is_during(administration, procedure):
            by_code = DURING_ANOTHER if _includes_pushes(procedure, sheet) else None
            reason = DURING.get(procedure.kind, by_code)
            if reason:
                return reason
    return None


def _includes_pushes(procedure: Procedure, sheet: Sheet) -> bool:
    """Whether the edits have another kind of procedure stand over a push, so that what is given for it is in it."""
    if procedure.kind is not ProcedureKind.OTHER:
        return False
    over = sheet.tables.edits.over.get(sheet.policy.setting, {})
    return procedure.code in over.get(THERAPEUTIC_PUSH, {})


def _is_during(administration: Administration, procedure: Procedure) -> bool:
    """Started during an operation, or wholly within a study: what outlasts a study was not given for it."""
    start, begun, ended = administration.start, procedure.start, procedure.end
    if start is None or begun is None or ended is None or not begun <= start < ended:
        return False
    return procedure.kind is ProcedureKind.OPERATION or (administration.end or start) <= ended


def _is_before_operation(administration: Administration, procedure: Procedure, sheet: Sheet) -> bool:
    start, begun = administration.start, procedure.start
    if procedure.kind is not ProcedureKind.OPERATION or administration.purpose is not Purpose.PROPHYLACTIC:
        return False
    if start is None or begun is None or start >= (procedure.end or begun):
        return False
    return sheet.local(start).date() == sheet.local(begun).date()
