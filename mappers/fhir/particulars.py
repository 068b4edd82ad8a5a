"""What a MedicationAdministration says in extensions, by the last part of their url: one row for each fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from coder.facts import AccessDevice, DrugSource, Place, PumpOwner, Purpose, Quantity
from mappers.fhir import elements as fhir
from mappers.fhir.extensions import Extensions
from mappers.fhir.parts import kept, part
from mappers.fhir.values import amount, nowhere
from mappers.observed import SECOND_ACCESS_WORDS
from mappers.profile import Profile
from mappers.refused import refused

_PATH = "MedicationAdministration"
_DECODER = msgspec.json.Decoder(tuple[fhir.Extension, ...])
_Read = Callable[[Extensions, str, ZoneInfo], Any]
_PURPOSES = tuple(purpose.value for purpose in Purpose)
ORDERED, OVER_TIME = "ordered-minutes", "infuse-over-time"


def _truth(said: Extensions, name: str, _: ZoneInfo) -> bool | None:
    return said.truth(name)


def _count(said: Extensions, name: str, _: ZoneInfo) -> int | None:
    return said.count(name)


def _text(said: Extensions, name: str, _: ZoneInfo) -> str | None:
    return said.text(name)


def _minutes(said: Extensions, name: str, _: ZoneInfo) -> int | None:
    return said.minutes(name)


def _instant(said: Extensions, name: str, zone: ZoneInfo) -> Any:
    return said.instant(name, zone)


def _volume(said: Extensions, name: str, _: ZoneInfo) -> Quantity | None:
    return said.amount(name)


def _purpose(said: Extensions, name: str, _: ZoneInfo) -> Purpose | None:
    code = said.code(name, _PURPOSES)
    return Purpose(code) if code else None


def _second_access(said: Extensions, name: str, _: ZoneInfo) -> str | None:
    return said.code(name, SECOND_ACCESS_WORDS)


def _pump_owner(said: Extensions, name: str, _: ZoneInfo) -> PumpOwner | None:
    return said.word(name, PumpOwner)


def _access_device(said: Extensions, name: str, _: ZoneInfo) -> AccessDevice | None:
    return said.word(name, AccessDevice)


def _place(said: Extensions, name: str, _: ZoneInfo) -> Place | None:
    return said.word(name, Place)


def _drug_source(said: Extensions, name: str, _: ZoneInfo) -> DrugSource | None:
    return said.word(name, DrugSource)


def _wasted(said: Extensions, name: str, _: ZoneInfo) -> Quantity:
    stated = said.every(name)
    if len(stated) > 1:
        raise refused("stated twice", said.at(name), len(stated), "what was discarded, once")
    return _amount(stated[0], said.at(name))


def _opened(said: Extensions, name: str, _: ZoneInfo) -> tuple[Quantity, ...]:
    return tuple(_amount(each, said.at(name)) for each in said.every(name))


def _amount(stated: fhir.Extension, path: str) -> Quantity:
    found = amount(stated.valueQuantity, path) if stated.valueQuantity else None
    if found is None:
        raise refused("no amount", f"{path}.valueQuantity", "", "an amount and its unit")
    return found


PARTICULARS: Mapping[str, tuple[str, _Read]] = {
    "purpose": ("purpose", _purpose),
    "second-access": ("second_access", _second_access),
    "attended": ("attended", _truth),
    "pump-owner": ("pump_owner", _pump_owner),
    "continues-at-home": ("continues_at_home", _truth),
    ORDERED: ("ordered_minutes", _minutes),
    OVER_TIME: ("ordered_minutes", _minutes),
    "injections": ("injections", _count),
    "lesions": ("lesions", _count),
    "puncture": ("puncture", _truth),
    "counselled": ("counselled", _truth),
    "demand-dose": ("demand", _truth),
    "access-device": ("access_device", _access_device),
    "place": ("place", _place),
    "taken-over": ("taken_over_at", _instant),
    "volume-infused": ("volume_infused", _volume),
    "pump-start": ("pump_start", _instant),
    "pump-end": ("pump_end", _instant),
    "identified": ("identified", _truth),
    "monitored": ("monitored", _truth),
    "reaction": ("reaction", _truth),
    "reaction-managed": ("reaction_managed", _truth),
    "educated": ("educated", _truth),
    "lot-number": ("lot", _text),
    "lot-expiry": ("expiry", _text),
    "signed": ("signed", _truth),
    "authorization-number": ("authorisation", _text),
    "wasted-amount": ("wasted", _wasted),
    "container-opened": ("containers", _opened),
    "drug-source": ("drug_source", _drug_source),
    "single-dose": ("single_dose", _truth),
}
"""The attribute of an Administration that an extension states, and how it is read."""


def _particulars(extensions: bytes, profile: Profile) -> Mapping[str, Any]:
    """What the extensions state, by attribute; what was ordered in minutes goes before a vendor's word for it."""
    zone = nowhere(profile).zone
    said = Extensions(part(extensions, _DECODER, f"{_PATH}.extension"), _PATH, profile.observations)
    stated: dict[str, Any] = {}
    for name in said.names:
        row = PARTICULARS.get(name)
        if row is None or (name == OVER_TIME and ORDERED in said.names):
            continue
        value = row[1](said, name, zone)
        if value is not None:
            stated[row[0]] = value
    return stated


particulars = kept(_particulars)
