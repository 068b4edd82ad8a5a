"""What a site may have its senders say in observations beside an administration, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from coder.facts import AccessDevice, DrugSource, Place, Pump, PumpOwner, Purpose


class Observed(StrEnum):
    """What an observation can mean."""

    PURPOSE = "purpose"
    SECOND_ACCESS = "second-access"
    ATTENDED = "attended"
    PUMP = "pump"
    PUMP_OWNER = "pump-owner"
    CONTINUES_AT_HOME = "continues-at-home"
    ORDERED_MINUTES = "ordered-minutes"
    INJECTIONS = "injections"
    LESIONS = "lesions"
    PUNCTURE = "puncture"
    COUNSELLED = "counselled"
    DEMAND_DOSE = "demand-dose"
    ACCESS_DEVICE = "access-device"
    PLACE = "place"
    TAKEN_OVER = "taken-over"
    WASTE = "waste"
    CONTAINER_OPENED = "container-opened"
    DRUG_SOURCE = "drug-source"
    SINGLE_DOSE = "single-dose"
    VOLUME_INFUSED = "volume-infused"
    PUMP_START = "pump-start"
    PUMP_END = "pump-end"
    IDENTIFIED = "identified"
    MONITORED = "monitored"
    REACTION = "reaction"
    REACTION_MANAGED = "reaction-managed"
    EDUCATED = "educated"
    SIGNED = "signed"
    SUPERVISED_BY = "supervised-by"
    AUTHORIZATION_NUMBER = "authorization-number"


@dataclass(frozen=True, slots=True)
class Listed:
    """What an observation's code means, and what a sender's own words for its values are in ours."""

    meaning: Observed
    values: Mapping[str, str] = field(default_factory=dict)


TRUTH: Mapping[str, bool] = MappingProxyType(
    {"y": True, "yes": True, "true": True, "1": True, "n": False, "no": False, "false": False, "0": False}
)
TRUTHS = (
    Observed.IDENTIFIED,
    Observed.MONITORED,
    Observed.REACTION,
    Observed.REACTION_MANAGED,
    Observed.EDUCATED,
    Observed.SIGNED,
)
SECOND_ACCESS_WORDS = ("incompatible", "protocol", "other")
WORDS: Mapping[Observed, Mapping[str, object]] = MappingProxyType(
    {
        Observed.PURPOSE: {purpose.value: purpose for purpose in Purpose},
        Observed.SECOND_ACCESS: {word: word for word in SECOND_ACCESS_WORDS},
        Observed.ATTENDED: TRUTH,
        Observed.PUMP: {pump.value: pump for pump in Pump},
        Observed.PUMP_OWNER: {owner.value: owner for owner in PumpOwner},
        Observed.CONTINUES_AT_HOME: TRUTH,
        Observed.PUNCTURE: TRUTH,
        Observed.COUNSELLED: TRUTH,
        Observed.DEMAND_DOSE: TRUTH,
        Observed.ACCESS_DEVICE: {device.value: device for device in AccessDevice},
        Observed.PLACE: {place.value: place for place in Place},
        Observed.DRUG_SOURCE: {source.value: source for source in DrugSource},
        Observed.SINGLE_DOSE: TRUTH,
        **dict.fromkeys(TRUTHS, TRUTH),
    }
)
DEFAULT_OBSERVATIONS: Mapping[str, Listed] = MappingProxyType(
    {meaning.value.upper(): Listed(meaning) for meaning in Observed} | {"CONTAINER": Listed(Observed.CONTAINER_OPENED)}
)
