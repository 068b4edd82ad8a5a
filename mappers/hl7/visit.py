"""The visit of an HL7 v2 message: the key that all it holds names it by, and what PV1 says of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from coder.facts import ClassPeriod, Encounter, PatientClass, PlacePeriod, VisitReason
from mappers.charted import UNSTATED, Charted
from mappers.hl7.drugs import coded
from mappers.hl7.envelope import Envelope, identifier_in
from mappers.hl7.events import NO_EVENT, Event, recorded_at
from mappers.hl7.message import Message, Segment
from mappers.hl7.places import place_in, told_places, untimed_place
from mappers.hl7.separators import Separators
from mappers.patient_classes import V2_CLASSES, V2_SERIES
from mappers.profile import Profile
from mappers.refused import refused
from mappers.telling import Action, Telling

VISIT_NUMBER = 19
ELSEWHERE = (20, 50)  # where senders put a visit number that they type as one
CLEARABLE = {3: "department", 44: "start", 45: "end"}
_NOTHING: frozenset[str] = frozenset()
_END = frozenset({"end"})
_LAST_MOVE = frozenset({"places"})
_KEPT_CHARACTERS_MOST = 200
_TYPED_AS_VISIT = "VN"


def visit_key(pv1: Segment | None, envelope: Envelope, days: Iterable[date | None]) -> str | None:
    """The visit number, else the account, else the patient's day of the first charted time."""
    said = visit_number(pv1)[1]
    if said:
        return f"VN|{said}"
    if envelope.account:
        return f"AN|{envelope.account.value}"
    charted = [day for day in days if day]
    return f"day:{envelope.patient}|{min(charted).isoformat()}" if charted else None


def visit_number(pv1: Segment | None) -> tuple[int, str]:
    """The field that holds the visit number and what it says: PV1-19, or a later one typed so; empty without one."""
    if pv1 is None:
        return 0, ""
    if said := pv1.text(VISIT_NUMBER):
        return VISIT_NUMBER, said
    return _elsewhere(pv1)


def _elsewhere(pv1: Segment) -> tuple[int, str]:
    typed = (place for place in ELSEWHERE if pv1.raw(place) and pv1.text(place, 5) == _TYPED_AS_VISIT)
    return next(((place, said) for place in typed if (said := pv1.text(place))), (0, ""))


def read_visit(
    message: Message,
    key: str | None,
    envelope: Envelope,
    event: Event = NO_EVENT,
    at: Charted = UNSTATED,
) -> Telling:
    """What PV1 and PV2 say of the encounter; raises Refused where it cannot be told which one it is."""
    pv1 = message.first("PV1")
    if key is None or pv1 is None:
        raise refused("no visit", "PV1-19", "", "a visit number, or an account in PID-18")
    fact = _fact(pv1, message, envelope, event, at.instant)
    cleared = _cleared(pv1) if pv1.clears else _NOTHING
    if event.reopens:
        cleared |= _END
    if event.returns:
        cleared |= _LAST_MOVE
    return envelope.telling(
        fact, Action.DELETE if event.cancels else Action.ADD, 0, (key,), fact.start, cleared=cleared
    )


def _cleared(pv1: Segment) -> frozenset[str]:
    return frozenset(name for number, name in CLEARABLE.items() if pv1.is_cleared(number))


def _fact(pv1: Segment, message: Message, envelope: Envelope, event: Event, at: datetime | None) -> Encounter:
    fields = pv1.fields()
    start = envelope.clock.charted(pv1, 44).instant
    end = envelope.clock.charted(pv1, 45).instant if fields[45] else None
    if event.expected:
        start = None
    elif event.opens:
        start = start or at
    if event.closes:
        end = end or at
    find = _kept_class if len(fields[2]) + len(fields[18]) <= _KEPT_CHARACTERS_MOST else _class
    patient_class = find(fields[18], fields[2], pv1.separators, envelope.profile)
    visit = identifier_in(pv1, VISIT_NUMBER)
    if visit is None and (number := _elsewhere(pv1)[0]):
        visit = identifier_in(pv1, number)
    series = pv1.text(2)
    department = pv1.text(3) or None if fields[3] else None
    since = start if event.opens else at
    return Encounter(
        "",
        envelope.patient,
        patient_class,
        start,
        None if event.reopens else end,
        department,
        envelope.account,
        (visit,) if visit else (),
        event.cancels,
        _classes(patient_class, event, since) if event is not NO_EVENT else (),
        series == V2_SERIES if series else None,
        _reason(message.first("PV2"), envelope) if envelope.profile.reasons else None,
        None,
        _places(pv1, message, envelope, event, since) if department else (),
    )


def _places(
    pv1: Segment, message: Message, envelope: Envelope, event: Event, since: datetime | None
) -> tuple[PlacePeriod, ...]:
    place = place_in(pv1.raw(3), pv1.separators, envelope.profile)
    if event is NO_EVENT:
        return untimed_place(place)
    return told_places(place, event, since, recorded_at(message, envelope))


def _class(patient_type: str, patient_class: str, separators: Separators, profile: Profile) -> PatientClass:
    """PV1-18 where it says observation, else PV1-2; the sender's own words go first."""
    kind, said = separators.value(patient_type), separators.value(patient_class)
    local = profile.classes
    if local:
        named = (kind, said, separators.value(patient_class, 2))
        stated = next((local[word.casefold()] for word in named if word.casefold() in local), None)
        if stated:
            return stated
    if V2_CLASSES.get(kind) is PatientClass.OBSERVATION:
        return PatientClass.OBSERVATION
    return V2_CLASSES.get(said, PatientClass.UNKNOWN)


_kept_class = lru_cache(maxsize=1024)(_class)


def _classes(patient_class: PatientClass, event: Event, since: datetime | None) -> tuple[ClassPeriod, ...]:
    """The class from the event on, where the event is one that gives a class; what it was before, others tell."""
    gives = event.opens or event.reclasses
    if not gives or since is None or patient_class is PatientClass.UNKNOWN:
        return ()
    return (ClassPeriod(patient_class, since),)


def _reason(pv2: Segment | None, envelope: Envelope) -> VisitReason | None:
    """PV2-3 by the site's table of reasons."""
    if pv2 is None or not pv2.raw(3):
        return None
    codings, words = coded(pv2, 3)
    said = (*(coding.code for coding in codings), words)
    found = (envelope.profile.reasons.get(word.casefold()) for word in said if word)
    return next((reason for reason in found if reason), None)
