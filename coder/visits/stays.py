"""Stays: encounters of one patient that overlap, touch or belong to each other are one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo

from coder.facts import Administration, Encounter, PatientClass
from coder.values import value

INPATIENT, HOME = PatientClass.INPATIENT, PatientClass.HOME
STAYING = (PatientClass.EMERGENCY, PatientClass.OBSERVATION, PatientClass.INPATIENT)
FIRST, NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
Given = Mapping[str, Sequence[Administration]]


@value(frozen=True, slots=True)
class Stay:
    """Encounters that are one visit, the earliest first, and from when to when the patient was there, in UTC.

    `through` is the end of the day on which an encounter without a charted end is last known to have gone on.
    """

    encounters: tuple[Encounter, ...]
    start: datetime | None
    end: datetime | None
    through: datetime | None

    @property
    def key(self) -> str:
        """The key of its first encounter."""
        return self.encounters[0].key

    def holds(self, moment: datetime) -> bool:
        """Whether the patient was there at a moment, as far as that is known."""
        return self.start is not None and self.through is not None and self.start <= moment <= self.through


@value(frozen=True, slots=True)
class _Presence:
    """One encounter from its start to its end; without a charted end, to the last thing known of it.

    Who came as an emergency, for observation or as an inpatient is taken to have stayed through that day.
    """

    encounter: Encounter
    start: datetime
    end: datetime
    through: datetime


def join(encounters: Iterable[Encounter], given: Given, zone: tzinfo) -> tuple[Stay, ...]:
    """The stays of a patient; series accounts and care at home are never one with what they overlap."""
    by_key = {encounter.key: encounter for encounter in encounters}
    present = {key: one for key, encounter in by_key.items() if (one := _presence(encounter, given, zone))}
    root = {key: key for key in by_key}
    _join_parts(by_key, root)
    _join_overlapping([one for one in present.values() if _joins(one.encounter)], root)
    members: dict[str, list[Encounter]] = {}
    for key, encounter in by_key.items():
        members.setdefault(_root(key, root), []).append(encounter)
    return tuple(_stay(group, present) for group in members.values())


def _presence(encounter: Encounter, given: Given, zone: tzinfo) -> _Presence | None:
    starts = [one for one in (encounter.start, *(period.start for period in encounter.classes)) if one]
    if not starts:
        return None
    start = min(one.astimezone(UTC) for one in starts)
    if encounter.end is not None:
        end = max(start, encounter.end.astimezone(UTC))
        return _Presence(encounter, start, end, end)
    charted = [time for one in given.get(encounter.key, ()) for time in (one.start, one.end) if time]
    charted += [time for period in encounter.classes for time in (period.start, period.end) if time]
    last = max([start, *(time.astimezone(UTC) for time in charted)])
    through = _end_of_day(last, zone)
    return _Presence(encounter, start, through if encounter.patient_class in STAYING else last, through)


def _end_of_day(moment: datetime, zone: tzinfo) -> datetime:
    following = moment.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(following, time(), zone).astimezone(UTC) - timedelta(microseconds=1)


def _joins(encounter: Encounter) -> bool:
    return not encounter.series and encounter.patient_class is not HOME


def _join_parts(encounters: Mapping[str, Encounter], root: dict[str, str]) -> None:
    for key, encounter in encounters.items():
        whole = encounters.get(encounter.part_of) if encounter.part_of else None
        if whole and not whole.series and not encounter.series:
            _unite(whole.key, key, root)


def _join_overlapping(present: Sequence[_Presence], root: dict[str, str]) -> None:
    """One after the other by start: what begins before the end so far, or at it, goes on with the same stay.

    What begins at the very end of an inpatient encounter comes after the discharge and is another visit.
    """
    last: _Presence | None = None
    for one in sorted(present, key=lambda one: (one.start, one.encounter.key)):
        if last and (one.start < last.end or (one.start == last.end and not _is_inpatient(last))):
            _unite(last.encounter.key, one.encounter.key, root)
            last = max(last, one, key=lambda later: (later.end, _is_inpatient(later)))
        else:
            last = one


def _is_inpatient(one: _Presence) -> bool:
    return one.encounter.patient_class is INPATIENT


def _unite(left: str, right: str, root: dict[str, str]) -> None:
    root[_root(right, root)] = _root(left, root)


def _root(key: str, root: dict[str, str]) -> str:
    while root[key] != key:
        root[key] = root[root[key]]
        key = root[key]
    return key


def _stay(group: Sequence[Encounter], present: Mapping[str, _Presence]) -> Stay:
    known = [present[encounter.key] for encounter in group if encounter.key in present]
    return Stay(
        tuple(sorted(group, key=lambda encounter: _by_start(encounter, present))),
        min([one.start for one in known], default=None),
        max([one.end for one in known], default=None),
        max([one.through for one in known], default=None),
    )


def _by_start(encounter: Encounter, present: Mapping[str, _Presence]) -> tuple[datetime, str]:
    one = present.get(encounter.key)
    return (one.start if one else NEVER, encounter.key)
