"""Resources deleted at their source: what was said under that name is taken back, whichever is heard first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from coder.facts import Administration, AdministrationStatus, PatientFacts
from ledger.history import versions_of
from ledger.linking import link
from mappers.telling import NOBODY, Action, Fault, Ignored, Item, Telling
from tests.fhir_samples import Json, administration, encounter, fault, reading, resource, telling
from tests.ledger_site import holds, opened_site
from tests.test_orders import BY_NAME, order, ordered
from tests.told import stored

PATIENT = "Patient/p1"
LATE = "2026-03-03T18:00:00Z"
SOMEBODY_ELSES = administration(id="other", identifier=None, request=None, subject={"reference": "Patient/p9"})


def deletion(url: str, when: str | None = LATE, method: str = "DELETE") -> Json:
    """An entry by which a server tells of a deletion."""
    response = {"response": {"lastModified": when, "etag": 'W/"4"'}} if when else {}
    return {"request": {"method": method, "url": url}, **response}


def entries(*stated: Json, kind: str = "history", **more: Any) -> Json:
    return {"resourceType": "Bundle", "type": kind, "entry": list(stated), **more}


def deleted(name: str = "MedicationAdministration/a1", when: str | None = LATE) -> Json:
    return entries(deletion(name, when))


def tellings(*documents: Json) -> list[Telling]:
    return [item for document in documents for item in reading(document).items if isinstance(item, Telling)]


def linked(*documents: Json) -> dict[str, PatientFacts]:
    """The facts by patient; the same in whatever order the documents arrive."""
    found = [link(stored(tellings(*arriving))).patients for arriving in permutations(documents)]
    assert all(each == found[0] for each in found)
    return dict(found[0])


def given(*documents: Json) -> Administration:
    (fact,) = linked(*documents)[PATIENT].administrations
    return fact


# --- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("MedicationAdministration/a1", "MedicationAdministration/a1"),
        ("/MedicationAdministration/a1", "MedicationAdministration/a1"),
        ("https://ehr.example/fhir/Encounter/e-1.2", "Encounter/e-1.2"),
        ("Procedure/p/_history/4", "Procedure/p"),
        *((f"{kind}/x", f"{kind}/x") for kind in ("ChargeItem", "ServiceRequest", "Coverage", "Condition")),
    ],
)
def test_a_deletion_names_what_it_takes_back_and_no_patient(url: str, name: str) -> None:
    said = telling(deleted(url))
    assert (said.action, said.whole, said.identifiers) == (Action.DELETE, True, (f"fhir|{name}",))
    assert (said.patient, said.asserted) == (f"{NOBODY}fhir|{name}", datetime(2026, 3, 3, 18, tzinfo=UTC))


@pytest.mark.parametrize(
    "url",
    [
        "MedicationAdministration?identifier=urn:mar|M-17",
        "MedicationAdministration",
        "MedicationAdministration/a1?_cascade=delete",
        "MedicationAdministration/not an id",
        "Nonsense/a1",
        "Patient/p1",
        "QuestionnaireResponse/q1",
        "",
    ],
)
def test_a_deletion_of_what_nobody_can_see_is_a_fault(url: str) -> None:
    bad = fault(deleted(url))
    assert (bad.path, bad.said) == ("Bundle.entry[0].request.url", url)


def test_a_version_is_deleted_in_a_history_alone() -> None:
    one = deletion("Encounter/e1/_history/2")
    assert isinstance(reading(entries(one)).items[0], Telling)
    assert isinstance(reading(entries(one, kind="transaction")).items[0], Fault)


def test_what_is_not_read_is_not_taken_back_either() -> None:
    assert reading(deleted("Observation/o1")).items == (Ignored("fhir Observation"),)


def test_a_deletion_was_when_the_server_says_else_when_the_bundle_was_made_else_when_it_was_sent() -> None:
    def when(document: Json, sent: datetime | None = None) -> Item | datetime | None:
        (item,) = reading(document, sent).items
        return item.asserted if isinstance(item, Telling) else item

    bare, sent = deletion("Encounter/e1", None), datetime(2026, 3, 3, 20, tzinfo=UTC)
    made: Json = {"meta": {"lastUpdated": "2026-03-03T19:00:00Z"}, "timestamp": "2026-03-03T19:30:00Z"}
    assert when(entries(deletion("Encounter/e1"), kind="batch", **made), sent) == datetime(2026, 3, 3, 18, tzinfo=UTC)
    assert when(entries(bare, kind="batch", **made), sent) == datetime(2026, 3, 3, 19, tzinfo=UTC)
    stamped = entries(bare, kind="batch", timestamp=made["timestamp"])
    assert when(stamped, sent) == datetime(2026, 3, 3, 19, 30, tzinfo=UTC)
    assert when(entries(bare, kind="batch"), sent) == sent
    for unknown in (when(entries(bare, kind="batch")), when(entries(bare, **made), sent)):
        assert isinstance(unknown, Fault)
        assert unknown.path == "Bundle.entry[0].response.lastModified"


def test_one_bad_deletion_leaves_the_rest_of_its_bundle() -> None:
    items = reading(entries(deletion("Encounter/e1", "soon"), {"resource": administration()}, {"resource": {}})).items
    assert [type(item) for item in items] == [Fault, Telling, Fault]


# --- taking back -----------------------------------------------------------------------------------------------------


def test_a_deletion_takes_back_what_was_said_whichever_is_heard_first() -> None:
    fact = given(administration(), deleted())
    assert fact == replace(given(administration()), status=AdministrationStatus.ENTERED_IN_ERROR)
    error = administration(status="entered-in-error", meta={"versionId": "4", "lastUpdated": LATE})
    assert fact == given(administration(), error)


def test_a_deletion_is_of_all_versions_before_it_and_of_none_after() -> None:
    again = administration(meta={"versionId": "5", "lastUpdated": "2026-03-03T19:00:00Z"})
    assert given(administration(), deleted(), again).status is AdministrationStatus.COMPLETED
    early = administration(meta={"versionId": "2", "lastUpdated": "2026-03-03T15:50:00Z"}, status="in-progress")
    assert given(early, administration(), deleted()).status is AdministrationStatus.ENTERED_IN_ERROR
    gone_again = deleted(when="2026-03-03T20:00:00Z")
    assert given(administration(), deleted(), again, gone_again).status is AdministrationStatus.ENTERED_IN_ERROR
    history = entries(deletion("MedicationAdministration/a1"), {"resource": administration()}, {"resource": early})
    assert given(history).status is AdministrationStatus.ENTERED_IN_ERROR


def test_a_deletion_of_what_nobody_told_waits_and_is_nobodys() -> None:
    assert linked(deleted()) == {}
    assert given(administration(), deleted("MedicationAdministration/a2")) == given(administration())
    assert given(administration(), deleted("Procedure/a1")) == given(administration())


def test_a_deletion_is_of_whom_it_was_last_told_of() -> None:
    moved = administration(
        subject={"reference": "Patient/p2"}, meta={"versionId": "4", "lastUpdated": "2026-03-03T17:00:00Z"}
    )
    facts = linked(administration(), moved, deleted())
    assert [(name, len(each.administrations)) for name, each in facts.items()] == [(PATIENT, 0), ("Patient/p2", 1)]
    assert facts["Patient/p2"].administrations[0].status is AdministrationStatus.ENTERED_IN_ERROR


def test_whatever_bears_on_a_visit_is_taken_back_too() -> None:
    documents = [
        encounter(),
        resource("Procedure", status="completed", code={"text": "x"}),
        resource("ServiceRequest", status="active", intent="order", code={"text": "Admit to inpatient"}),
        resource("Coverage", status="active", payor=[{"display": "Lake Plan"}]),
        resource("Condition", code={"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "N10"}]}),
    ]
    gone = [deletion(f"{document['resourceType']}/{document['id']}") for document in documents]
    late = entries(*({"resource": document} for document in documents))
    for facts in (linked(late, entries(*gone))[PATIENT], linked(entries(*gone), late)[PATIENT]):
        around: tuple[Any, ...] = (
            *facts.encounters, *facts.procedures, *facts.admission_orders, *facts.coverages, *facts.conditions,
        )  # fmt: skip
        assert [one.cancelled for one in around] == [True] * len(documents)
    assert not any(one.cancelled for one in linked(late)[PATIENT].encounters)


def test_a_deleted_order_fills_nothing() -> None:
    dose = administration(**BY_NAME)
    assert ordered(given(dose, order()))[0] == "Practitioner/d1"
    assert given(dose, order(), deleted("MedicationRequest/r1")) == given(dose)


# --- posting ---------------------------------------------------------------------------------------------------------


def _outcome(*documents: Json) -> tuple[Any, ...]:
    with opened_site() as site:
        for document in documents:
            site.hear(reading(document).items)
        return holds(site)


@pytest.mark.parametrize("name", ["MedicationAdministration/a1", "Encounter/e1"])
def test_charges_and_queries_are_the_same_whichever_is_heard_first(name: str) -> None:
    documents = (administration(), encounter(), deleted(name))
    outcomes = [_outcome(*arriving) for arriving in permutations(documents)]
    assert all(each == outcomes[0] for each in outcomes)
    assert outcomes[0] != _outcome(administration(), encounter())


def test_charges_are_withdrawn_and_owed_again() -> None:
    again = administration(meta={"versionId": "5", "lastUpdated": "2026-03-03T19:00:00Z"})
    with opened_site() as site:
        site.hear(reading(administration()).items, reading(encounter()).items)
        assert {status for _, status, _ in site.services_published()} == {"billable"}
        other = reading(SOMEBODY_ELSES).items
        heard = site.hear(other, reading(deleted()).items)
        assert (heard.items.mapped, heard.repeats, heard.patients) == (2, 0, (PATIENT, "Patient/p9"))
        taken = [one for one in site.published() if one.charge.patient == PATIENT]
        assert {one.status for one in taken} == {"entered-in-error"}
        assert {one.changed.split(";")[0] for one in taken if one.changed} == {"Version 2, by the record log:0:3"}
        versions = versions_of(site.ledger, PATIENT, taken[0].charge.visit)
        said = [telling for one in versions if one.status == "entered-in-error" for telling in one.tellings]
        assert {(each.action, *each.identifiers) for each in said} == {
            (Action.DELETE, "fhir|MedicationAdministration/a1")
        }
        assert site.hear(reading(deleted()).items).repeats == 1
        site.hear(reading(again).items)
        assert {status for _, status, _ in site.services_published()} == {"billable"}
        assert site.ledger.reader.execute("SELECT count(*) FROM patient").fetchone() == (2,)


def test_an_encounter_that_was_deleted_is_named_as_the_cause() -> None:
    with opened_site() as site:
        site.hear(reading(administration()).items, reading(encounter()).items)
        site.published()
        other = reading(SOMEBODY_ELSES).items
        site.hear(other, reading(deleted("Encounter/e1")).items)
        changed = [one.changed for one in site.published() if one.charge.patient == PATIENT and one.changed]
        assert changed
        assert all(", by the record log:0:3;" in words for words in changed)
