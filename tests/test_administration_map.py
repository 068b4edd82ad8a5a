"""The published map is true: the page is fresh, and changing an element changes the fact its row names.

`python -m tests.test_administration_map` writes the page anew.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from coder.facts import Administration
from mappers.fhir.administration_map import ROWS, Row, administration_map_page
from mappers.fhir.particulars import PARTICULARS
from mappers.profile_files import shipped_profiles
from mappers.reading import read
from mappers.record import Record
from mappers.telling import Telling
from tests.fhir_samples import SETTINGS, Json, administration, dosage, extension

PAGE = Path(__file__).resolve().parents[1] / "docs" / "medication-administration-map.md"
PROFILE = shipped_profiles()["oracle_like_fhir"]
SENDERS = replace(SETTINGS, profiles=(PROFILE,))
PERIOD = administration()["effectivePeriod"]
NO_RATE = {name: value for name, value in dosage().items() if name != "rateQuantity"}
RATIO = {"numerator": {"value": 1, "unit": "mL"}, "denominator": {"value": 2, "unit": "h"}}
HELD = {"resourceType": "Medication", "id": "m", "code": {"text": "one"}}
POINTING: Json = {"medicationCodeableConcept": None, "medicationReference": {"reference": "#m"}}
CONDITION = {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E86.0"}
KNOWN = {"source": PROFILE.senders[0]}

# For each row what the sample is changed to first, which meets its condition, and what then changes it.
PROBES: dict[str, tuple[Json, Json]] = {
    "id": ({}, {"id": "a2"}),
    "identifier": ({}, {"identifier": [{"system": "urn:mar", "value": "M-18"}]}),
    "meta.versionId": ({}, {"meta": {"versionId": "4"}}),
    "meta.lastUpdated": ({}, {"meta": {"lastUpdated": "2026-03-03T11:00:00Z"}}),
    "meta.source": ({"meta": KNOWN, "status": "on hold"}, {"meta": KNOWN, "status": "given"}),
    "meta.security": ({}, {"meta": {"security": [{"code": "HTEST"}]}}),
    "status": ({}, {"status": "stopped"}),
    "subject": ({}, {"subject": {"reference": "Patient/p2"}}),
    "context": ({}, {"context": {"reference": "Encounter/e2"}}),
    "effectiveDateTime": (
        {"effectivePeriod": None, "effectiveDateTime": "2026-03-03T09:00:00Z"},
        {"effectivePeriod": None, "effectiveDateTime": "2026-03-03T09:01:00Z"},
    ),
    "effectivePeriod.start": ({}, {"effectivePeriod": {**PERIOD, "start": "2026-03-03T09:01:00-06:00"}}),
    "effectivePeriod.end": ({}, {"effectivePeriod": {"start": PERIOD["start"]}}),
    "medicationCodeableConcept": ({}, {"medicationCodeableConcept": {"text": "other"}}),
    "medicationReference": (
        POINTING | {"contained": [HELD]},
        POINTING | {"contained": [HELD | {"code": {"text": "two"}}]},
    ),
    "performer": ({}, {"performer": [{"actor": {"reference": "Practitioner/n2"}}]}),
    "reasonCode": ({}, {"reasonCode": [{"coding": [CONDITION]}]}),
    "reasonReference": ({}, {"reasonReference": [{"reference": "Condition/c1"}]}),
    "category": ({}, {"category": {"text": "flush"}}),
    "request": ({}, {"request": {"reference": "MedicationRequest/r2"}}),
    "partOf": ({}, {"partOf": [{"reference": "Procedure/op1"}]}),
    "device": ({}, {"device": [{"display": "Portable pump"}]}),
    "dosage.site": ({}, {"dosage": dosage(site={"text": "Right forearm"})}),
    "dosage.route": ({}, {"dosage": dosage(route={"text": "oral"})}),
    "dosage.method": ({}, {"dosage": dosage(method={"text": "push"})}),
    "dosage.dose": ({}, {"dosage": dosage(dose={"value": 1, "unit": "g"})}),
    "dosage.rateQuantity": ({}, {"dosage": dosage(rateQuantity={"value": 1, "unit": "mL/h"})}),
    "dosage.rateRatio": ({"dosage": NO_RATE}, {"dosage": NO_RATE | {"rateRatio": RATIO}}),
}
VOLUME = {"value": 3, "unit": "mL"}
SAID: dict[str, Json] = {
    "purpose": {"valueCode": "flush"},
    "second-access": {"valueCode": "protocol"},
    "pump-owner": {"valueCode": "site"},
    "access-device": {"valueCode": "port"},
    "place": {"valueCode": "operating-room"},
    "drug-source": {"valueCode": "340b"},
    **{name: {"valueInteger": 3} for name in ("ordered-minutes", "infuse-over-time", "injections", "lesions")},
    **{name: {"valueDateTime": "2026-03-03T09:00:00Z"} for name in ("taken-over", "pump-start", "pump-end")},
    **{name: {"valueQuantity": VOLUME} for name in ("volume-infused", "wasted-amount", "container-opened")},
    **{name: {"valueString": "X-1"} for name in ("lot-number", "lot-expiry", "authorization-number")},
}


def value_of(fact: str, changes: Json) -> object:
    """What the telling of a changed sample has for a fact, such as `Administration.route`."""
    value = json.dumps(administration(**changes)).encode()
    (item,) = read(Record("map", 0, 0, value), SENDERS).items
    assert isinstance(item, Telling), item
    kind, _, name = fact.partition(".")
    return getattr(item if kind == "Telling" else item.fact, name)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.element)
def test_a_row_is_true(row: Row) -> None:
    before, after = PROBES[row.element]
    assert value_of(row.fact, before) != value_of(row.fact, {**before, **after})


def test_every_row_has_a_probe_and_no_probe_is_left() -> None:
    assert [row.element for row in ROWS] == list(PROBES)


@pytest.mark.parametrize("name", PARTICULARS)
def test_an_extension_of_the_table_is_true(name: str) -> None:
    attribute = f"Administration.{PARTICULARS[name][0]}"
    said = {"extension": [extension(name, **SAID.get(name, {"valueBoolean": True}))]}
    assert value_of(attribute, {}) != value_of(attribute, said)
    assert hasattr(Administration, attribute.partition(".")[2])


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == administration_map_page()


if __name__ == "__main__":
    PAGE.write_text(administration_map_page(), encoding="utf-8")
