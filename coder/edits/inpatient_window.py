"""The days before an inpatient admission: a hospital's outpatient lines roll into the inpatient claim."""

from __future__ import annotations

from datetime import date, timedelta

from coder.charges import Role
from coder.edits.review import Review
from coder.policy import InpatientWindow, Setting

WINDOW_DAYS = "inpatient_window_days"
RULE = "inpatient.window"


def withdraw_or_mark(review: Review) -> None:
    """By policy take off or mark the lines of the window, drugs too; a professional's have none."""
    if review.setting is not Setting.FACILITY:
        return
    admitted = {place: day for place in range(len(review.visits)) if (day := _admission_date(place, review))}
    for line in review.lines if admitted else ():
        day = admitted.get(line.place)
        if (
            day is None
            or line.dropped
            or line.charge.key.role is Role.PROCEDURE
            or not _is_within(line.day, day, review)
        ):
            continue
        policy = review.policy_of(line)
        says = f"It rolls into the inpatient claim of {day.isoformat()} ({policy.said('inpatient_window')})."
        if policy.inpatient_window is InpatientWindow.WITHDRAW:
            review.drop(line, RULE, says)
        else:
            line.note(RULE, says)


def _admission_date(place: int, review: Review) -> date | None:
    """The local date of the visit's own inpatient order, else of the patient's next admission."""
    visit = review.visits[place]
    admitted = visit.outpatient_until or visit.next_admission
    return review.local_date(admitted) if admitted else None


def _is_within(day: date, admitted: date, review: Review) -> bool:
    return day >= admitted - timedelta(days=review.tables.on(admitted)[WINDOW_DAYS])
