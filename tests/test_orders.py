"""Orders that come by themselves: before what was given by them, after it, or beside it, and it is the same."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from coder.facts import Administration, Order, Reference
from ledger.linking import link
from ledger.reading_back import charges_in_force, not_billed, open_queries
from mappers.reading import read
from mappers.record import Record
from mappers.telling import Action, Ignored, Telling
from tests.fhir_samples import SETTINGS, Json, administration, bundle, encounter, fault, only, resource, telling
from tests.hl7_samples import MSH, ORC, PID, PV1, RXA, RXR, ras, with_field
from tests.ledger_site import opened_site
from tests.told import DAY, stored

ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
BY_NAME: Json = {"request": {"reference": "MedicationRequest/r1"}}
BY_NUMBER: Json = {"request": {"identifier": {"value": "ORD-9"}}}
DOCTOR = Reference("Practitioner/d1")


def order(version: int = 1, **changes: Any) -> Json:
    """The order of the sample administration, asserted in the hour of its version."""
    whole: Json = {
        "id": "r1",
        "meta": {"versionId": str(version), "lastUpdated": f"2026-03-03T{7 + version:02}:00:00Z"},
        "identifier": [{"system": "urn:orders", "value": "ORD-9"}],
        "status": "active",
        "intent": "order",
        "requester": {"reference": "Practitioner/d1"},
        "reasonCode": [{"coding": [{"system": ICD_10_CM, "code": "L03.119"}]}],
        "reasonReference": [{"reference": "Condition/c1"}],
        "dosageInstruction": [{"timing": {"repeat": {"duration": 1.5, "durationUnit": "h"}}}],
    }
    return resource("MedicationRequest", **{**whole, **changes})


def ordered(given: Administration) -> tuple[str | None, int | None, tuple[str, ...], tuple[str, ...]]:
    """What an administration has that an order may fill."""
    by = given.ordered_by.reference if given.ordered_by else None
    return by, given.ordered_minutes, given.reasons, given.reason_conditions


FILLED = ("Practitioner/d1", 90, ("L03.119",), ("fhir|Condition/c1",))
BARE = (None, None, (), ())


def given(*documents: Json | bytes) -> Administration:
    """The one administration that the documents tell of; the same in whatever order they arrive."""
    found = [_linked(arriving) for arriving in permutations(documents)]
    assert all(each == found[0] for each in found)
    return found[0]


def _linked(documents: tuple[Json | bytes, ...]) -> Administration:
    records = (each if isinstance(each, bytes) else json.dumps(each).encode() for each in documents)
    readings = [read(Record("log", 0, place, value), SETTINGS) for place, value in enumerate(records)]
    items = [item for reading in readings for item in reading.items]
    (fact,) = (
        fact
        for facts in link(stored([item for item in items if isinstance(item, Telling)])).patients.values()
        for fact in facts.administrations
    )
    return fact


# --- reading ---------------------------------------------------------------------------------------------------------


def test_an_order_is_a_fact_of_its_patient() -> None:
    said = telling(order())
    assert (said.kind, said.action, said.identifiers) == ("order", Action.ADD, ("fhir|MedicationRequest/r1",))
    assert said.fact == Order(
        key="",
        patient="Patient/p1",
        numbers=("ORD-9",),
        ordered_by=DOCTOR,
        minutes=90,
        reasons=("L03.119",),
        reason_conditions=("fhir|Condition/c1",),
        references=(Reference("MedicationRequest/r1", "urn:orders", "ORD-9"),),
    )
    assert said.asserted == datetime(2026, 3, 3, 8, tzinfo=UTC)


def test_an_order_in_error_takes_itself_back_and_a_cancelled_one_is_no_order() -> None:
    error = telling(order(status="entered-in-error"))
    assert (error.action, getattr(error.fact, "cancelled")) == (Action.DELETE, True)  # noqa: B009
    for changes in ({"status": "cancelled"}, {"doNotPerform": True}, {"meta": {"tag": [{"code": "HTEST"}]}}):
        said = telling(order(**changes))
        assert (said.action, getattr(said.fact, "cancelled")) == (Action.ADD, True)  # noqa: B009


def test_what_nothing_can_point_at_and_what_is_of_no_patient_is_counted() -> None:
    assert only(order(id=None, identifier=None)) == Ignored("fhir MedicationRequest")
    assert only(order(subject={"reference": "Group/g1"})) == Ignored("fhir MedicationRequest")
    assert fault(order(subject=None)).path == "MedicationRequest.subject"


# --- joining ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", [BY_NAME, BY_NUMBER, BY_NAME | {"request": BY_NAME["request"] | BY_NUMBER}])
def test_an_order_fills_what_was_given_whether_before_after_or_beside_it(request_: Json) -> None:
    dose = administration(**request_)
    assert ordered(given(dose, order())) == FILLED
    assert ordered(given(bundle(dose, order()))) == ordered(given(bundle(order(), dose))) == FILLED
    assert given(dose, order()) == given(bundle(dose, order()))


def test_an_order_is_found_by_its_number_where_it_has_no_id_and_by_its_name_on_any_server() -> None:
    assert ordered(given(administration(**BY_NUMBER), order(id=None))) == FILLED
    there = {"request": {"reference": "https://ehr.example/fhir/MedicationRequest/r1/_history/4"}}
    assert ordered(given(administration(**there), order())) == FILLED


def test_both_a_name_and_a_number_are_tried_and_the_name_decides() -> None:
    both = administration(request=BY_NAME["request"] | BY_NUMBER["request"])
    other = order(id="r2", requester={"reference": "Practitioner/d2"})
    assert ordered(given(both, order(identifier=None))) == FILLED
    assert ordered(given(both, order(), other)) == FILLED
    assert ordered(given(both, other))[0] == "Practitioner/d2"
    assert ordered(given(both, order(status="cancelled"), other)) == BARE


def test_a_number_that_two_orders_have_names_none_and_a_cancelled_one_has_no_say() -> None:
    dose, other = administration(**BY_NUMBER), order(id="r2", requester={"reference": "Practitioner/d2"})
    assert ordered(given(dose, order(), other)) == BARE
    assert ordered(given(dose, order(), {**other, "status": "cancelled"})) == FILLED


def test_another_order_and_another_patients_fill_nothing() -> None:
    dose = administration(**BY_NAME)
    assert ordered(given(dose, order(id="r2"))) == BARE
    assert ordered(given(dose, order(subject={"reference": "Patient/p2"}))) == BARE
    assert ordered(given(administration(request=None), order())) == BARE


def test_what_the_administration_says_itself_stays() -> None:
    own = {
        "reasonCode": [{"coding": [{"system": ICD_10_CM, "code": "N10"}]}],
        "performer": [{"function": {"coding": [{"code": "OP"}]}, "actor": {"reference": "Practitioner/own"}}],
        "extension": [{"url": "urn:any/ordered-minutes", "valueInteger": 60}],
    }
    assert ordered(given(administration(**BY_NAME, **own), order())) == ("Practitioner/own", 60, ("N10",), ())
    bare: Json = {"requester": None, "dosageInstruction": None}
    assert ordered(given(administration(**BY_NAME), order(**bare))) == (None, None, *FILLED[2:])


def test_the_newest_word_of_an_order_counts_also_against_the_bundle_it_came_in() -> None:
    dose, anew = administration(**BY_NAME), order(2, requester={"reference": "Practitioner/d2"})
    assert ordered(given(dose, order(), anew))[0] == "Practitioner/d2"
    assert ordered(given(bundle(dose, order()), anew))[0] == "Practitioner/d2"
    for gone in ("cancelled", "entered-in-error"):
        assert ordered(given(dose, order(), order(2, status=gone))) == BARE
        assert ordered(given(bundle(dose, order()), order(2, status=gone))) == BARE
        assert ordered(given(bundle(dose, order(status=gone)))) == BARE
        assert ordered(given(dose, order(2, status=gone), order(3))) == FILLED


def test_one_that_only_the_bundle_can_name_fills_it_there() -> None:
    nameless = order(id=None, identifier=None, subject=None)
    entries = [
        {"fullUrl": "urn:uuid:1", "resource": nameless},
        {"resource": administration(request={"reference": "urn:uuid:1"})},
    ]
    (_, item) = _items({**bundle(), "entry": entries})
    assert isinstance(item, Telling)
    assert isinstance(item.fact, Administration)
    assert ordered(item.fact) == FILLED
    within = administration(request={"reference": "#r1"}, contained=[order()])
    assert ordered(given(within)) == FILLED
    assert ordered(given(administration(request={"reference": "#r1"}, contained=[order(status="cancelled")]))) == BARE


def test_one_of_the_bundle_that_calls_the_patient_otherwise_fills_it_there() -> None:
    known_otherwise = order(subject={"identifier": {"system": "urn:mrn", "value": "1"}})
    assert ordered(given(bundle(administration(**BY_NAME), known_otherwise))) == FILLED


def _items(document: Json) -> tuple[Any, ...]:
    return read(Record("log", 0, 0, json.dumps(document).encode()), SETTINGS).items


def test_an_order_fills_what_hl7_tells_by_its_number() -> None:
    pid = with_field(PID, 3, "1^^^&urn:mrn&ISO")
    dose = ras(MSH, pid, PV1, with_field(with_field(ORC, 2, "ORD-9"), 12, ""), RXA, RXR)
    (said,) = (each for each in read(Record("log", 0, 0, dose), SETTINGS).items if isinstance(each, Telling)
               and isinstance(each.fact, Administration))  # fmt: skip
    system, _, value = said.patient.partition("|")
    subject = {"identifier": {"system": system, "value": value}}
    assert ordered(given(dose, order(subject=subject)))[1:] == FILLED[1:]


# --- charges ---------------------------------------------------------------------------------------------------------


def test_charges_and_queries_are_the_same_however_the_order_came() -> None:
    dose, visit, asked = administration(**BY_NAME), encounter(), order()
    apart = [_outcome(*arriving) for arriving in permutations((dose, visit, asked))]
    beside = [_outcome(visit, bundle(dose, asked)), _outcome(bundle(asked, dose, visit))]
    assert all(each == apart[0] for each in (*apart, *beside))
    charges, _, _ = apart[0]
    assert [(one.ordered_by, one.reason) for one, _ in charges if one.code == "96365"] == [(DOCTOR, ("L03.119",))]
    assert apart[0] != _outcome(dose, visit)
    assert _outcome(dose, visit, asked, order(2, status="cancelled")) == _outcome(dose, visit)


def _outcome(*documents: Json) -> tuple[list[Any], list[Any], list[Any]]:
    with opened_site() as site:
        for document in documents:
            site.hear(_items(document))
        charges = [(one.charge, one.status) for one in charges_in_force(site.ledger)]
        queries = [replace(query, since=DAY) for _, query in open_queries(site.ledger)]
        return charges, queries, list(not_billed(site.ledger))
