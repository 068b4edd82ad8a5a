"""The classes of an encounter over time, added up from messages that each tell a part.

An arrival (A01, A04) and a change of class (A06, A07) tell a class and since when; whatever else states a class
only says what it is now. All of it is taken in the order in which it was asserted, however it arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

from coder.facts import ClassPeriod, Encounter, PatientClass
from ledger.link_keys import EARLIEST
from mappers.telling import Action, Telling

_INPATIENT, _UNKNOWN = PatientClass.INPATIENT, PatientClass.UNKNOWN


@dataclass(frozen=True, slots=True)
class Classes:
    """What all tellings of an encounter, taken together, say of its class, and whether it never was.

    `timed` is whether the last word on the class said since when.
    """

    patient_class: PatientClass = _UNKNOWN
    periods: tuple[ClassPeriod, ...] = ()
    cancelled: bool = False
    timed: bool = True


def classes_over_time(standing: Sequence[Telling]) -> Classes:
    """The classes that tellings, the weakest first, give an encounter.

    A message that takes the visit back (A11) takes back the classes told before it, and holds until another
    tells a class and since when. Where the last word makes an outpatient of an inpatient and does not say since
    when, as an A07 would, it may be a late one or a correction: nobody knows the class, and it is asked.
    """
    found = Classes()
    for telling in standing:
        if isinstance(telling.fact, Encounter):
            found = _heard(found, telling, telling.fact)
    found = replace(found, periods=_joined(found.periods))
    return replace(found, patient_class=_UNKNOWN, periods=()) if _turned_back_untimed(found) else found


def _heard(found: Classes, telling: Telling, fact: Encounter) -> Classes:
    stated = fact.patient_class is not _UNKNOWN
    newest = fact.patient_class if stated else found.patient_class
    timed = bool(fact.classes) or (found.timed and not stated)
    if telling.whole:
        return Classes(newest, fact.classes or found.periods, fact.cancelled, timed)
    if telling.action is Action.DELETE or fact.cancelled:
        return Classes(newest, cancelled=True, timed=timed)
    if not fact.classes:
        return replace(found, patient_class=newest, timed=timed)
    retold = {_start(period) for period in fact.classes}
    kept = tuple(period for period in found.periods if _start(period) not in retold)
    return Classes(newest, (*kept, *fact.classes))


def _turned_back_untimed(found: Classes) -> bool:
    if found.timed or not found.periods:
        return False
    return found.periods[-1].patient_class is _INPATIENT and found.patient_class not in (_INPATIENT, _UNKNOWN)


def _joined(periods: Sequence[ClassPeriod]) -> tuple[ClassPeriod, ...]:
    """In their order, each until the next begins, those of one class after one another as one."""
    joined: list[ClassPeriod] = []
    for period in sorted(periods, key=_start):
        if not joined or joined[-1].patient_class is not period.patient_class or joined[-1].end:
            joined.append(period)
    ended = [replace(one, end=one.end or following.start) for one, following in pairwise(joined)]
    return (*ended, *joined[-1:])


def _start(period: ClassPeriod) -> datetime:
    return period.start.astimezone(UTC) if period.start else EARLIEST
