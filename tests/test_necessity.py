"""Why something was given and when the patient was born: as FHIR and HL7 tell it, as the ledger keeps it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import pytest
from fhir.resources.R4B.chargeitem import ChargeItem

from coder.facts import Coverage, DiagnosisUse, EncounterDiagnosis, Person, Reference
from ledger.births import births
from ledger.reading_back import coded_visits
from mappers.charge_item import charge_item
from mappers.telling import Ignored, Telling
from tests.fhir_samples import Json, administration, encounter, extension, only, resource, told, told_encounter
from tests.fhir_samples import telling as fhir_telling
from tests.hl7_samples import MSH, ORC, PID, PV1, RXR, rxa, tellings, with_field
from tests.hl7_samples import told as hl7_told
from tests.ledger_site import Site, opened_site
from tests.test_charge_item import BASE, PROFILE, SERVICE
from tests.told import stored

ICD = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED = "http://snomed.info/sct"


def coded(*codes: str, system: str = ICD) -> Json:
    return {"coding": [{"system": system, "code": code} for code in codes]}


# --- FHIR ------------------------------------------------------------------------------------------------------------


def test_reason_codes_are_those_of_icd_10_cm() -> None:
    fact = told(reasonCode=[coded("128045006", system=SNOMED), coded("L03.119"), coded("Z79.2", "L03.119")])
    assert (fact.reasons, fact.reason_conditions) == (("L03.119", "Z79.2"), ())


def test_a_reason_points_at_a_condition() -> None:
    references = [{"reference": "Condition/c1"}, {"reference": "Observation/o1"}, {"reference": "#c2"}]
    contained = {"resourceType": "Condition", "id": "c2", "subject": {"reference": "Patient/p1"}, "code": coded("N10")}
    whole = administration()
    fact = told(reasonReference=references, contained=[*whole.get("contained", []), contained])
    assert (fact.reasons, fact.reason_conditions) == (("N10",), ("fhir|Condition/c1",))


def test_an_order_at_hand_says_why_where_the_dose_does_not() -> None:
    order = {
        "resourceType": "MedicationRequest",
        "id": "mr",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "dalbavancin"},
        "subject": {"reference": "Patient/p1"},
        "reasonCode": [coded("L03.119")],
        "reasonReference": [{"reference": "Condition/c1"}],
    }
    held = [*administration().get("contained", []), order]
    fact = told(request={"reference": "#mr"}, contained=held)
    assert (fact.reasons, fact.reason_conditions) == (("L03.119",), ("fhir|Condition/c1",))
    assert told(request={"reference": "#mr"}, contained=held, reasonCode=[coded("N10")]).reasons == ("N10",)


def test_an_encounter_ranks_its_diagnoses() -> None:
    role = "http://terminology.hl7.org/CodeSystem/diagnosis-role"
    fact = told_encounter(
        diagnosis=[
            {"condition": {"reference": "Condition/c1"}, "use": coded("DD", system=role), "rank": 1},
            {"condition": {"reference": "Condition/c2"}, "use": coded("AD", system=role)},
            {"condition": {"reference": "Procedure/op"}},
            {"condition": {"reference": "Condition/c3"}, "use": coded("CM", system=role), "rank": 2},
        ]
    )
    assert fact.diagnoses == (
        EncounterDiagnosis("fhir|Condition/c1", 1, DiagnosisUse.FINAL),
        EncounterDiagnosis("fhir|Condition/c2", None, DiagnosisUse.ADMITTING),
        EncounterDiagnosis("fhir|Condition/c3", 2),
    )


def test_numbers_of_payers() -> None:
    number = extension("authorization-number", valueString=" SHP-4711 ")
    whole = resource("Coverage", status="active", payor=[{"display": "Sample Health Plan"}], extension=[number])
    fact = fhir_telling(whole).fact
    assert isinstance(fact, Coverage)
    assert fact.authorisation == "SHP-4711"
    assert told(extension=[number]).authorisation == "SHP-4711"
    assert told().authorisation is None


PATIENT: Json = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"system": "urn:mrn", "value": "7"}, {"system": "urn:none"}, {"value": "8"}],
    "birthDate": "2010-04-30",
}


def test_a_patient_is_known_by_several_names() -> None:
    said = fhir_telling(PATIENT)
    assert (said.kind, said.patient, said.patient_reference) == ("patient", "Patient/p1", Reference("Patient/p1"))
    assert said.identifiers == ("patient|Patient/p1", "patient|urn:mrn|7", "patient||8")
    assert isinstance(said.fact, Person)
    assert said.fact.born == date(2010, 4, 30)


@pytest.mark.parametrize("change", [{"birthDate": "2010-04"}, {"birthDate": None}, {"id": None, "identifier": None}])
def test_a_patient_that_says_nothing_here(change: Json) -> None:
    document = {name: value for name, value in (PATIENT | change).items() if value is not None}
    assert only(document) == Ignored("fhir Patient")


# --- HL7 -------------------------------------------------------------------------------------------------------------


def test_indications_of_the_dose_then_of_the_order() -> None:
    said = "L03.119^x^I10~128045006^x^SCT~A^local^L^N10^x^ICD-10-CM"
    dose = (MSH, PID, PV1, ORC)
    assert hl7_told(*dose, rxa((19, said)), RXR).reasons == ("L03.119", "N10")
    encoded = with_field("RXE|1|x", 27, "E11.9^x^I10C")
    written = with_field("RXO|x", 20, "I10^x^I10")
    assert hl7_told(*dose, written, encoded, rxa(), RXR).reasons == ("E11.9",)
    assert hl7_told(*dose, written, rxa(), RXR).reasons == ("I10",)
    assert hl7_told(*dose, written, rxa((19, said)), RXR).reasons == ("L03.119", "N10")
    assert hl7_told(*dose, rxa(), RXR).reasons == ()


def test_an_indication_that_is_cleared() -> None:
    every = tellings(MSH, PID, PV1, ORC, rxa((19, '""')), RXR)
    assert "reasons" in every[1].cleared


@pytest.mark.parametrize(
    ("said", "born"),
    [
        ("19600501", date(1960, 5, 1)),
        ("196005011230", date(1960, 5, 1)),
        ("196005", None),
        ("19609901", None),
        ('""', None),
        ("", None),
    ],
)
def test_every_item_carries_when_the_patient_was_born(said: str, born: date | None) -> None:
    every = tellings(MSH, with_field(PID, 7, said), PV1, ORC, rxa(), RXR)
    assert [one.born for one in every] == [born, born]


# --- the ledger ------------------------------------------------------------------------------------------------------


def told_at(hour: int, **more: Any) -> Telling:
    """A Patient as told at an hour."""
    said = fhir_telling(PATIENT | {"meta": {"lastUpdated": f"2026-03-03T{hour:02}:00:00Z"}})
    return replace(said, digest=f"{hour}", **more)


def test_the_newest_birth_date_wins_in_any_order() -> None:
    older, newer = told_at(8), told_at(10, patient="urn:mrn|7")
    newer = replace(newer, fact=Person("", "urn:mrn|7", date(2011, 1, 1)))
    by_hl7 = replace(fhir_telling(encounter()), patient="urn:mrn|7", born=date(2012, 2, 2))
    by_hl7 = replace(by_hl7, asserted=datetime(2026, 3, 3, 9, tzinfo=UTC))
    for order in permutations([older, newer, by_hl7]):
        found = births(stored(order))
        assert found["urn:mrn|7"] == found["Patient/p1"] == date(2011, 1, 1)
    assert births(stored([older, by_hl7])) == {
        "Patient/p1": date(2010, 4, 30),
        "urn:mrn|7": date(2012, 2, 2),
        "|8": date(2010, 4, 30),
    }


def dalbavancin_in_2020(**more: Any) -> Telling:
    subject = {"reference": "Patient/p1", "identifier": {"system": "urn:mrn", "value": "7"}}
    period = {"start": "2020-03-03T15:00:00Z", "end": "2020-03-03T15:30:00Z"}
    return fhir_telling(
        administration(subject=subject, effectivePeriod=period, effectiveDateTime=None, request=None, context=None)
        | {"reasonCode": [coded("L03.119")], **more}
    )


def advised(site: Site) -> set[str]:
    return {one.because for visit in coded_visits(site.ledger) for one in visit.advisories}


@pytest.mark.parametrize("patient_first", [True, False])
def test_a_patient_resource_reaches_whoever_has_one_of_its_names(patient_first: bool) -> None:
    encounter_told = fhir_telling(
        encounter(
            subject={"reference": "Patient/p1", "identifier": {"system": "urn:mrn", "value": "7"}},
            period={"start": "2020-03-03T14:00:00Z"},
        )
    )
    dose = dalbavancin_in_2020(context={"reference": "Encounter/e1"})
    with opened_site() as site:
        if patient_first:
            site.hear(told_at(8))
        site.hear(encounter_told, dose)
        if not patient_first:
            assert "necessity.age-unknown" in advised(site)
            site.hear(told_at(8))
        assert "necessity.off-label" in advised(site)
        (line,) = [one.charge for one in site.charges().values()]
        assert line.reason == ("L03.119",)
        assert line.subject.value == "7"


def test_a_condition_told_later_becomes_the_reason() -> None:
    subject = {"reference": "Patient/p1"}
    dose = fhir_telling(
        administration(
            subject=subject,
            effectivePeriod={"start": "2026-03-03T15:00:00Z", "end": "2026-03-03T15:30:00Z"},
            effectiveDateTime=None,
            context={"reference": "Encounter/e1"},
            reasonReference=[{"reference": "Condition/c1"}],
        )
    )
    condition = resource("Condition", code=coded("L03.119"), id="c1", encounter=None)
    with opened_site() as site:
        site.hear(fhir_telling(encounter(period={"start": "2026-03-03T14:00:00Z"})), dose)
        assert site.charges()["96365"].charge.reason == ()
        site.hear(fhir_telling(condition))
        changed = site.charges()["96365"]
        assert (changed.charge.reason, changed.version) == (("L03.119",), 2)


# --- the ChargeItem --------------------------------------------------------------------------------------------------


def test_a_charge_item_says_why_and_under_which_number() -> None:
    charge = replace(SERVICE, reason=("L03.119", "Z79.2"), authorisation="SHP-4711")
    item = charge_item(charge, identity="ab12", version=1, status="billable", part_of=None, profile=PROFILE)
    assert item["reason"] == [coded("L03.119"), coded("Z79.2")]
    assert item["supportingInformation"] == [
        {"type": "ClaimResponse", "identifier": {"system": f"{BASE}/authorisation", "value": "SHP-4711"}}
    ]
    ChargeItem.model_validate(json.loads(json.dumps(item)))
    bare = charge_item(SERVICE, identity="ab12", version=1, status="billable", part_of=None, profile=PROFILE)
    assert not {"reason", "supportingInformation"} & set(bare)
