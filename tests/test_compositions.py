"""Medications that come by themselves: before what was given of them, after it, or beside it, and it is the same."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from coder.facts import Administration, DrugGiven, Quantity
from ledger.linking import link
from ledger.reading_back import charges_in_force, coded_visits, not_billed, open_queries
from mappers.composed import Component, Composition
from mappers.telling import NOBODY, Action, Ignored, Item, Telling
from tests.fhir_samples import RXNORM, Json, administration, bundle, encounter, fault, only, reading, telling
from tests.ledger_site import Site, opened_site
from tests.told import DAY, stored

NDC = "http://hl7.org/fhir/sid/ndc"
CVX = "http://hl7.org/fhir/sid/cvx"
DALBAVANCIN = {"coding": [{"system": RXNORM, "code": "1594653"}], "text": "Dalbavancin"}
LATER = {"versionId": "2", "lastUpdated": "2026-03-04T08:00:00Z"}


def medication(**changes: Any) -> Json:
    whole: Json = {
        "resourceType": "Medication",
        "id": "m1",
        "meta": {"versionId": "1", "lastUpdated": "2026-03-01T08:00:00Z"},
        "status": "active",
        "code": DALBAVANCIN,
        "batch": {"lotNumber": "L-7", "expirationDate": "2027-01-31"},
    }
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


def pointing(reference: str = "Medication/m1", **changes: Any) -> Json:
    """The sample administration, which only points at what was given."""
    said = {"medicationCodeableConcept": None, "medicationReference": {"reference": reference, "display": "a drug"}}
    return administration(**{**said, **changes})


def given(*documents: Json) -> Administration:
    """The one administration that the documents tell of; the same in whatever order they arrive."""
    found = [_linked(arriving) for arriving in permutations(documents)]
    assert all(each == found[0] for each in found)
    return found[0]


def _linked(documents: tuple[Json, ...]) -> Administration:
    items = [item for document in documents for item in reading(document).items]
    (facts,) = link(stored([item for item in items if isinstance(item, Telling)])).patients.values()
    (fact,) = facts.administrations
    return fact


def strength(above: int, unit: str, per: int | None = None) -> Json:
    ratio = {"numerator": {"value": above, "unit": unit}}
    return ratio | ({"denominator": {"value": per, "unit": "mL"}} if per else {})


BAG = medication(
    code={"text": "the bag"},
    ingredient=[
        {"itemCodeableConcept": {"text": "potassium"}, "strength": strength(40, "meq", 250)},
        {"itemCodeableConcept": {"text": "dextrose"}, "strength": strength(250, "mL", 250)},
    ],
)


# --- reading ---------------------------------------------------------------------------------------------------------


def test_a_medication_is_a_fact_of_nobody() -> None:
    said = telling(medication())
    assert (said.kind, said.action, said.patient) == ("composition", Action.ADD, f"{NOBODY}fhir|Medication/m1")
    assert isinstance(said.fact, Composition)
    assert [(each.text, each.strength) for each in said.fact.components] == [("Dalbavancin", None)]
    assert (said.fact.lot, said.fact.expiry) == ("L-7", "2027-01-31")
    bag = telling(BAG).fact
    assert isinstance(bag, Composition)
    litres = Quantity(Decimal(250), "mL")
    assert bag.components == (
        Component((), "potassium", Quantity(Decimal(40), "meq"), litres),
        Component((), "dextrose", litres, litres),
    )


def test_what_nothing_can_point_at_and_what_is_a_test_is_counted() -> None:
    assert only(medication(id=None)) == Ignored("fhir Medication")
    assert only(medication(meta={"tag": [{"code": "HTEST"}]})) == Ignored("test message")
    wrong = [{"itemCodeableConcept": {"text": "x"}, "strength": strength(1, "mg") | {"numerator": {"value": "many"}}}]
    assert fault(medication(code=None, ingredient=wrong)).path.startswith("Medication.ingredient")
    assert telling(medication(status="entered-in-error")).action is Action.DELETE


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("Medication/m1", "fhir|Medication/m1"),
        ("Medication/m1/_history/3", "fhir|Medication/m1"),
        ("https://ehr.example/fhir/Medication/m1", "fhir|Medication/m1"),
        ("#m1", None),
        ("Substance/m1", None),
    ],
)
def test_what_is_not_at_hand_is_waited_for_by_its_name(reference: str, name: str | None) -> None:
    fact = telling(pointing(reference)).fact
    assert isinstance(fact, Administration)
    assert (fact.medication, fact.drugs[0].text) == (name, "a drug")
    r5 = telling(pointing(medicationReference=None, medication={"reference": {"reference": reference}})).fact
    assert getattr(r5, "medication") == name  # noqa: B009


# --- filling ---------------------------------------------------------------------------------------------------------


def test_a_medication_fills_what_was_given_whichever_is_heard_first() -> None:
    fact = given(pointing(), medication())
    at_hand = given(bundle(pointing(), medication()))
    assert (fact.drugs, fact.lot, fact.expiry) == (at_hand.drugs, "L-7", "2027-01-31")
    assert replace(fact, medication=None) == at_hand


def test_a_mixture_is_reckoned_from_what_was_given_of_it() -> None:
    dose: Json = {"dosage": {**administration()["dosage"], "dose": {"value": 125, "unit": "mL"}}}
    drugs = (
        DrugGiven((), "potassium", Quantity(Decimal(20), "meq")),
        DrugGiven((), "dextrose", Quantity(Decimal(125), "mL")),
    )
    assert given(pointing(**dose), BAG).drugs == given(bundle(pointing(**dose), BAG)).drugs == drugs
    product = {**BAG, "code": {"coding": [{"system": NDC, "code": "0206-8862-02"}]}}
    (one,) = given(pointing(**dose), product).drugs
    assert one.dose == Quantity(Decimal(125), "mL")


def test_the_newest_word_of_a_medication_counts_and_one_in_error_has_no_say() -> None:
    anew = medication(meta=LATER, code={"text": "Oritavancin"})
    assert given(pointing(), medication(), anew).drugs[0].text == "Oritavancin"
    error = medication(meta=LATER, status="entered-in-error")
    assert given(pointing(), medication(), error) == given(pointing())
    silent = medication(meta=LATER, code=None)
    assert given(pointing(), silent).drugs == given(pointing()).drugs
    assert given(pointing(), medication(id="m2")) == given(pointing())


def test_a_vaccine_is_no_infusion_whoever_says_so() -> None:
    vaccine = medication(code={"coding": [{"system": CVX, "code": "140"}]})
    assert given(pointing(), vaccine).ignored == "immunization"


# --- posting ---------------------------------------------------------------------------------------------------------


def _holds(site: Site) -> tuple[Any, ...]:
    ledger = site.ledger
    return (
        [(replace(one.charge, explanation=()), one.status) for one in charges_in_force(ledger)],
        [replace(query, since=DAY) for _, query in open_queries(ledger)],
        list(not_billed(ledger)),
        list(coded_visits(ledger)),
    )


def _items(document: Json) -> tuple[Item, ...]:
    return reading(json.loads(json.dumps(document))).items


def _outcome(*documents: Json) -> tuple[Any, ...]:
    with opened_site() as site:
        for document in documents:
            site.hear(_items(document))
        return _holds(site)


def test_charges_and_queries_are_the_same_whichever_is_heard_first() -> None:
    documents = (pointing(), encounter(), medication())
    outcomes = [_outcome(*arriving) for arriving in permutations(documents)]
    assert all(each == outcomes[0] for each in outcomes)
    assert outcomes[0] == _outcome(encounter(), bundle(pointing(), medication()))
    assert outcomes[0] != _outcome(pointing(), encounter())


def test_all_who_point_at_a_medication_are_coded_anew_and_are_no_nearer_to_each_other() -> None:
    patients = [f"Patient/p{number}" for number in range(3)]
    doses = [
        pointing(
            id=f"a{number}",
            identifier=None,
            request=None,
            subject={"reference": patient},
            context={"reference": f"Encounter/e{number}"},
        )
        for number, patient in enumerate(patients)
    ]
    with opened_site() as site:
        visits = [encounter(id=f"e{at}", identifier=None, subject=dose["subject"]) for at, dose in enumerate(doses)]
        site.hear(*(_items(visit) for visit in visits))
        for dose in doses[:2]:
            assert site.hear(_items(dose)).patients == (dose["subject"]["reference"],)
        heard = site.hear(_items(medication()))
        assert (heard.patients, heard.items.mapped, heard.held) == (tuple(patients[:2]), 1, ())
        drugs = [one.charge.patient for one in charges_in_force(site.ledger) if one.charge.code[0] == "J"]
        assert drugs == patients[:2]
        assert site.hear(_items(doses[2])).patients == (patients[2],)
        assert site.hear(_items(medication())).repeats == 1
        assert site.ledger.reader.execute("SELECT count(*) FROM patient_link").fetchone() == (0,)
        assert site.ledger.reader.execute("SELECT count(*) FROM patient").fetchone() == (3,)


def test_the_record_of_the_medication_is_named_as_the_cause() -> None:
    elses = administration(id="other", identifier=None, request=None, subject={"reference": "Patient/p9"})
    with opened_site() as site:
        site.hear(_items(pointing()), _items(encounter()))
        site.published()
        site.hear(_items(elses), _items(medication()))
        found = site.ledger.reader.execute(
            "SELECT DISTINCT caused_by FROM charge_version WHERE patient = 'Patient/p1' AND posting ="
            " (SELECT max(posting) FROM charge_version)"
        ).fetchall()
        assert found == [("log:0:3",)]
