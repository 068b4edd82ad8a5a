"""The visit of an HL7 v2 message: the key that all it holds names it by, and what PV1 says of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from coder.facts import ClassPeriod, Encounter, PatientClass, Place, Reference, VisitReason
from mappers.charted import UNSTATED, Charted
from mappers.hl7.drugs import coded
from mappers.hl7.envelope import Envelope
from mappers.hl7.events import NO_EVENT, Event, recorded_at
from mappers.hl7.identifiers import identifier
from mappers.hl7.message import Message, Segment
from mappers.hl7.people import person_in
from mappers.hl7.places import place_in, told_places, untimed_place
from mappers.hl7.separators import CLEARED, Separators
from mappers.patient_classes import V2_CLASSES, V2_SERIES
from mappers.profile import Profile
from mappers.refused import refused
from mappers.telling import Action, Telling

VISIT_NUMBER = 19
ELSEWHERE = (20, 50)  # where senders put a visit number that they type as one
CLEARABLE = {3: "department", 7: "attending", 44: "start", 45: "end"}
_ADD, _DELETE = Action.ADD, Action.DELETE
_NOTHING: frozenset[str] = frozenset()
_END = frozenset({"end"})
_LAST_MOVE = frozenset({"places"})
_KEPT_CHARACTERS_MOST = 200
_TYPED_AS_VISIT = "VN"


class Words(NamedTuple):
    """What PV1-2, PV1-3 and PV1-18 say, which visit after visit has alike."""

    patient_class: PatientClass
    series: bool | None
    department: str | None
    place: Place | None


def visit_key(visit: Reference | None, envelope: Envelope, first_day: Callable[[], date | None]) -> str | None:
    """The visit number, else the account, else the patient's day of the first charted time."""
    if visit:
        return f"VN|{visit.value}"
    if envelope.account:
        return f"AN|{envelope.account.value}"
    day = first_day()
    return f"day:{envelope.patient}|{day.isoformat()}" if day else None


def visit_number(pv1: Segment | None) -> Reference | None:
    """The visit number of PV1-19, else of a later field that is typed as one."""
    if pv1 is None:
        return None
    return identifier(pv1.raw(VISIT_NUMBER), pv1.separators) or _elsewhere(pv1)


def _elsewhere(pv1: Segment) -> Reference | None:
    typed = (place for place in ELSEWHERE if pv1.raw(place) and pv1.text(place, 5) == _TYPED_AS_VISIT)
    return next((found for place in typed if (found := identifier(pv1.raw(place), pv1.separators))), None)


def read_visit(
    pv1: Segment,
    message: Message,
    key: str | None,
    visit: Reference | None,
    envelope: Envelope,
    event: Event = NO_EVENT,
    at: Charted = UNSTATED,
) -> Telling:
    """What PV1 and PV2 say of the encounter; raises Refused where it cannot be told which one it is."""
    if key is None:
        raise refused("no visit", "PV1-19", "", "a visit number, or an account in PID-18")
    fact = _fact(pv1, visit, message, envelope, event, at.instant)
    cleared = _cleared(pv1) if CLEARED in pv1.line else _NOTHING
    if event is not NO_EVENT:
        cleared |= _taken_back(event)
    return envelope.telling(fact, _DELETE if event.cancels else _ADD, 0, (key,), fact.start, None, cleared)


def _cleared(pv1: Segment) -> frozenset[str]:
    return frozenset(name for number, name in CLEARABLE.items() if pv1.is_cleared(number))


def _taken_back(event: Event) -> frozenset[str]:
    return _END if event.reopens else _LAST_MOVE if event.returns else _NOTHING


def _fact(
    pv1: Segment, visit: Reference | None, message: Message, envelope: Envelope, event: Event, at: datetime | None
) -> Encounter:
    fields, profile = pv1.fields(), envelope.profile
    start = envelope.clock.charted(pv1, 44).instant
    end = envelope.clock.charted(pv1, 45).instant if fields[45] else None
    if event.expected:
        start = None
    elif event.opens:
        start = start or at
    if event.closes:
        end = end or at
    stated = fields[2], fields[3], fields[18]
    find = _kept_words if sum(map(len, stated)) <= _KEPT_CHARACTERS_MOST else _words
    words = find(stated, pv1.separators, profile)
    classes: tuple[ClassPeriod, ...] = ()
    if event is NO_EVENT:
        places = untimed_place(words.place)
    else:
        since = start if event.opens else at
        classes = _classes(words.patient_class, event, since)
        places = told_places(words.place, event, since, recorded_at(message, envelope)) if words.department else ()
    return Encounter(
        "",
        envelope.patient,
        words.patient_class,
        start,
        None if event.reopens else end,
        words.department,
        envelope.account,
        (visit,) if visit else (),
        event.cancels,
        classes,
        words.series,
        _reason(message.first("PV2"), envelope) if profile.reasons else None,
        None,
        places,
        attending=person_in(pv1, 7) if fields[7] else None,
    )


def _words(stated: tuple[str, str, str], separators: Separators, profile: Profile) -> Words:
    patient_class, place, patient_type = stated
    letter, department = separators.value(patient_class), separators.value(place)
    return Words(
        _class(patient_type, patient_class, separators, profile),
        letter == V2_SERIES if letter else None,
        department or None,
        place_in(place, separators, profile) if department else None,
    )


_kept_words = lru_cache(maxsize=4096)(_words)  # a site has few classes, and some hundred rooms and beds


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
