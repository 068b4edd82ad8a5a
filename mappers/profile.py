"""Sender profiles: what one sender does differently, as data.

One format serves both wires: `senders` are names in MSH-3 (HL7 v2) or in meta.source (FHIR), `moved` is
of HL7 alone. Whatever a profile does not say is as the standard has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from coder.facts import AdministrationStatus, Coding, Method, PatientClass, Place, VisitReason
from mappers.observed import DEFAULT_OBSERVATIONS, Listed
from mappers.routes import RouteMeaning
from mappers.telling import Action


class Wire(StrEnum):
    """The format of a sender's messages."""

    HL7 = "hl7v2"
    FHIR = "fhir"


@dataclass(frozen=True, slots=True)
class Charting:
    """What a status word says: how far the administration got, and whether it halts what runs (a rate of nought)."""

    status: AdministrationStatus
    halts: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What one sender does differently; words are in lower case, codes as they are sent."""

    name: str = "standard"
    about: str = ""
    wire: Wire = Wire.HL7
    senders: tuple[str, ...] = ()
    zone: ZoneInfo | None = None
    moved: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    statuses: Mapping[str, Charting] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    routes: Mapping[str, RouteMeaning] = field(default_factory=dict)
    methods: Mapping[str, Method] = field(default_factory=dict)
    drugs: Mapping[str, Coding] = field(default_factory=dict)
    systems: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, PatientClass] = field(default_factory=dict)
    reasons: Mapping[str, VisitReason] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    observations: Mapping[str, Listed] = field(default_factory=dict)
    stable_counters: bool = False


STANDARD = Profile(observations=DEFAULT_OBSERVATIONS)


class Senders:
    """The profile of each sender of one wire, by the name it goes by; the site's own lists stand under all of them."""

    def __init__(self, site: Profile, profiles: tuple[Profile, ...], wire: Wire) -> None:
        self._standard = site
        self._named: Mapping[str, Profile] = MappingProxyType(
            {
                name: replace(
                    profile,
                    zone=profile.zone or site.zone,
                    reasons={**site.reasons, **profile.reasons},
                    observations={**site.observations, **profile.observations},
                )
                for profile in profiles
                if profile.wire is wire
                for name in profile.senders
            }
        )

    @property
    def standard(self) -> Profile:
        """What holds for senders without a profile."""
        return self._standard

    def named(self, name: str) -> Profile:
        """The profile of a sender, or what holds for those who have none."""
        return self._named.get(name, self._standard)
