"""R5 under its own names, entries of Bundles by what is done with them, the order behind an administration."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fhir.resources import get_fhir_model_class as of_r5
from fhir.resources.R4B import get_fhir_model_class as of_r4b

from coder.facts import AccessDevice, Administration, PatientClass, Procedure, Pump, Quantity, Reference
from mappers.conformance import Conformance
from mappers.fhir.element_names import ELEMENTS
from mappers.fhir.strict import diagnosis
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from mappers.telling import Fault, Ignored, Telling
from tests.fhir_samples import (
    ACT_CODE,
    SETTINGS,
    Json,
    administration,
    bundle,
    dosage,
    encounter,
    fault,
    only,
    reading,
    resource,
    telling,
    told,
    told_encounter,
)

ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"


def r5(**changes: Any) -> Json:
    """The sample administration in the words of R5."""
    was = administration()
    words = {
        "medicationCodeableConcept": None,
        "medication": {"concept": was["medicationCodeableConcept"]},
        "context": None,
        "encounter": was["context"],
        "effectivePeriod": None,
        "occurencePeriod": was["effectivePeriod"],
        "performer": [{**each, "actor": {"reference": each["actor"]}} for each in was["performer"]],
        "device": [{"reference": each} for each in was["device"]],
        "isSubPotent": False,
        "category": [{"text": "inpatient"}],
    }
    return administration(**{**words, **changes})


def test_r5_says_the_same_under_other_names() -> None:
    assert telling(r5()).fact == telling(administration()).fact
    assert diagnosis(json.dumps(r5()).encode()) is None


def test_the_particulars_of_r5() -> None:
    strength = {"numerator": {"value": 2, "unit": "g"}}
    medication = {
        "resourceType": "Medication",
        "id": "m",
        "ingredient": [
            {"item": {"concept": {"text": "one"}}, "strengthRatio": strength},
            {"item": {"concept": {"text": "two"}}, "strengthQuantity": {"value": 3, "unit": "g"}},
        ],
    }
    device = {"resourceType": "Device", "id": "d", "type": [{"text": "Pump"}], "name": [{"value": "Portable pump"}]}
    fact = telling(
        r5(
            contained=[medication, device],
            medication={"reference": {"reference": "#m"}},
            device=[{"reference": {"reference": "#d"}}, {"concept": {"text": "PICC"}}],
            reason=[
                {"concept": {"coding": [{"system": ICD_10_CM, "code": "C50.911"}]}},
                {"reference": {"reference": "Condition/c1"}},
            ],
        )
    ).fact
    assert isinstance(fact, Administration)
    assert [(drug.text, drug.dose) for drug in fact.drugs] == [
        ("one", Quantity(Decimal(2), "g")),
        ("two", Quantity(Decimal(3), "g")),
    ]
    assert (fact.pump, fact.access_device) == (Pump.PORTABLE, AccessDevice.CATHETER)
    assert (fact.reasons, fact.reason_conditions) == (("C50.911",), ("fhir|Condition/c1",))


def test_an_encounter_of_r5() -> None:
    ended = {"start": "2026-03-03T08:00:00Z", "end": "2026-03-03T12:00:00Z"}
    coding = {"system": ACT_CODE, "code": "OBSENC"}
    diagnosis_ = [{"condition": [{"reference": {"reference": "Condition/c1"}}], "use": [{"coding": [{"code": "DD"}]}]}]
    said = {"class": [{"coding": [coding]}], "period": None, "actualPeriod": ended, "status": "completed"}
    fact = told_encounter(**said, diagnosis=diagnosis_)
    assert fact.patient_class is PatientClass.OBSERVATION
    assert (fact.start, fact.end) == (datetime(2026, 3, 3, 8, tzinfo=UTC), datetime(2026, 3, 3, 12, tzinfo=UTC))
    assert [one.condition for one in fact.diagnoses] == ["fhir|Condition/c1"]
    two = [{"coding": [coding]}, {"coding": [{"system": ACT_CODE, "code": "IMP"}]}]
    assert told_encounter(**{**said, "class": two}).patient_class is PatientClass.UNKNOWN
    assert told_encounter(**{"class": None}).patient_class is PatientClass.UNKNOWN


def test_what_surrounds_it_in_r5() -> None:
    period = {"start": "2026-03-03T14:00:00Z"}
    done = telling(resource("Procedure", status="completed", code={"text": "x"}, occurrencePeriod=period)).fact
    assert isinstance(done, Procedure)
    assert done.start == datetime(2026, 3, 3, 14, tzinfo=UTC)
    order = resource(
        "ServiceRequest", status="active", intent="order", code={"concept": {"text": "Admit to inpatient"}}
    )
    assert telling(order).kind == "admission-order"
    payer = telling(resource("Coverage", status="active", insurer={"display": "Lake Plan"})).fact
    assert getattr(payer, "payer") == "Lake Plan"  # noqa: B009
    charge = resource("ChargeItem", status="billable", code={"coding": [{"system": "http://www.ama-assn.org/go/cpt",
        "code": "99213"}]}, encounter={"reference": "Encounter/e9"}, context=None)  # fmt: skip
    assert getattr(telling(charge).fact, "encounter") == "fhir|Encounter/e9"  # noqa: B009


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"effectiveDateTime": "2026-03-03"}, "effective[x]"),
        ({"effectivePeriod": None}, "effective[x]"),
        ({"effectivePeriod": None, "occurenceTiming": {"event": ["2026-03-03"]}}, "effective[x]"),
        ({"medicationReference": {"reference": "#m"}}, "medication[x]"),
        ({"medicationCodeableConcept": None}, "medication[x]"),
        ({"status": None}, "status"),
        ({"status": 7}, "status"),
        ({"dosage": {"dose": {"value": "many"}}}, "dosage.dose.value"),
        ({"performer": [{"function": {"text": "nurse"}}]}, "performer[0].actor"),
        ({"id": "p 1"}, "id"),
        ({"modifierExtension": [{"url": "urn:not", "valueBoolean": True}]}, "modifierExtension"),
    ],
)
def test_what_is_wrong_is_a_fault_with_its_path(changes: Json, path: str) -> None:
    bad = fault(administration(**changes))
    assert bad.path == f"MedicationAdministration.{path}"
    assert bad.wanted


def test_a_rate_that_is_a_mere_time_is_no_rate() -> None:
    assert told(dosage=dosage(rateQuantity={"value": 4, "unit": "minutes"})).rate is None
    assert told(dosage=dosage(rateQuantity={"value": 4, "unit": "min", "code": "min"})).rate is None


# --- Bundles ---------------------------------------------------------------------------------------------------------


def entry(method: str | None, document: Json | None) -> Json:
    stated = {"request": {"method": method, "url": "MedicationAdministration/a1"}} if method else {}
    return stated | ({"resource": document} if document else {})


@pytest.mark.parametrize("kind", ["batch", "transaction", "message", "collection", "searchset", "history", "document"])
def test_every_kind_of_bundle_is_its_entries(kind: str) -> None:
    document = {**bundle(), "type": kind, "entry": [entry("PUT", administration()), entry("POST", encounter())]}
    assert [type(item) for item in reading(document).items] == [Telling, Telling]


def test_a_change_that_cannot_be_seen_is_a_fault_and_a_question_is_ignored() -> None:
    entries = [
        entry("DELETE", None),
        entry("PATCH", administration()),
        entry("GET", None),
        {"response": {"status": "200"}},
    ]
    items = reading({**bundle(), "entry": entries}).items
    assert [item.path for item in items if isinstance(item, Fault)] == [
        "Bundle.entry[0].response.lastModified",
        "Bundle.entry[1].request.method",
    ]
    assert [item for item in items if isinstance(item, Ignored)] == [
        Ignored("fhir Bundle entry without a resource")
    ] * 2


def test_bundles_are_read_four_deep_and_no_deeper() -> None:
    nested = administration()
    for _ in range(4):
        nested = bundle(nested)
    assert isinstance(only(nested), Telling)
    assert fault(bundle(nested)).path.endswith("Bundle")


def test_the_order_beside_an_administration_says_who_and_how_long_and_why() -> None:
    order = {
        "resourceType": "MedicationRequest",
        "id": "r1",
        "requester": {"reference": "Practitioner/d1"},
        "reasonCode": [{"coding": [{"system": ICD_10_CM, "code": "E86.0"}]}],
        "dosageInstruction": [{"timing": {"repeat": {"duration": 1.5, "durationUnit": "h"}}}],
    }
    item = reading(bundle(order, administration())).items[1]
    assert isinstance(item, Telling)
    assert isinstance(item.fact, Administration)
    fact = item.fact
    assert (fact.ordered_by, fact.ordered_minutes, fact.reasons) == (Reference("Practitioner/d1"), 90, ("E86.0",))


# --- the strict lane -------------------------------------------------------------------------------------------------


def objections(conformance: Conformance, document: Json) -> str | None:
    settings = ReadingSettings(SETTINGS.zone, conformance={"mar": conformance})
    return read(Record("mar", 0, 0, json.dumps(document).encode()), settings).objection


def test_an_objection_names_the_place_and_none_of_what_is_said_there_and_refuses_nothing() -> None:
    wrong = administration(note=[{"text": 5}], dosage={**dosage(), "canary": "canary"})
    assert objections(Conformance.OFF, wrong) is None
    said = objections(Conformance.EVERY, wrong)
    assert said is not None
    assert said.startswith("MedicationAdministration.")
    assert "canary" not in said
    assert isinstance(only(wrong), Telling)
    assert objections(Conformance.EVERY, administration()) is None
    assert objections(Conformance.EVERY, bundle(r5(), wrong)) == f"Bundle.entry[1].{said}"


@pytest.mark.parametrize("kind", sorted(ELEMENTS))
def test_the_names_of_elements_are_those_of_the_standard(kind: str) -> None:
    stated = {field.alias or name for get in (of_r4b, of_r5) for name, field in get(kind).model_fields.items()}
    assert {name.lstrip("_") for name in stated} | {"resourceType"} == {name.lstrip("_") for name in ELEMENTS[kind]}


def test_reading_does_not_load_the_strict_lane() -> None:
    words = "import sys; from mappers.reading import read; print('fhir.resources' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    assert done.stdout.strip() == "False"
