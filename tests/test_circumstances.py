"""What surrounds an administration in the ledger: whose it is, which telling wins, what points at what.

1. Whatever the order in which tellings arrive, the facts are the same.
2. What a telling says of who pays or what else was done recodes the patient, as a telling of a dose does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from coder import coding
from coder.charges import Coded
from coder.facts import (
    AdmissionOrder,
    ClassPeriod,
    Condition,
    Coverage,
    Encounter,
    PatientClass,
    PatientFacts,
    Procedure,
    ProcedureKind,
)
from coder.policies.overrides import Policies
from coder.policy import Policy
from coder.tables import Tables
from ledger.linking import link
from ledger.merging import Around
from ledger.versions import ChargeState, changes
from mappers.telling import Action, Telling
from tests.ledger_site import opened_site
from tests.told import PATIENT, around, at, fhir, given, stored, visit

STRANGER = "urn:mrn|2"
OPERATION = Procedure("", PATIENT, ProcedureKind.OPERATION, "10060", at("14:00"), at("15:00"))
ORDER = AdmissionOrder("", PATIENT, PatientClass.INPATIENT, at("19:30"), "fhir|Encounter/e1")
MEDICARE = Coverage("", PATIENT, "Medicare")
CANCER = Condition("", PATIENT, "C50.911")


def facts(*tellings: Telling, patient: str = PATIENT) -> PatientFacts:
    return link(stored(tellings)).patients[patient]


@pytest.mark.parametrize(
    ("name", "fact", "changed", "kept_in"),
    [
        ("Procedure/x", OPERATION, {"kind": ProcedureKind.IMAGING, "code": "71260"}, "procedures"),
        ("ServiceRequest/x", ORDER, {"at": at("20:00")}, "admission_orders"),
        ("Coverage/x", MEDICARE, {"payer": "Lake Plan"}, "coverages"),
        ("Condition/x", CANCER, {"code": "C50.912"}, "conditions"),
    ],
)
def test_the_newest_resource_stands_whole(name: str, fact: Around, changed: dict[str, Any], kept_in: str) -> None:
    older, newer = around(name, fact, "10:00"), around(name, replace(fact, **changed), "11:00")
    for order in ((older, newer), (newer, older)):
        (found,) = getattr(facts(*order), kept_in)
        assert {key: getattr(found, key) for key in changed} == changed
        assert (found.key, found.patient, found.cancelled) == (f"fhir|{name}", PATIENT, False)
        assert [one.reference for one in found.references] == [name]
    withdrawn = around(name, replace(fact, cancelled=True), "12:00", action=Action.DELETE)
    (gone,) = getattr(facts(withdrawn, older, newer), kept_in)
    assert gone.cancelled


def test_what_is_pointed_at_is_named_by_its_key() -> None:
    told = (
        visit("e1", "09:00", identifiers=("fhir|Encounter/e1", "VN|V-1")),
        visit("e2", "09:00"),
        around("Encounter/e3", Encounter("", PATIENT, PatientClass.OUTPATIENT, part_of="VN|V-1"), "09:00"),
        around(
            "Procedure/op1",
            replace(OPERATION, encounter="VN|V-1"),
            "10:00",
            identifiers=("urn:or|1", "fhir|Procedure/op1"),
        ),
        fhir("a", given("14:10", "14:20", procedure="fhir|Procedure/op1", encounter="VN|V-1"), "14:30"),
        around("Condition/c", replace(CANCER, encounter="VN|V-9"), "10:00"),
    )
    found = facts(*told)
    (one,) = found.administrations
    assert (one.encounter, one.procedure) == ("fhir|Encounter/e1", "urn:or|1")
    assert found.procedures[0].key == "urn:or|1"
    assert found.procedures[0].encounter == "fhir|Encounter/e1"
    assert [encounter.part_of for encounter in found.encounters] == [None, None, "fhir|Encounter/e1"]
    assert found.conditions[0].encounter == "VN|V-9"


def test_a_day_is_no_encounter_unless_one_was_told_of_or_no_more_is_known() -> None:
    day = f"day:{PATIENT}|2026-03-03"
    dose = fhir("a", given("14:10", "14:20", encounter=day), "14:30")
    assert facts(dose).administrations[0].encounter is None
    assert facts(dose, visit("e1", "09:00", identifiers=(day,))).administrations[0].encounter == day
    undated = fhir("a", given(None, encounter=day), "14:30")
    assert facts(undated).administrations[0].encounter == day


def test_the_same_number_of_two_patients_is_two_coverages() -> None:
    theirs = around(
        "x", replace(MEDICARE, patient=STRANGER), "10:00", patient=STRANGER, identifiers=(f"urn:plan|M of {STRANGER}",)
    )
    ours = around("x", MEDICARE, "10:00", identifiers=(f"urn:plan|M of {PATIENT}",))
    found = link(stored((ours, theirs))).patients
    assert [len(found[patient].coverages) for patient in (PATIENT, STRANGER)] == [1, 1]


def test_classes_over_time_are_kept() -> None:
    stretches = (ClassPeriod(PatientClass.EMERGENCY, at("08:00"), at("11:00")),)
    fact = Encounter("", PATIENT, PatientClass.OBSERVATION, classes=stretches)
    (found,) = facts(around("Encounter/e1", fact, "11:30")).encounters
    assert (found.classes, found.patient_class) == (stretches, PatientClass.OBSERVATION)


def test_the_order_of_arrival_is_nothing_to_it() -> None:
    told = [
        visit("e1", "09:00"),
        visit("e1", "12:00", PatientClass.INPATIENT),
        around("Procedure/op1", OPERATION, "10:00"),
        around("Procedure/op1", replace(OPERATION, code="10061"), "11:00"),
        around("ServiceRequest/s", ORDER, "11:00"),
        around("ServiceRequest/s", replace(ORDER, cancelled=True), "12:00"),
        around("Coverage/c", MEDICARE, None),
        around("Condition/d", CANCER, "09:30"),
        fhir("a", given("14:10", "14:20", procedure="fhir|Procedure/op1"), "14:30"),
    ]
    first = facts(*told)
    for seed in range(40):
        assert facts(*Random(seed).sample(told, len(told))) == first


# --- posted ----------------------------------------------------------------------------------------------------------


def test_a_coverage_recodes_the_patient_with_everything_known() -> None:
    coded: list[PatientFacts] = []

    def listening(facts: PatientFacts, policy: Policy | Policies, tables: Tables, as_of: datetime) -> Coded:
        coded.append(facts)
        return coding.code(facts, policy, tables, as_of)

    with opened_site() as site:
        site.context = replace(site.context, code=listening)
        site.hear(visit("e1", "09:00"), fhir("a", given("09:00", "09:50"), "10:00"))
        posted = site.hear(around("Coverage/c", MEDICARE, "11:00"), around("Condition/d", CANCER, "11:00"))
        again = site.hear(around("Coverage/c", MEDICARE, "11:00"))
    assert (posted.items.mapped, posted.patients, posted.held) == (2, (PATIENT,), ())
    assert again.repeats == 1
    newest = coded[1]
    assert [one.payer for one in newest.coverages] == ["Medicare"]
    assert [one.code for one in newest.conditions] == ["C50.911"]
    assert len(newest.administrations) == len(newest.encounters) == 1


def test_who_has_a_diagnosis_and_nothing_else_has_no_charges() -> None:
    with opened_site() as site:
        posted = site.hear(around("Condition/d", CANCER, "11:00"))
        assert (posted.held, site.lines()) == ((), [])


def test_an_order_to_admit_leaves_what_ran_before_it() -> None:
    with opened_site() as site:
        site.hear(visit("e1", "09:00"), fhir("a", given("15:00", "15:50"), "16:00"))
        site.hear(around("ServiceRequest/s", ORDER, "20:00"), fhir("b", given("21:00", "21:50"), "22:00"))
        assert site.lines() == [("96365", 1, "billable")]


def test_an_access_alone_makes_neither_a_version_nor_a_revision() -> None:
    with opened_site() as site:
        site.hear(visit("e1", "09:00"), fhir("a", given("09:00", "09:50"), "10:00"))
        charge = site.charges()["96365"].charge
    standing = {"id": ChargeState("id", 1, 0, "billable", charge)}
    elsewhere = replace(charge, access="right arm", own_order=not charge.own_order)
    assert changes(standing, {"id": elsewhere}) == ()
    later = replace(charge, end=charge.end + timedelta(minutes=1))
    assert [one.state.version for one in changes(standing, {"id": later})] == [2]
