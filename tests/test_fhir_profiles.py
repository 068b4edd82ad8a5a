"""The profile of an Oracle-like FHIR sender: each thing it says, beside a sender who has none."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from coder.facts import (
    Administration,
    AdministrationStatus,
    Encounter,
    Method,
    PatientClass,
    Purpose,
    Route,
    VisitReason,
)
from mappers.profile_files import shipped_profiles
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from mappers.telling import Fault, Item, Telling
from tests.fhir_samples import Json, administration, bundle, dosage, encounter

PROFILE = shipped_profiles()["oracle_like_fhir"]
SENDER = PROFILE.senders[0]
SETTINGS = ReadingSettings(ZoneInfo("America/Denver"), profiles=(PROFILE,))
OVER_TIME = "https://fhir-ehr.cerner.com/r4/StructureDefinition/infuse-over-time"
PURPOSE = "https://fhir-ehr.example/r4/StructureDefinition/med-purpose"


def items(document: Json) -> tuple[Item, ...]:
    return read(Record("oracle", 0, 0, json.dumps(document).encode()), SETTINGS).items


def told(document: Json, source: str | None = SENDER) -> Any:
    meta = document.get("meta", {}) | ({"source": source} if source else {})
    (item,) = items(document | {"meta": meta})
    assert isinstance(item, Telling), item
    return item.fact


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Given", AdministrationStatus.COMPLETED),
        ("on hold", AdministrationStatus.ON_HOLD),
        ("Discontinued", AdministrationStatus.STOPPED),
        ("Not Given", AdministrationStatus.NOT_DONE),
        ("In Error", AdministrationStatus.ENTERED_IN_ERROR),
        ("completed", AdministrationStatus.COMPLETED),
    ],
)
def test_its_words_for_a_status(said: str, status: AdministrationStatus) -> None:
    assert told(administration(status=said)).status is status


def test_its_words_are_nobody_elses() -> None:
    (item,) = items(administration(status="Given"))
    assert isinstance(item, Fault)
    assert item.path == "MedicationAdministration.status"


@pytest.mark.parametrize(
    ("concept", "route"),
    [
        ({"text": "Sub-Cutaneous"}, Route.SUBCUTANEOUS),
        ({"coding": [{"system": "urn:local", "code": "318173", "display": "IV Continuous"}]}, Route.INTRAVENOUS),
        ({"text": "Somewhere"}, None),
    ],
)
def test_its_words_for_a_route(concept: Json, route: Route | None) -> None:
    assert told(administration(dosage=dosage(route=concept))).route is route


def test_its_words_for_a_method() -> None:
    assert told(administration(dosage=dosage(method={"text": "Continuous"}))).method is Method.INFUSION
    assert told(administration(dosage=dosage(method={"text": "Continuous"})), None).method is None


def test_a_time_without_an_offset_is_the_clock_of_the_record() -> None:
    moment = administration(effectivePeriod=None, effectiveDateTime="2026-03-03T09:00:00")
    assert told(moment).start == datetime(2026, 3, 3, 15, tzinfo=UTC)
    assert told(moment, None).start == datetime(2026, 3, 3, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "minutes"), [({"value": 120.0, "unit": "minutes", "code": "min"}, 120), ({"value": 2, "unit": "h"}, 120)]
)
def test_the_time_it_was_to_run_over_is_ordered_and_no_end(value: Json, minutes: int) -> None:
    moment = administration(effectivePeriod=None, effectiveDateTime="2026-03-03T15:00:00Z")
    fact = told(moment | {"extension": [{"url": OVER_TIME, "valueQuantity": value}]})
    assert isinstance(fact, Administration)
    assert (fact.ordered_minutes, fact.end) == (minutes, None)


def test_its_own_extension_in_its_own_words() -> None:
    assert told(administration(extension=[{"url": PURPOSE, "valueString": "TKO"}])).purpose is Purpose.KEEP_VEIN_OPEN
    assert told(administration(extension=[{"url": PURPOSE, "valueString": "TKO"}]), None).purpose is None


def test_its_encounters() -> None:
    seen = encounter(**{"class": {"system": "urn:local", "code": "Recurring"}}, reasonCode=[{"text": "Infusion Visit"}])
    fact = told(seen)
    assert isinstance(fact, Encounter)
    assert (fact.patient_class, fact.reason) == (PatientClass.OUTPATIENT, VisitReason.INFUSION)
    other = told(seen, None)
    assert (other.patient_class, other.reason) == (PatientClass.UNKNOWN, None)


def test_a_bundle_says_for_its_entries_who_sent_them_and_an_entry_for_itself() -> None:
    whole = bundle(administration(status="Given"), administration(status="Given", meta={"source": "urn:other"}))
    said = items(whole | {"meta": {"source": f"{SENDER}#4711"}})
    assert [type(item) for item in said] == [Telling, Fault]


def test_a_profile_of_the_other_wire_says_nothing_here() -> None:
    hl7 = replace(shipped_profiles()["epic_like_ras"], senders=(SENDER,))
    (item,) = read(
        Record("x", 0, 0, json.dumps(administration(status="New Bag", meta={"source": SENDER})).encode()),
        ReadingSettings(ZoneInfo("UTC"), profiles=(hl7,)),
    ).items
    assert isinstance(item, Fault)
