"""The patient class of a stay over time: an outpatient's until the inpatient order, unless it was turned back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

from coder.facts import AdmissionOrder, ClassPeriod, Encounter, PatientClass
from coder.values import value
from coder.visits.stays import FIRST, NEVER, Stay

INPATIENT, OUTPATIENT = PatientClass.INPATIENT, PatientClass.OUTPATIENT
UNKNOWN, HOME = PatientClass.UNKNOWN, PatientClass.HOME


@value(frozen=True, slots=True)
class Standing:
    """What a stay is coded as: its class, when CPT ends to apply to it, and the classes it had over time."""

    patient_class: PatientClass
    outpatient_until: datetime | None
    classes: tuple[ClassPeriod, ...]


def standing(stay: Stay, orders: Iterable[AdmissionOrder], charted_in: Collection[str]) -> Standing:
    """How a stay stands; `charted_in` are the encounters in which something was given."""
    histories = [(encounter, class_history(encounter)) for encounter in stay.encounters]
    periods = sorted([period for _, history in histories for period in history], key=_period_start)
    until = _inpatient_from(stay, histories, orders)
    if until is not None and (until == FIRST or (stay.start is not None and until <= stay.start)):
        return Standing(INPATIENT, None, tuple(periods))
    outpatient = [one for one in periods if one.patient_class is not INPATIENT]
    before = [one for one in outpatient if until is None or _period_start(one) < until]
    untold = OUTPATIENT if until else UNKNOWN
    return Standing(_outpatient_class(stay, before, charted_in) or untold, until, tuple(periods))


def class_history(encounter: Encounter) -> tuple[ClassPeriod, ...]:
    """The classes of an encounter over time; inpatient no more once it was turned back to an outpatient's.

    The newest class, where the history does not end with it, begins where the history ends.
    """
    periods = sorted(encounter.classes, key=_period_start)
    newest = encounter.patient_class
    if not periods:
        return (ClassPeriod(newest, encounter.start, encounter.end),)
    if newest not in (periods[-1].patient_class, UNKNOWN):
        periods.append(ClassPeriod(newest, periods[-1].end, encounter.end))
    if periods[-1].patient_class is INPATIENT:
        return tuple(periods)
    return tuple(period for period in periods if period.patient_class is not INPATIENT)


def _period_start(period: ClassPeriod) -> datetime:
    return period.start.astimezone(UTC) if period.start else FIRST


def _inpatient_from(
    stay: Stay, histories: Sequence[tuple[Encounter, tuple[ClassPeriod, ...]]], orders: Iterable[AdmissionOrder]
) -> datetime | None:
    """The inpatient order, or the first inpatient class told with its time; FIRST where neither has one."""
    ordered = [moment for order in orders if (moment := _ordered_at(order, stay)) is not None]
    inpatient = [
        (bool(encounter.classes), period)
        for encounter, history in histories
        for period in history
        if period.patient_class is INPATIENT
    ]
    timed = [_period_start(period) for told_over_time, period in inpatient if told_over_time and period.start]
    if ordered or timed:
        return min([*ordered, *timed])
    return min((_period_start(period) for _, period in inpatient), default=None)


def _ordered_at(order: AdmissionOrder, stay: Stay) -> datetime | None:
    """When an order made this stay inpatient; one from before it was turned back to an outpatient's is void."""
    if order.cancelled or order.at is None or order.patient_class is not INPATIENT:
        return None
    at = order.at.astimezone(UTC)
    encounter = next((one for one in stay.encounters if one.key == order.encounter), None)
    if encounter is None:
        return at if order.encounter is None and stay.holds(at) else None
    turned_back = _turned_back_at(encounter)
    return at if turned_back is None or at > turned_back else None


def _turned_back_at(encounter: Encounter) -> datetime | None:
    """From when an inpatient was an outpatient again; NEVER where that was told without its time."""
    history = class_history(encounter)
    was_inpatient = any(period.patient_class is INPATIENT for period in encounter.classes)
    if not was_inpatient or history[-1].patient_class is INPATIENT:
        return None
    return _period_start(history[-1]) if history[-1].start else NEVER


def _outpatient_class(stay: Stay, periods: Sequence[ClassPeriod], charted_in: Collection[str]) -> PatientClass | None:
    """The newest class of the outpatient part; unknown while that of any encounter charted in is, None untold."""
    charted = [one for one in stay.encounters if one.key in charted_in]
    if any(one.patient_class is UNKNOWN and not one.classes for one in charted):
        return UNKNOWN
    known = [one.patient_class for one in periods if one.patient_class is not UNKNOWN]
    at_the_site = [one for one in known if one is not HOME]
    return next(reversed(at_the_site or known), None)
