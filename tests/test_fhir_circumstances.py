"""FHIR resources about what surrounds an infusion: procedures, orders to admit, who pays, what ails the patient."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from coder.facts import (
    AdmissionOrder,
    Condition,
    Coverage,
    PatientClass,
    Procedure,
    ProcedureKind,
    Reference,
)
from mappers.telling import Action, Ignored, Telling
from tests.fhir_samples import SNOMED, Json, bundle, fault, only, reading, resource, telling

CPT = "http://www.ama-assn.org/go/cpt"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"


def coded(system: str, code: str, display: str | None = None) -> Json:
    return {"coding": [{"system": system, "code": code} | ({"display": display} if display else {})]}


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 3, hour, minute, tzinfo=UTC)


# --- procedures ------------------------------------------------------------------------------------------------------


def procedure(**changes: Any) -> Json:
    period = {"start": "2026-03-03T14:00:00Z", "end": "2026-03-03T15:10:00Z"}
    return resource(
        "Procedure", **{"status": "completed", "code": coded(CPT, "10060"), "performedPeriod": period, **changes}
    )


def told(document: Json) -> Procedure:
    fact = telling(document).fact
    assert isinstance(fact, Procedure)
    return fact


def test_every_element_of_a_procedure() -> None:
    said = telling(procedure(identifier=[{"system": "urn:or", "value": "C-1"}]))
    assert (said.kind, said.whole, said.action, said.order) == ("procedure", True, Action.ADD, None)
    assert said.identifiers == ("fhir|Procedure/x1",)
    assert said.fact == Procedure(
        key="",
        patient="Patient/p1",
        kind=ProcedureKind.OPERATION,
        code="10060",
        start=at(14),
        end=at(15, 10),
        encounter="fhir|Encounter/e1",
        references=(Reference("Procedure/x1", "urn:or", "C-1"),),
        day=date(2026, 3, 3),
    )


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (coded(CPT, "10004"), ProcedureKind.OPERATION),
        (coded(CPT, "69990"), ProcedureKind.OPERATION),
        (coded(CPT, "36430"), ProcedureKind.TRANSFUSION),
        (coded(CPT, "36591"), ProcedureKind.OTHER),
        (coded(CPT, "36561"), ProcedureKind.OPERATION),
        (coded(CPT, "36569"), ProcedureKind.OTHER),
        (coded(CPT, "62270"), ProcedureKind.OTHER),
        (coded(CPT, "71260"), ProcedureKind.IMAGING),
        (coded(CPT, "93306"), ProcedureKind.IMAGING),
        (coded(CPT, "77001"), ProcedureKind.OTHER),
        (coded(CPT, "93015"), ProcedureKind.STRESS_TEST),
        (coded(CPT, "78452"), ProcedureKind.STRESS_TEST),
        (coded(CPT, "90935"), ProcedureKind.DIALYSIS),
        (coded(CPT, "99213"), ProcedureKind.EVALUATION),
        (coded(CPT, "99152"), ProcedureKind.OTHER),
        (coded(HCPCS, "G0463"), ProcedureKind.EVALUATION),
        (coded(HCPCS, "G0257"), ProcedureKind.DIALYSIS),
        (coded(HCPCS, "J0875"), ProcedureKind.OTHER),
        (coded("urn:local", "10060"), ProcedureKind.OTHER),
        (coded(SNOMED, "116859006"), ProcedureKind.TRANSFUSION),
        (coded(SNOMED, "302497006"), ProcedureKind.DIALYSIS),
        ({"text": "Blood transfusion"}, ProcedureKind.TRANSFUSION),
        ({"text": "Incision and drainage of abscess"}, ProcedureKind.OTHER),
    ],
)
def test_what_a_procedure_is_by_its_code(code: Json, kind: ProcedureKind) -> None:
    assert told(procedure(code=code)).kind is kind


def test_what_a_procedure_is_by_its_category() -> None:
    surgical = coded(SNOMED, "387713003", "Surgical procedure")
    text = {"text": "Incision and drainage of abscess"}
    assert told(procedure(code=text, category=surgical)).kind is ProcedureKind.OPERATION
    assert told(procedure(code=coded(CPT, "99213"), category=surgical)).kind is ProcedureKind.EVALUATION


@pytest.mark.parametrize(
    ("status", "cancelled", "action"),
    [
        ("completed", False, Action.ADD),
        ("preparation", False, Action.ADD),
        ("not-done", True, Action.ADD),
        ("entered-in-error", True, Action.DELETE),
    ],
)
def test_a_procedure_that_was_not_done(status: str, cancelled: bool, action: Action) -> None:
    said = telling(procedure(status=status))
    assert isinstance(said.fact, Procedure)
    assert (said.fact.cancelled, said.action) == (cancelled, action)


def test_a_day_alone_is_no_time() -> None:
    fact = told(procedure(performedPeriod=None, performedDateTime="2026-03-03"))
    assert (fact.start, fact.end, fact.day) == (None, None, date(2026, 3, 3))


def test_a_procedure_that_ends_before_it_starts_is_a_fault() -> None:
    backwards = {"start": "2026-03-03T15:00:00Z", "end": "2026-03-03T14:00:00Z"}
    assert fault(procedure(performedPeriod=backwards)).path == "Procedure.performedPeriod.end"


# --- charges of others -----------------------------------------------------------------------------------------------


def charge_item(**changes: Any) -> Json:
    whole = {"status": "billable", "code": coded(CPT, "99213"), "occurrenceDateTime": "2026-03-03T14:00:00Z"}
    return resource("ChargeItem", **{**whole, **changes})


def test_a_charge_of_others_is_the_service_it_charges_for() -> None:
    fact = told(charge_item())
    assert (fact.kind, fact.code, fact.start, fact.cancelled) == (
        ProcedureKind.EVALUATION, "99213", at(14), False,
    )  # fmt: skip
    assert told(charge_item(status="aborted")).cancelled
    assert telling(charge_item(status="entered-in-error")).action is Action.DELETE


def test_our_own_charges_heard_back_and_charges_without_a_code_are_ignored() -> None:
    ours = charge_item(extension=[{"url": "https://site.example/fhir/because", "valueCode": "initial.hierarchy"}])
    assert only(ours) == Ignored("fhir ChargeItem of ours")
    assert only(charge_item(code={"text": "Room"})) == Ignored("fhir ChargeItem")


# --- orders to admit -------------------------------------------------------------------------------------------------


def service_request(**changes: Any) -> Json:
    whole = {
        "status": "active",
        "intent": "order",
        "code": {"text": "Admit to Inpatient"},
        "authoredOn": "2026-03-03T19:30:00Z",
    }
    return resource("ServiceRequest", **{**whole, **changes})


def ordered(**changes: Any) -> AdmissionOrder:
    fact = telling(service_request(**changes)).fact
    assert isinstance(fact, AdmissionOrder)
    return fact


def test_every_element_of_an_order_to_admit() -> None:
    said = telling(service_request())
    assert (said.kind, said.identifiers) == ("admission-order", ("fhir|ServiceRequest/x1",))
    assert said.fact == AdmissionOrder(
        key="",
        patient="Patient/p1",
        patient_class=PatientClass.INPATIENT,
        at=at(19, 30),
        encounter="fhir|Encounter/e1",
        references=(Reference("ServiceRequest/x1"),),
    )


@pytest.mark.parametrize(
    ("code", "patient_class"),
    [
        (coded(SNOMED, "32485007"), PatientClass.INPATIENT),
        (coded(SNOMED, "448951000124107"), PatientClass.OBSERVATION),
        ({"text": "Place in  observation"}, PatientClass.OBSERVATION),
        (coded("urn:local", "ADT7", "Admit to Observation"), PatientClass.OBSERVATION),
        ({"text": "Inpatient consult to cardiology"}, None),
    ],
)
def test_what_an_order_admits_to(code: Json, patient_class: PatientClass | None) -> None:
    if patient_class is None:
        assert only(service_request(code=code)) == Ignored("fhir ServiceRequest")
    else:
        assert ordered(code=code).patient_class is patient_class


def test_an_order_takes_effect_when_it_says_so() -> None:
    assert ordered(occurrenceDateTime="2026-03-03T21:00:00Z").at == at(21)
    assert ordered(occurrencePeriod={"start": "2026-03-03T22:00:00Z"}).at == at(22)


@pytest.mark.parametrize(
    ("status", "cancelled"), [("active", False), ("completed", False), ("draft", True), ("revoked", True)]
)
def test_an_order_that_is_not_in_force(status: str, cancelled: bool) -> None:
    assert ordered(status=status).cancelled is cancelled


@pytest.mark.parametrize("changes", [{"intent": "proposal"}, {"doNotPerform": True}])
def test_what_is_no_order_is_ignored(changes: Json) -> None:
    assert only(service_request(**changes)) == Ignored("fhir ServiceRequest")


# --- who pays, what ails ---------------------------------------------------------------------------------------------


def coverage(**changes: Any) -> Json:
    whole = {"status": "active", "payor": [{"display": "Medicare"}], "period": {"start": "2026-01-01"}, "order": 1}
    return resource("Coverage", **{**whole, **changes})


def covered(**changes: Any) -> Coverage:
    fact = telling(coverage(**changes)).fact
    assert isinstance(fact, Coverage)
    return fact


def test_every_element_of_a_coverage() -> None:
    assert covered(period={"start": "2026-01-01", "end": "2026-12-31"}) == Coverage(
        key="",
        patient="Patient/p1",
        payer="Medicare",
        start=datetime(2026, 1, 1, 6, tzinfo=UTC),
        end=datetime(2027, 1, 1, 5, 59, 59, 999999, UTC),
        references=(Reference("Coverage/x1"),),
        rank=1,
    )


@pytest.mark.parametrize(
    ("changes", "payer"),
    [
        ({"payor": [{"identifier": {"value": "PAYER-7"}}]}, "PAYER-7"),
        ({"payor": [{"reference": "Organization/o1"}]}, "Organization/o1"),
        (
            {
                "payor": [{"reference": "#o"}],
                "contained": [{"resourceType": "Organization", "id": "o", "name": "Lake Plan"}],
            },
            "Lake Plan",
        ),
        ({"payor": [{"reference": "Patient/p1", "display": "The patient"}]}, None),
        ({"payor": [{"reference": "RelatedPerson/r1"}, {"display": "Lake Plan"}]}, "Lake Plan"),
    ],
)
def test_the_payer_of_a_coverage(changes: Json, payer: str | None) -> None:
    assert covered(**changes).payer == payer


@pytest.mark.parametrize(("status", "cancelled"), [("active", False), ("cancelled", True), ("draft", True)])
def test_a_coverage_that_does_not_hold(status: str, cancelled: bool) -> None:
    assert covered(status=status).cancelled is cancelled


def test_a_member_number_is_known_within_its_patient_alone() -> None:
    member = [{"system": "urn:plan", "value": "M-1"}]
    assert telling(coverage(id=None, identifier=member)).identifiers == ("urn:plan|M-1 of Patient/p1",)


def condition(**changes: Any) -> Json:
    whole = {"code": coded(ICD_10_CM, "C50.911"), "onsetDateTime": "2026-02-01"}
    return resource("Condition", **{**whole, **changes})


def test_every_element_of_a_condition() -> None:
    said = telling(condition())
    assert said.kind == "condition"
    assert said.fact == Condition(
        key="",
        patient="Patient/p1",
        code="C50.911",
        start=datetime(2026, 2, 1, 6, tzinfo=UTC),
        encounter="fhir|Encounter/e1",
        references=(Reference("Condition/x1"),),
    )


def test_a_condition_without_an_icd_10_code_is_ignored_unless_it_takes_one_back() -> None:
    assert only(condition(code=coded(SNOMED, "254837009"))) == Ignored("fhir Condition")
    wrong = coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "entered-in-error")
    assert telling(condition(code=None, verificationStatus=wrong)).action is Action.DELETE


@pytest.mark.parametrize(("status", "cancelled"), [("refuted", True), ("confirmed", False), ("provisional", False)])
def test_a_condition_that_is_not_so(status: str, cancelled: bool) -> None:
    verified = coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", status)
    fact = telling(condition(verificationStatus=verified)).fact
    assert isinstance(fact, Condition)
    assert fact.cancelled is cancelled


# --- all of them -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", [procedure(), charge_item(), service_request(), coverage(), condition()])
def test_every_one_of_them_is_a_test_patients_or_somebody_elses(document: Json) -> None:
    who = "beneficiary" if "beneficiary" in document else "subject"
    assert telling({**document, who: {"reference": "Patient/practice"}}).ignored == "test patient"
    somebody = {**document, who: {"reference": "Group/g1"}}
    if document["resourceType"] != "Coverage":
        assert only(somebody) == Ignored(f"fhir {document['resourceType']}")


@pytest.mark.parametrize("document", [procedure(), charge_item(), service_request(), coverage(), condition()])
def test_what_is_not_valid_is_a_fault_with_its_path(document: Json) -> None:
    bad = fault({**document, "banana": 1})
    assert bad.path == f"{document['resourceType']}.banana"
    items = reading(bundle({**document, "banana": 1}, document)).items
    assert [isinstance(item, Telling) for item in items] == [False, True]


def test_when_someone_is_insured_is_no_time_of_a_record() -> None:
    assert reading(coverage(period={"end": "2036-12-31"})).time is None
    assert reading(service_request()).time == at(19, 30)
