"""FHIR R4 into tellings, element by element, each with a decoy beside it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.facts import (
    Administration,
    AdministrationStatus,
    Coding,
    DrugGiven,
    Encounter,
    Method,
    PatientClass,
    Purpose,
    Quantity,
    Reference,
    Route,
)
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from mappers.telling import Action, Fault, Ignored, Item, Reading, Telling

SETTINGS = ReadingSettings(ZoneInfo("America/Chicago"), frozenset({"urn:mrn|TEST-1", "Patient/practice"}))
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
URL = "https://any.example/fhir"

Json = dict[str, Any]


def administration(**changes: Any) -> Json:
    """An infusion with every element we read; a change to None leaves the element out."""
    whole: Json = {
        "resourceType": "MedicationAdministration",
        "id": "a1",
        "meta": {"versionId": "3", "lastUpdated": "2026-03-03T10:45:00-06:00"},
        "identifier": [{"system": "urn:mar", "value": "M-17"}],
        "status": "completed",
        "medicationCodeableConcept": {
            "coding": [{"system": RXNORM, "code": "1594653", "display": "dalbavancin"}],
            "text": "Dalbavancin",
        },
        "subject": {"reference": "Patient/p1", "display": "Never Kept"},
        "context": {"reference": "Encounter/e1", "identifier": {"value": "not this one"}},
        "effectivePeriod": {"start": "2026-03-03T09:00:00-06:00", "end": "2026-03-03T15:31:00Z"},
        "performer": [
            {"function": {"coding": [{"code": "witness"}]}, "actor": {"reference": "Practitioner/witness"}},
            {"function": {"coding": [{"code": "performer"}]}, "actor": {"reference": "Practitioner/n1"}},
        ],
        "request": {"reference": "MedicationRequest/r1", "identifier": {"value": "ORD-9"}},
        "dosage": {
            "text": "by mouth, the text decides nothing",
            "site": {"text": "Left forearm", "coding": [{"system": SNOMED, "code": "66480008"}]},
            "route": {"coding": [{"system": SNOMED, "code": "47625008"}], "text": "IV Push decides no method"},
            "method": {"text": "Continuous infusion"},
            "dose": {"value": 1500, "unit": "milligram", "system": UCUM, "code": "mg"},
            "rateQuantity": {"value": 500.50, "unit": "mL/h"},
        },
        "device": [{"display": "a pump"}],
    }
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


def encounter(**changes: Any) -> Json:
    """An infusion-centre encounter with every element we read."""
    whole: Json = {
        "resourceType": "Encounter",
        "id": "e1",
        "meta": {"versionId": "2", "lastUpdated": "2026-03-03T14:00:00Z"},
        "identifier": [{"system": "urn:visits", "value": "V-7"}],
        "status": "in-progress",
        "class": {"system": ACT_CODE, "code": "AMB"},
        "subject": {"reference": "Patient/p1"},
        "period": {"start": "2026-03-03T08:00:00-06:00"},
        "account": [{"identifier": {"system": "urn:accounts", "value": "ACC-1"}}],
        "location": [
            {"location": {"display": "Waiting room"}, "status": "completed"},
            {"location": {"display": "Infusion centre"}, "status": "active"},
        ],
        "serviceProvider": {"display": "The whole hospital"},
    }
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


def bundle(*resources: Any) -> Json:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources]}


def reading(document: Any, timestamp: datetime | None = None) -> Reading:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read(Record("a.json", 0, 0, raw, timestamp), SETTINGS)


def only(document: Any) -> Item:
    (item,) = reading(document).items
    return item


def telling(document: Any) -> Telling:
    item = only(document)
    assert isinstance(item, Telling), item
    return item


def told(**changes: Any) -> Administration:
    fact = telling(administration(**changes)).fact
    assert isinstance(fact, Administration)
    return fact


def told_encounter(**changes: Any) -> Encounter:
    fact = telling(encounter(**changes)).fact
    assert isinstance(fact, Encounter)
    return fact


def fault(document: Any) -> Fault:
    item = only(document)
    assert isinstance(item, Fault), item
    return item


def dosage(**changes: Any) -> Json:
    return {**administration()["dosage"], **changes}


def test_every_element_of_an_administration() -> None:
    assert told() == Administration(
        key="",
        patient="Patient/p1",
        status=AdministrationStatus.COMPLETED,
        start=datetime(2026, 3, 3, 15, 0, tzinfo=UTC),
        end=datetime(2026, 3, 3, 15, 31, tzinfo=UTC),
        drugs=(
            DrugGiven(
                (Coding(RXNORM, "1594653", "dalbavancin"),), "Dalbavancin", Quantity(Decimal(1500), "mg")
            ),
        ),
        route=Route.INTRAVENOUS,
        method=Method.INFUSION,
        rate=Quantity(Decimal("500.5"), "mL/h"),
        access="Left forearm",
        order="ORD-9",
        encounter="fhir|Encounter/e1",
        given_by=Reference("Practitioner/n1"),
        references=(Reference("MedicationAdministration/a1", "urn:mar", "M-17"),),
    )  # fmt: skip


def test_what_the_telling_says_of_itself() -> None:
    said = telling(administration())
    assert (said.source, said.kind, said.whole, said.action) == ("fhir", "administration", True, Action.ADD)
    assert said.identifiers == ("fhir|MedicationAdministration/a1", "urn:mar|M-17")
    assert (said.order, said.start) == ("ORD-9", said.fact.start)
    assert said.asserted == datetime(2026, 3, 3, 16, 45, tzinfo=UTC)
    assert (said.message_id, said.ignored, said.cleared) == ("3", None, frozenset())
    assert said.patient_reference == Reference("Patient/p1")


def test_the_digest_knows_content_and_not_the_order_of_keys() -> None:
    turned = dict(reversed(administration().items()))
    assert telling(turned).digest == telling(administration()).digest
    assert telling(administration(status="stopped")).digest != telling(administration()).digest


def test_decimals_stay_as_written() -> None:
    raw = json.dumps(administration()).replace("1500,", "1500.00,").encode()
    fact = telling(raw).fact
    assert isinstance(fact, Administration)
    assert fact.drugs[0].dose is not None
    assert str(fact.drugs[0].dose.value) == "1500.00"


@pytest.mark.parametrize("status", list(AdministrationStatus))
def test_status_is_taken_as_it_is(status: AdministrationStatus) -> None:
    assert told(status=status.value).status is status


def test_entered_in_error_withdraws_and_not_done_does_not() -> None:
    assert telling(administration(status="entered-in-error")).action is Action.DELETE
    assert telling(administration(status="not-done")).action is Action.ADD
    assert telling(administration(status="not-done")).ignored is None


def test_a_status_outside_the_list_is_a_fault() -> None:
    bad = fault(administration(status="banana"))
    assert (bad.path, bad.said) == ("MedicationAdministration.status", "banana")
    assert "completed" in bad.wanted


@pytest.mark.parametrize(
    ("effective", "start", "end"),
    [
        ({"effectiveDateTime": "2026-03-03T09:00:00Z"}, datetime(2026, 3, 3, 9, tzinfo=UTC), None),
        ({"effectiveDateTime": "2026-03-03T09:00:00.25+01:00"}, datetime(2026, 3, 3, 8, 0, 0, 250000, UTC), None),
        ({"effectiveDateTime": "2026-03-03"}, None, None),
        ({"effectiveDateTime": "2026-03"}, None, None),
        ({"effectivePeriod": {"start": "2026-03-03T09:00:00Z"}}, datetime(2026, 3, 3, 9, tzinfo=UTC), None),
        ({"effectivePeriod": {"end": "2026-03-03T09:00:00Z"}}, None, datetime(2026, 3, 3, 9, tzinfo=UTC)),
        ({"effectivePeriod": {"start": "2026-03-03", "end": "2026-03-04"}}, None, None),
        (
            {"effectivePeriod": {"start": "2026-03-03T09:00:00Z", "end": "2026-03-03T10:00:00+01:00"}},
            datetime(2026, 3, 3, 9, tzinfo=UTC),
            None,  # a period of no length is one charted time
        ),
    ],
)
def test_effective(effective: Json, start: datetime | None, end: datetime | None) -> None:
    fact = told(**{"effectivePeriod": None, **effective})
    assert (fact.start, fact.end) == (start, end)


def test_a_period_that_ends_before_it_starts_is_a_fault() -> None:
    bad = fault(administration(effectivePeriod={"start": "2026-03-03T09:00:00Z", "end": "2026-03-03T08:59:00Z"}))
    assert bad.path == "MedicationAdministration.effectivePeriod.end"


@pytest.mark.parametrize("text", ["2026-02-30T09:00:00Z", "9999-12-31T23:59:59-14:00", "2026-03-03T09:00:00", "soon"])
def test_a_time_that_is_none_is_a_fault(text: str) -> None:
    bad = fault(administration(effectivePeriod=None, effectiveDateTime=text))
    assert (bad.path, bad.said) == ("MedicationAdministration.effectiveDateTime", text)


@pytest.mark.parametrize(
    ("concept", "route"),
    [
        ({"coding": [{"system": SNOMED, "code": "255560000"}]}, Route.INTRAVENOUS),
        ({"coding": [{"system": SNOMED, "code": "34206005"}]}, Route.SUBCUTANEOUS),
        ({"coding": [{"system": SNOMED, "code": "263887005"}]}, Route.SUBCUTANEOUS),
        ({"coding": [{"system": SNOMED, "code": "78421000"}]}, Route.INTRAMUSCULAR),
        ({"coding": [{"system": SNOMED, "code": "58100008"}]}, Route.INTRA_ARTERIAL),
        ({"coding": [{"system": SNOMED, "code": "72607000"}]}, Route.OTHER),
        ({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0162", "code": "IM"}]}, Route.INTRAMUSCULAR),
        (
            {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration", "code": "SQ"}]},
            Route.SUBCUTANEOUS,
        ),
        ({"text": "  IV   Piggyback "}, Route.INTRAVENOUS),
        ({"coding": [{"system": "urn:local", "code": "39", "display": "Intravenous"}]}, Route.INTRAVENOUS),
        ({"coding": [{"system": "urn:local", "code": "47625008"}]}, None),  # a code means nothing in another system
        ({"text": "IV or PO"}, None),
        ({"coding": [{"system": SNOMED, "code": "1"}]}, None),
    ],
)
def test_route(concept: Json, route: Route | None) -> None:
    said = telling(administration(dosage=dosage(route=concept)))
    assert isinstance(said.fact, Administration)
    assert (said.fact.route, said.ignored) == (route, None)


def test_no_route_is_no_route() -> None:
    assert told(dosage=None).route is None


@pytest.mark.parametrize(
    ("concept", "kind"),
    [
        ({"coding": [{"system": SNOMED, "code": "26643006"}]}, "oral route"),
        ({"coding": [{"system": SNOMED, "code": "6064005"}]}, "topical route"),
        ({"text": "By mouth"}, "oral route"),
    ],
)
def test_a_route_that_is_not_injected_is_ignored_by_kind(concept: Json, kind: str) -> None:
    said = telling(administration(dosage=dosage(route=concept)))
    assert isinstance(said.fact, Administration)
    assert (said.fact.route, said.ignored) == (Route.OTHER, kind)


@pytest.mark.parametrize(
    ("concept", "method"),
    [
        ({"coding": [{"system": SNOMED, "code": "420620005"}]}, Method.PUSH),
        ({"text": "IV Push"}, Method.PUSH),
        ({"coding": [{"system": "urn:mimic", "code": "Drug Push"}]}, Method.PUSH),
        ({"coding": [{"system": SNOMED, "code": "36576007"}]}, Method.INFUSION),
        ({"coding": [{"system": SNOMED, "code": "422145002"}]}, None),  # inject, which may be either
        ({"text": "PICC line"}, None),
    ],
)
def test_method(concept: Json, method: Method | None) -> None:
    assert told(dosage=dosage(method=concept)).method is method


def test_rates() -> None:
    per_hour = {"numerator": {"value": 100, "unit": "mL"}, "denominator": {"value": 2, "unit": "h"}}
    ratio = {**dosage(), "rateRatio": per_hour}
    del ratio["rateQuantity"]
    assert told(dosage=ratio).rate == Quantity(Decimal(50), "mL/h")
    assert told(dosage=dosage(rateQuantity={"value": 0, "unit": "mL/h"})).rate == Quantity(Decimal(0), "mL/h")
    per_hour["denominator"] = {"value": 0, "unit": "h"}
    assert told(dosage=ratio).rate is None


@pytest.mark.parametrize("value", [-1, 10**19])
def test_an_amount_that_cannot_be_one_is_a_fault(value: int) -> None:
    bad = fault(administration(dosage=dosage(dose={"value": value, "unit": "mg"})))
    assert bad.path == "MedicationAdministration.dosage.dose.value"


def test_a_dose_with_a_comparator_is_not_known() -> None:
    assert told(dosage=dosage(dose={"value": 5, "comparator": "<", "unit": "mg"})).drugs[0].dose is None


def ingredient(text: str, above: Json | None, below: Json | None) -> Json:
    strength = {name: value for name, value in (("numerator", above), ("denominator", below)) if value}
    return {"itemCodeableConcept": {"text": text}, **({"strength": strength} if strength else {})}


def mixture(*ingredients: Json, code: Json | None = None, dose: Json | None = None) -> tuple[DrugGiven, ...]:
    medication = {"resourceType": "Medication", "id": "m", "code": code, "ingredient": list(ingredients)}
    return told(
        medicationCodeableConcept=None,
        medicationReference={"reference": "#m", "display": "not this"},
        contained=[{name: value for name, value in medication.items() if value}],
        dosage={"dose": dose} if dose else None,
    ).drugs


def test_a_mixture_is_reckoned_from_what_was_given_of_it() -> None:
    potassium = ingredient("potassium", {"value": 40, "unit": "meq"}, {"value": 250, "unit": "mL"})
    dextrose = ingredient("dextrose", {"value": 250, "unit": "mL"}, {"value": 250, "unit": "mL"})
    drugs = mixture(potassium, dextrose, code={"text": "the bag"}, dose={"value": 125, "unit": "mL"})
    assert [(drug.text, drug.dose) for drug in drugs] == [
        ("potassium", Quantity(Decimal(20), "meq")),
        ("dextrose", Quantity(Decimal(125), "mL")),
    ]


def test_a_strength_per_dose_is_the_amount_itself() -> None:
    bare = ingredient("one", {"value": 1, "unit": "g"}, None)
    per_dose = ingredient("two", {"value": 2, "unit": "g"}, {"value": 1, "unit": "dose"})
    assert [drug.dose for drug in mixture(bare, per_dose)] == [Quantity(Decimal(1), "g"), Quantity(Decimal(2), "g")]


def test_an_amount_in_other_units_is_left_open() -> None:
    potassium = ingredient("potassium", {"value": 2, "unit": "meq"}, {"value": 1, "unit": "mL"})
    saline = ingredient("saline", None, None)
    assert [drug.dose for drug in mixture(potassium, saline, dose={"value": 20, "unit": "meq"})] == [None, None]
    assert mixture(potassium, dose={"value": 20, "unit": "meq"})[0].dose == Quantity(Decimal(20), "meq")


def test_a_product_with_a_national_code_is_one_drug() -> None:
    code = {"coding": [{"system": "http://hl7.org/fhir/sid/ndc", "code": "0206-8862-02"}]}
    parts = [ingredient("piperacillin", None, None), ingredient("tazobactam", None, None)]
    (drug,) = mixture(*parts, code=code, dose={"value": 4.5, "unit": "g"})
    assert drug == DrugGiven(
        (Coding("http://hl7.org/fhir/sid/ndc", "0206-8862-02"),), None, Quantity(Decimal("4.5"), "g")
    )


def test_a_medication_in_the_bundle_is_found_and_one_elsewhere_keeps_its_display() -> None:
    medication = {"resourceType": "Medication", "id": "m9", "code": {"text": "iron sucrose"}}
    pointing = {"medicationCodeableConcept": None, "medicationReference": {"reference": "Medication/m9"}}
    ignored, item = reading(bundle(medication, administration(**pointing))).items
    assert ignored == Ignored("fhir Medication")
    assert isinstance(item, Telling)
    assert isinstance(item.fact, Administration)
    assert item.fact.drugs[0].text == "iron sucrose"
    elsewhere = {"reference": "Medication/other", "display": "ceftriaxone"}
    assert told(medicationCodeableConcept=None, medicationReference=elsewhere).drugs[0].text == "ceftriaxone"


@pytest.mark.parametrize(
    ("subject", "key"),
    [
        ({"reference": "Patient/p2"}, "Patient/p2"),
        ({"reference": "Patient/p2/_history/4"}, "Patient/p2"),
        ({"reference": "Patient/p2", "identifier": {"system": "urn:mrn", "value": "9"}}, "urn:mrn|9"),
        ({"identifier": {"value": "9"}}, "|9"),
    ],
)
def test_patient(subject: Json, key: str) -> None:
    assert telling(administration(subject=subject)).patient == key


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


def test_r5_is_refused_with_a_path() -> None:
    bad = fault(administration(occurencePeriod={"start": "2026-03-03"}, effectivePeriod=None))
    assert bad.path == "MedicationAdministration.occurencePeriod"
    assert bad.wanted.startswith("no such element in R4")


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
