"""The tables of ICD-10-PCS that an inpatient's infusions are coded by: which kinds of substance enter where."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Region(StrEnum):
    """Where a substance enters, as the fourth character has it."""

    SUBCUTANEOUS = "1"
    MUSCLE = "2"
    PERIPHERAL_VEIN = "3"
    CENTRAL_VEIN = "4"
    PERIPHERAL_ARTERY = "5"
    CENTRAL_ARTERY = "6"
    CHEST_CAVITY = "L"
    BELLY_CAVITY = "M"
    BRAIN = "Q"
    SPINE = "R"


KINDS = {
    "02": "interleukin-2 in high dose",
    "03": "interleukin-2 in low dose",
    "04": "liquid radiation source",
    "05": "antineoplastic",
    "0M": "antibody against a tumour",
    "0P": "clofarabine",
    "16": "activated protein C",
    "17": "thrombolytic",
    "28": "oxazolidinone",
    "29": "anti-infective",
    "3Z": "anti-inflammatory",
    "4Z": "serum or toxoid",
    "6Z": "nutrient",
    "7Z": "electrolyte or fluid",
    "BZ": "anaesthetic",
    "GC": "other therapeutic substance",
    "GQ": "glucarpidase",
    "GR": "other therapeutic antibody",
    "HZ": "radioactive substance",
    "KZ": "other diagnostic substance",
    "NZ": "analgesic or sedative",
    "PZ": "platelet inhibitor",
    "RZ": "antiarrhythmic",
    "TZ": "destructive agent",
    "VG": "insulin",
    "VH": "natriuretic peptide",
    "VJ": "other hormone",
    "WK": "immunostimulant",
    "WL": "immunosuppressant",
    "XZ": "vasopressor",
}


class Vessel(StrEnum):
    """The kind of vessel that words for a site are read for."""

    VEIN = "vein"
    ARTERY = "artery"


@dataclass(frozen=True, slots=True)
class Introductions:
    """What one edition of the tables lets enter a region: the approach, and the kinds of substance."""

    since: date
    approach: str
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class NewTechnology:
    """A named drug that has codes of its own in the tables of new technology.

    `characters` are the sixth and seventh of its codes; `diagnosis` the beginning of an ICD-10-CM code without
    which it is not coded so.
    """

    drug: str
    regions: frozenset[Region]
    characters: str
    diagnosis: str | None
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class ProcedureTables:
    """`introductions` by region, each edition once, in order; `kinds` by drug, the most specific first.

    `central` says of words for a site whether they name a central vessel (else a peripheral one).
    """

    introductions: Mapping[Region, tuple[Introductions, ...]] = field(default_factory=dict)
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    new_technology: Mapping[str, tuple[NewTechnology, ...]] = field(default_factory=dict)
    central: Mapping[tuple[Vessel, str], bool] = field(default_factory=dict)

    def introductions_on(self, region: Region, day: date) -> Introductions | None:
        """The edition in force for a region; None before the first that is known."""
        editions = self.introductions.get(region, ())
        place = bisect_right([edition.since for edition in editions], day)
        return editions[place - 1] if place else None


NO_PROCEDURES = ProcedureTables()
