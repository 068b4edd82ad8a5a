"""What OBX and NTE segments say beside an RXA, by the codes that the site and the sender list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from coder.facts import Quantity
from mappers.amounts import WANTED, number
from mappers.hl7.envelope import Envelope
from mappers.hl7.message import Segment
from mappers.hl7.orders import Stretch
from mappers.hl7.people import person_in
from mappers.observed import TRUTHS, WORDS, Listed, Observed
from mappers.profile import Profile
from mappers.refused import refused

NOTHING: Mapping[str, Any] = MappingProxyType({})

_WITHDRAWN = frozenset({"D", "W", "X", "N"})
_NOTE_CHARACTERS_MOST = 400
_FACT_OF_WORD = {
    Observed.PURPOSE: "purpose",
    Observed.SECOND_ACCESS: "second_access",
    Observed.ATTENDED: "attended",
    Observed.PUMP: "pump",
    Observed.PUMP_OWNER: "pump_owner",
    Observed.CONTINUES_AT_HOME: "continues_at_home",
    Observed.PUNCTURE: "puncture",
    Observed.COUNSELLED: "counselled",
    Observed.DEMAND_DOSE: "demand",
    Observed.ACCESS_DEVICE: "access_device",
    Observed.PLACE: "place",
    Observed.DRUG_SOURCE: "drug_source",
    Observed.SINGLE_DOSE: "single_dose",
    **{meaning: meaning.value.replace("-", "_") for meaning in TRUTHS},
}
_FACT_OF_COUNT = {Observed.INJECTIONS: "injections", Observed.LESIONS: "lesions"}
_FACT_OF_AMOUNT = {
    Observed.WASTE: "wasted",
    Observed.CONTAINER_OPENED: "containers",
    Observed.VOLUME_INFUSED: "volume_infused",
}
_FACT_OF_TIME = {
    Observed.TAKEN_OVER: "taken_over_at",
    Observed.PUMP_START: "pump_start",
    Observed.PUMP_END: "pump_end",
}
AMOUNTS = frozenset({*_FACT_OF_AMOUNT.values(), *_FACT_OF_COUNT.values()})
_MINUTES_OF_UNIT = {
    "": Decimal(1), "s": Decimal(1) / 60, "sec": Decimal(1) / 60, "second": Decimal(1) / 60, "m": Decimal(1),
    "min": Decimal(1), "minute": Decimal(1), "h": Decimal(60), "hr": Decimal(60), "hour": Decimal(60),
    "d": Decimal(1440), "day": Decimal(1440),
}  # fmt: skip


def listed_among(segments: Iterable[Segment], profile: Profile) -> list[tuple[Listed, Segment]]:
    """The observations with a listed code, in the order they came; those taken back are left out."""
    found = ((_listed(obx, profile), obx) for obx in segments if obx.text(11) not in _WITHDRAWN)
    return [(listed, obx) for listed, obx in found if listed]


def details_of(stretch: Stretch, envelope: Envelope) -> Mapping[str, Any]:
    """Facts of an administration by name, as the observations beside it state them; raises Refused for a bad value."""
    if not stretch.observations and not stretch.notes:
        return NOTHING
    said: dict[str, Any] = dict(_noted(stretch.notes, envelope.profile))
    stated: dict[str, Any] = {}
    for listed, obx in listed_among(stretch.observations, envelope.profile):
        for name, value in _fact(listed, obx, envelope):
            if name == "containers":
                value = (*stated.pop(name, ()), value)  # noqa: PLW2901 - one observation for each
            elif name == "wasted" and name in stated:
                raise refused("stated twice", obx.path(5), obx.text(5), "what was discarded, once")
            stated.setdefault(name, value)
    return said | stated


def minutes_in(text: str, unit: str) -> int | None:
    """A duration in whole minutes, or None where it is none; a bare number is minutes."""
    amount = number(text)
    word = unit.casefold()
    factor = _MINUTES_OF_UNIT.get(word) or _MINUTES_OF_UNIT.get(word.removesuffix("s"))
    return None if amount is None or factor is None else int(amount * factor)


def _listed(obx: Segment, profile: Profile) -> Listed | None:
    codes = (obx.text(3).upper(), obx.text(3), obx.text(3, 4))
    return next((profile.observations[code] for code in codes if code in profile.observations), None)


def _fact(listed: Listed, obx: Segment, envelope: Envelope) -> Iterable[tuple[str, Any]]:
    meaning = listed.meaning
    said = obx.text(5) or obx.text(5, 2)
    if not said:
        return
    if meaning in _FACT_OF_WORD:
        yield _FACT_OF_WORD[meaning], _worded(listed, said, obx)
    elif meaning in _FACT_OF_AMOUNT:
        yield _FACT_OF_AMOUNT[meaning], _measured(said, obx)
    elif meaning in _FACT_OF_COUNT:
        yield _FACT_OF_COUNT[meaning], _counted(said, obx)
    elif meaning is Observed.ORDERED_MINUTES:
        minutes = minutes_in(said, obx.text(6) or obx.text(6, 2))
        if minutes is None:
            raise refused("not a duration", obx.path(5), said, "a number of seconds, minutes, hours or days")
        yield "ordered_minutes", minutes
    elif meaning in _FACT_OF_TIME:
        yield _FACT_OF_TIME[meaning], envelope.clock.charted(obx, 5).instant
    elif meaning is Observed.SUPERVISED_BY:
        yield "supervised_by", person_in(obx, 5)
    elif meaning is Observed.AUTHORIZATION_NUMBER:
        yield "authorisation", said


def _worded(listed: Listed, said: str, obx: Segment) -> object:
    word = said.casefold()
    words = WORDS[listed.meaning]
    word = listed.values.get(word, word)
    if word not in words:
        raise refused("not a value of this observation", obx.path(5), said, "one of " + ", ".join(words))
    return words[word]


def _measured(said: str, obx: Segment) -> Quantity:
    amount = number(said)
    if amount is None:
        raise refused("not an amount", obx.path(5), said, WANTED)
    return Quantity(amount, obx.text(6) or obx.text(6, 2) or None)


def _counted(said: str, obx: Segment) -> int:
    count = number(said)
    if count is None or count < 1 or count != int(count):
        raise refused("not a count", obx.path(5), said, "a whole number from 1")
    return int(count)


def _noted(notes: Iterable[Segment], profile: Profile) -> Iterable[tuple[str, Any]]:
    """Notes that consist of a listed code, a colon and one of its words; free text says nothing we could rely on."""
    for note in notes:
        code, colon, rest = note.text(3)[:_NOTE_CHARACTERS_MOST].partition(":")
        listed = profile.observations.get(code.strip().upper()) if colon else None
        if listed and listed.meaning in _FACT_OF_WORD:
            word = rest.strip().rstrip(".").casefold()
            value = WORDS[listed.meaning].get(listed.values.get(word, word))
            if value is not None:
                yield _FACT_OF_WORD[listed.meaning], value
