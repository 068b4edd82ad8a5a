"""A charge keeps its identity while what is known of it changes; a version is due for all but the wording."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest

from coder import coding
from coder.charges import Charge, Coded
from coder.facts import AdministrationStatus, Method, PatientFacts
from coder.policies.overrides import Policies
from coder.policy import Policy
from coder.tables import Tables
from ledger.reading_back import charges_in_force, coded_visits, count_charges
from ledger.versions import WITHDRAWN
from mappers.telling import Action
from tests.ledger_site import Site, opened_site
from tests.told import at, fhir, given, hl7, visit

ERROR = AdministrationStatus.ENTERED_IN_ERROR
VISIT = visit("e1", "08:00")


@pytest.fixture
def site() -> Iterator[Site]:
    with opened_site() as opened:
        yield opened


# --- identity --------------------------------------------------------------------------------------------------------


def test_a_late_earlier_bag_gives_the_old_charge_a_new_version_under_its_identity(site: Site) -> None:
    site.hear(VISIT, fhir("late", given("12:00", "12:40", drugs=["cefepime"]), "12:41"))
    before = site.charges()["96365"]
    site.hear(fhir("early", given("09:00", "09:50"), "12:50"))
    after = site.charges()
    assert after["96367"].identity == before.identity
    assert after["96367"].version == before.version + 1
    assert after["96365"].identity != before.identity


def test_an_earlier_bag_of_the_same_run_is_a_new_anchor(site: Site) -> None:
    site.hear(VISIT, fhir("second", given("12:00", "12:40"), "12:41"))
    (old,) = [one for one in site.published() if one.charge.code == "96365"]
    site.hear(fhir("first", given("11:20", "12:00"), "12:50"))
    sent = [one for one in site.published() if one.charge.code == "96365"]
    assert [(one.status, one.identity == old.identity) for one in sent] == [(WITHDRAWN, True), ("billable", False)]


def test_an_administration_moved_to_another_encounter_keeps_its_charge(site: Site) -> None:
    site.hear(VISIT, visit("e2", "08:00"), fhir("a", given("09:00", "09:50"), "09:51"))
    before = site.charges()["96365"]
    site.hear(fhir("a", given("09:00", "09:50", encounter="fhir|Encounter/e2"), "10:00"))
    after = site.charges()["96365"]
    assert (after.identity, after.version) == (before.identity, before.version + 1)
    assert after.charge.context.reference == "Encounter/e2"
    assert [one.visit for one in coded_visits(site.ledger)] == ["fhir|Encounter/e2"]


def test_two_runs_that_become_one_withdraw_the_second(site: Site) -> None:
    gap = fhir("b", given("11:00", "11:40"), "11:41")
    site.hear(VISIT, fhir("a", given("09:00", "09:40"), "09:41"), gap)
    site.published()
    first = site.charges()["96365"].identity
    site.hear(fhir("b", given("09:45", "11:40"), "12:00"))
    assert site.charges()["96365"].identity == first
    sent = site.services_published()
    assert [status for _, status, _ in sent] == sorted((status for _, status, _ in sent), key=WITHDRAWN.__ne__)
    assert any(status == WITHDRAWN for _, status, _ in sent)
    assert [line for line in site.lines() if line[0] not in {"96365", "96366"}] == []


def test_a_withdrawn_first_administration_hands_the_charge_to_the_next(site: Site) -> None:
    site.hear(VISIT, fhir("a", given("09:00", "09:40"), "09:41"), fhir("b", given("09:40", "10:30"), "10:31"))
    (old,) = [one for one in site.published() if one.charge.code == "96365"]
    site.hear(fhir("a", given("09:00", "09:40", status=ERROR), "11:00"))
    sent = [one for one in site.published() if one.charge.code == "96365"]
    assert [(one.status, one.version) for one in sent] == [(WITHDRAWN, 2), ("billable", 1)]
    assert sent[0].identity == old.identity != sent[1].identity


def test_the_same_order_given_three_times_is_three_charges(site: Site) -> None:
    pushes = [
        hl7("O1", given(start, drugs=["ondansetron"], method=Method.PUSH), start)
        for start in ("08:00", "12:00", "16:00")
    ]
    site.hear(VISIT, *pushes)
    services = [one for one in charges_in_force(site.ledger) if one.charge.code[0] == "9"]
    assert len(services) == len({one.identity for one in services}) == 3


def test_two_drugs_in_one_bag_are_one_service_and_two_drug_lines(site: Site) -> None:
    site.hear(VISIT, fhir("a", given("09:00", "09:50", drugs=["ceftriaxone", "cefepime"]), "09:51"))
    drugs = [one for one in charges_in_force(site.ledger) if one.charge.code[0] != "9"]
    assert site.lines() == [("96365", 1, "billable")]
    assert sorted(one.charge.code for one in drugs) == ["J0692", "J0696"]
    assert len({one.identity for one in drugs}) == 2


@pytest.mark.parametrize("feed", ["fhir", "hl7"])
def test_a_corrected_start_keeps_the_charge(site: Site, feed: str) -> None:
    before, after = given("09:00", "10:00"), given("09:10", "10:00")
    if feed == "fhir":
        told, corrected = fhir("a", before, "10:01"), fhir("a", after, "10:30")
    else:
        told, corrected = hl7("O1", before, "10:01"), hl7("O1", after, "10:30", action=Action.UPDATE)
    site.hear(VISIT, told)
    first = site.charges()["96365"]
    site.hear(corrected)
    second = site.charges()["96365"]
    assert (second.identity, second.version) == (first.identity, 2)
    assert second.charge.start == at("09:10")


def test_a_charge_owed_again_goes_on_with_its_versions(site: Site) -> None:
    told = given("09:00", "09:50")
    site.hear(VISIT, fhir("a", told, "09:51"))
    site.hear(fhir("a", replace(told, status=ERROR), "10:00"))
    assert site.charges() == {}
    assert count_charges(site.ledger, WITHDRAWN) == 2
    site.hear(fhir("a", told, "10:10"))
    assert (site.charges()["96365"].version, site.charges()["96365"].status) == (3, "billable")


# --- versions and revisions ------------------------------------------------------------------------------------------


def test_a_running_infusion_is_planned_and_billable_when_it_stops(site: Site) -> None:
    running = given("09:00", status=AdministrationStatus.IN_PROGRESS)
    site.hear(VISIT, fhir("a", running, "09:01"))
    assert site.charges()["96365"].status == "planned"
    site.hear(fhir("a", given("09:00", "09:50"), "09:51"))
    assert (site.charges()["96365"].status, site.charges()["96365"].version) == ("billable", 2)


def test_a_change_of_wording_is_kept_and_not_published(site: Site) -> None:
    site.hear(VISIT, fhir("a", given("09:00", "09:50"), "09:51"))
    site.published()
    site.context = replace(site.context, code=reworded)
    site.hear(fhir("a", given("09:00", "09:50"), "09:52"))
    charge = site.charges()["96365"]
    assert (charge.version, charge.charge.explanation) == (1, ("Said otherwise.",))
    assert site.published() == []
    kept = site.ledger.reader.execute(
        "SELECT version, revision FROM charge_version WHERE identity = ?", (charge.identity,)
    )
    assert kept.fetchall() == [(1, 0), (1, 1)]


def reworded(facts: PatientFacts, policy: Policy | Policies, tables: Tables, as_of: datetime) -> Coded:
    def other(charge: Charge) -> Charge:
        return replace(charge, explanation=("Said otherwise.",), because=("other.rule",), label="other", minutes=None)

    coded = coding.code(facts, policy, tables, as_of)
    return replace(
        coded, visits=tuple(replace(visit, charges=tuple(map(other, visit.charges))) for visit in coded.visits)
    )


def test_posting_the_same_facts_again_changes_nothing(site: Site) -> None:
    site.hear(VISIT, fhir("a", given("09:00", "09:50"), "09:51"))
    site.published()
    site.hear(fhir("a", given("09:00", "09:50"), "11:00"))
    assert site.published() == []


def test_every_change_names_the_record_that_caused_it(site: Site) -> None:
    site.hear(VISIT, fhir("a", given("09:00", "09:50"), "09:51"), fhir("b", given("11:00", "11:20"), "11:21"))
    site.hear(fhir("a", given("09:00", "11:01"), "11:30"))
    found = site.ledger.reader.execute(
        "SELECT v.version, v.caused_by FROM charge_version v JOIN charge c USING (identity) WHERE c.code = '96365'"
    )
    assert sorted(found) == [(1, "log:0:1"), (2, "log:0:3")]


def test_an_add_on_names_the_identity_of_its_initial_service(site: Site) -> None:
    site.hear(VISIT, fhir("a", given("09:00", "11:00"), "11:01"))
    charges = site.charges()
    assert charges["96366"].part_of_identity == charges["96365"].identity
    assert charges["96365"].part_of_identity is None


def test_charges_before_the_first_service_date_are_kept_and_never_published(site: Site) -> None:
    site.context = replace(site.context, first_service_date=date(2026, 3, 4))
    site.hear(VISIT, fhir("a", given("09:00", "09:50"), "09:51"))
    tomorrow = replace(given("09:00", "09:50"), start=at("33:00"), end=at("33:50"), encounter="fhir|Encounter/e2")
    site.hear(visit("e2", "08:00"), fhir("b", tomorrow, "33:51"))
    assert {one.charge.key.service_date for one in site.published()} == {date(2026, 3, 4)}
    assert len({one.charge.key.service_date for one in charges_in_force(site.ledger)}) == 2
