"""FHIR R4 encounters, Bundles and faults into items, each with a decoy beside it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.facts import (
    Administration,
    Encounter,
    PatientClass,
    Purpose,
    Reference,
)
from mappers.telling import Fault, Ignored, Telling
from tests.fhir_samples import (
    ACT_CODE,
    URL,
    Json,
    administration,
    bundle,
    encounter,
    fault,
    only,
    reading,
    telling,
    told,
    told_encounter,
)


@pytest.mark.parametrize(
    ("subject", "path"),
    [
        (None, "MedicationAdministration.subject"),
        ({"display": "Somebody"}, "MedicationAdministration.subject"),
        ({"reference": "Group/g1"}, "MedicationAdministration.subject.reference"),
    ],
)
def test_no_patient_is_a_fault(subject: Json | None, path: str) -> None:
    assert fault(administration(subject=subject)).path == path


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"context": {"identifier": {"system": "urn:v", "value": "V-7"}}}, "VN|V-7"),
        ({"context": None}, "day:Patient/p1|2026-03-02"),  # 05:00Z is still the evening before in Chicago
        ({"context": None, "effectivePeriod": None, "effectiveDateTime": "2026-03-03"}, "day:Patient/p1|2026-03-03"),
        ({"context": None, "effectivePeriod": {"end": "2026-03-03T05:00:00Z"}}, None),
    ],
)
def test_encounter_of_an_administration(changes: Json, key: str | None) -> None:
    at_night = {"effectivePeriod": {"start": "2026-03-03T05:00:00Z"}}
    assert told(**{**at_night, **changes}).encounter == key


def test_an_order_without_an_identifier_is_its_reference() -> None:
    assert told(request={"reference": "MedicationRequest/r1"}).order == "MedicationRequest/r1"
    assert told(request=None).order is None


def test_who_ordered_is_known_by_function() -> None:
    ordering = {"function": {"coding": [{"code": "OP"}]}, "actor": {"reference": "Practitioner/d1"}}
    fact = told(performer=[ordering])
    assert (fact.ordered_by, fact.given_by) == (Reference("Practitioner/d1"), None)


def test_extensions() -> None:
    fact = told(
        extension=[
            {"url": f"{URL}/second-access", "valueCode": "incompatible"},
            {"url": f"{URL}/purpose", "valueCode": "keep-vein-open"},
            {"url": f"{URL}/attended", "valueBoolean": False},
            {"url": f"{URL}/not-purpose", "valueCode": "flush"},
        ]
    )
    assert (fact.second_access, fact.purpose, fact.attended) == ("incompatible", Purpose.KEEP_VEIN_OPEN, False)


def test_a_reason_in_our_words_is_a_purpose_and_two_are_none() -> None:
    assert told(reasonCode=[{"text": "Hydration"}]).purpose is Purpose.HYDRATION
    assert told(reasonCode=[{"text": "Hydration"}], category={"text": "flush"}).purpose is None
    assert told(reasonCode=[{"text": "low potassium"}], category={"coding": [{"code": "inpatient"}]}).purpose is None


@pytest.mark.parametrize("name", ["second-access", "purpose"])
def test_a_code_no_extension_has_is_a_fault(name: str) -> None:
    bad = fault(administration(extension=[{"url": f"{URL}/{name}", "valueCode": "because"}]))
    assert (bad.said, bad.path) == ("because", f"MedicationAdministration.extension({name}).valueCode")


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"meta": {"security": [{"code": "HTEST"}]}}, "test message"),
        ({"meta": {"tag": [{"code": "HTEST"}]}}, "test message"),
        ({"subject": {"reference": "Patient/practice"}}, "test patient"),
        ({"subject": {"identifier": {"system": "urn:mrn", "value": "TEST-1"}}}, "test patient"),
        ({"subject": {"identifier": {"system": "urn:other", "value": "TEST-1"}}}, None),
    ],
)
def test_tests_are_ignored_but_told(changes: Json, kind: str | None) -> None:
    assert telling(administration(**changes)).ignored == kind


def test_a_vaccine_is_ignored() -> None:
    vaccine = {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "85"}]}
    assert telling(administration(medicationCodeableConcept=vaccine)).ignored == "immunization"


def test_every_element_of_an_encounter() -> None:
    said = telling(encounter())
    assert (said.kind, said.whole, said.order) == ("encounter", True, None)
    assert said.identifiers == ("fhir|Encounter/e1", "urn:visits|V-7", "VN|V-7")
    assert said.fact == Encounter(
        key="",
        patient="Patient/p1",
        patient_class=PatientClass.OUTPATIENT,
        start=datetime(2026, 3, 3, 14, 0, tzinfo=UTC),
        department="Infusion centre",
        account=Reference(system="urn:accounts", value="ACC-1"),
        references=(Reference("Encounter/e1", "urn:visits", "V-7"),),
    )


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("IMP", PatientClass.INPATIENT),
        ("ACUTE", PatientClass.INPATIENT),
        ("NONAC", PatientClass.INPATIENT),
        ("AMB", PatientClass.OUTPATIENT),
        ("EMER", PatientClass.EMERGENCY),
        ("OBSENC", PatientClass.OBSERVATION),
        ("HH", PatientClass.HOME),
        ("SS", PatientClass.UNKNOWN),
    ],
)
def test_class_of_an_encounter(code: str, meaning: PatientClass) -> None:
    assert told_encounter(**{"class": {"system": ACT_CODE, "code": code}}).patient_class is meaning


def test_a_class_of_another_system_is_unknown() -> None:
    assert told_encounter(**{"class": {"system": "urn:x", "code": "IMP"}}).patient_class is PatientClass.UNKNOWN


@pytest.mark.parametrize(
    ("status", "cancelled"), [("finished", False), ("planned", False), ("cancelled", True), ("entered-in-error", True)]
)
def test_a_cancelled_encounter(status: str, cancelled: bool) -> None:
    assert told_encounter(status=status).cancelled is cancelled


def test_a_department_without_a_location_is_who_provides() -> None:
    assert told_encounter(location=None).department == "The whole hospital"
    assert told_encounter(location=None, serviceProvider={"reference": "Organization/o"}).department == "Organization/o"


def test_an_encounter_without_a_name_or_a_status_is_a_fault() -> None:
    assert fault(encounter(id=None, identifier=None)).path == "Encounter.id"
    assert fault(encounter(status="banana")).path == "Encounter.status"


def test_other_resources_are_ignored_by_type() -> None:
    assert only({"resourceType": "Patient", "id": "p1", "name": [{"family": "Never Read"}]}) == Ignored("fhir Patient")


@pytest.mark.parametrize("name", ["wasNotGiven", "notGiven", "prescription", "effectiveTimePeriod", "banana"])
def test_an_element_of_no_version_we_read_is_refused_with_its_path(name: str) -> None:
    bad = fault(administration(**{name: True}))
    assert bad.path == f"MedicationAdministration.{name}"
    assert bad.wanted.startswith("no such element in")


def test_a_bundle_is_its_entries_and_a_bad_one_does_not_take_the_good_ones() -> None:
    items = reading(bundle(encounter(), administration(status="banana"), None, "x", administration())).items
    kinds = [type(item) for item in items]
    assert kinds == [Telling, Fault, Fault, Fault, Telling]
    paths = [item.path for item in items if isinstance(item, Fault)]
    assert paths == [
        "Bundle.entry[1].MedicationAdministration.status",
        "Bundle.entry[2].resource",
        "Bundle.entry[3].resource",
    ]


def test_a_bundle_in_a_bundle_and_an_empty_one() -> None:
    assert isinstance(only(bundle(bundle(administration()))), Telling)
    assert only(bundle()) == Ignored("fhir empty Bundle")


def test_a_full_url_stands_for_the_resource_it_names() -> None:
    urn = "urn:uuid:5b4a7b1e-0000-4000-8000-000000000001"
    document = bundle(encounter(), administration(context={"reference": urn}))
    document["entry"][0]["fullUrl"] = urn
    _, item = reading(document).items
    assert isinstance(item, Telling)
    assert isinstance(item.fact, Administration)
    assert item.fact.encounter == "fhir|Encounter/e1"


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b'{"resourceType": "MedicationAdministration", "id": "a1"', "line 1, column 56"),
        (b"[1]", "document"),
        (b"{}", "resourceType"),
        (b'{"resourceType": 5}', "resourceType"),
        (b'{"resourceType": "Banana"}', "resourceType"),
        (b'{"resourceType": "Patient", "x": NaN}', "line 1, column 34"),
        (b'{"resourceType": "Patient", "x": "\xff"}', "line 1, column 1"),
        (b'{"resourceType": "Bundle", "entry": {}}', "Bundle.entry"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "line 1, column 5122"),
    ],
)
def test_what_is_no_fhir_is_one_fault(raw: bytes, path: str) -> None:
    bad = fault(raw)
    assert bad.path == path
    assert bad.wanted


def test_a_bom_and_blank_lines_are_no_matter() -> None:
    raw = b"\xef\xbb\xbf\r\n" + json.dumps(administration()).encode() + b"\n\n"
    assert isinstance(only(raw), Telling)


def test_the_time_of_a_reading() -> None:
    envelope = datetime(2026, 3, 4, tzinfo=UTC)
    assert reading(administration(), envelope).time == envelope
    assert reading(administration()).time == datetime(2026, 3, 3, 16, 45, tzinfo=UTC)
    assert reading(administration(meta=None)).time == datetime(2026, 3, 3, 15, 31, tzinfo=UTC)
    assert reading({"resourceType": "Patient"}).time is None


def test_a_fault_says_little_and_its_wanted_does_not_repeat_it() -> None:
    bad = fault(administration(id="a canary name " * 40))
    assert len(bad.said) <= 200
    assert "canary" not in bad.wanted


LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)


@settings(derandomize=True, deadline=None)
@given(st.sampled_from(sorted(administration())), st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3)))
def test_nothing_in_an_element_raises(name: str, value: Any) -> None:
    raw = json.dumps({**administration(), name: value}).encode()
    assert len(reading(raw).items) == 1


@settings(derandomize=True, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_bytes_raise(noise: bytes, place: int) -> None:
    whole = json.dumps(administration()).encode()
    assert reading(noise).items
    assert reading(whole[:place] + noise + whole[place + len(noise) :]).items
