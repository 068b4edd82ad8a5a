"""Visits that bear no code as a whole: their class is unknown, or they took place where these rules do not reach."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from coder.charges import Answerable
from coder.facts import PatientClass, Place
from coder.lines.drawing import draw
from coder.lines.home import home_codes
from coder.policy import Policy, Setting
from coder.runs.outpatient import all_runs
from coder.sheet import Sheet
from coder.visits.visit import Visit

AT_HOME = Place.HOME


class Held(NamedTuple):
    """Why nothing of a visit is coded; `word` is what its runs are drawn as."""

    rule: str
    says: str
    word: str
    curable: bool = False
    at_home: bool = False


UNKNOWN = Held("visit.class-unknown", "The patient's class is not known, so no code is.", "unknown", curable=True)
INPATIENT = Held("class.inpatient", "A professional reports no infusion of an inpatient.", "inpatient")
HOME = Held("class.home", "Care at home is not billed here.", "home", at_home=True)
GIVEN_AT_HOME = Held("place.home", "Given at home, which is not billed here.", "home", at_home=True)
SKILLED_NURSING = Held(
    "place.skilled-nursing", "What a nursing facility gives its residents is part of its own bill.", "skilled nursing"
)
BY_PLACE = {"12": HOME}
OF_A_FACILITY = {"31": SKILLED_NURSING, "32": SKILLED_NURSING}


def held_as(visit: Visit, policy: Policy) -> Held | None:
    """Why a visit as a whole bears no code; None where it may, an inpatient's of a facility among them."""
    if visit.patient_class is PatientClass.INPATIENT:
        return INPATIENT if policy.setting is Setting.PROFESSIONAL else None
    if visit.patient_class is PatientClass.HOME or policy.place in BY_PLACE:
        return HOME
    if policy.setting is Setting.FACILITY and policy.place in OF_A_FACILITY:
        return OF_A_FACILITY[policy.place]
    return UNKNOWN if visit.patient_class is PatientClass.UNKNOWN else None


def hold(held: Held, sheet: Sheet) -> None:
    """Leave out everything that was given, by the one reason; what would be asked of it does not matter now."""
    unasked = Sheet(sheet.visit, sheet.policy, sheet.tables, sheet.as_of)
    for run in all_runs(unasked):
        wanted = home_codes(run, unasked) if held.at_home else None
        says = f"{held.says} {wanted.says}" if wanted else held.says
        code = wanted.code if wanted else None
        sheet.leave_out(held.rule, run.keys, says, code=code, minutes=run.minutes, curable=held.curable)
        draw(run, held.word, sheet)
    for left in unasked.not_billed:
        if left.curable:
            sheet.leave_out(held.rule, left.administrations, held.says, curable=held.curable)
        else:
            sheet.not_billed.append(left)
    if held is UNKNOWN:
        _ask_class(sheet)


def without_home(sheet: Sheet) -> Sheet:
    """The sheet of what was not given at home; what was stands on it as left out, with the codes of care at home."""
    given = sheet.visit.administrations
    if AT_HOME not in [one.place for one in given]:
        return sheet
    at_home = tuple(replace(one, place=None) for one in given if one.place is AT_HOME)
    elsewhere = tuple(one for one in given if one.place is not AT_HOME)
    home, rest = (
        Sheet(replace(sheet.visit, administrations=part), sheet.policy, sheet.tables, sheet.as_of)
        for part in (at_home, elsewhere)
    )
    hold(GIVEN_AT_HOME, home)
    rest.not_billed += home.not_billed
    rest.runs += home.runs
    return rest


def _ask_class(sheet: Sheet) -> None:
    about = [key for left in sheet.not_billed if left.because == UNKNOWN.rule for key in left.administrations]
    if about:
        since = min((one.start for one in sheet.visit.administrations if one.start), default=None)
        ask = "What was the patient's class during this visit?"
        sheet.ask(UNKNOWN.rule, sorted(about), Answerable.CODER, ask, since)
