"""Posting: a batch whole or not at all, and charges that keep their identity while what is known of them changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from coder import coding
from coder.charges import Charge, ChargeStatus, Coded
from coder.facts import AdministrationStatus, Method, PatientFacts, Route
from coder.policies.overrides import Policies
from coder.policy import Policy
from coder.tables import Tables
from ledger import rows
from ledger.deadlines import fire_deadlines
from ledger.errors import LedgerError, StaleBatchError
from ledger.ledger import Ledger
from ledger.offsets import InputOffset, begin, next_offsets
from ledger.posting import post
from ledger.reading_back import (
    charges_in_force,
    coded_visits,
    count_held,
    count_visits,
    dead_letters,
    not_billed,
    open_queries,
    undelivered,
)
from ledger.versions import WITHDRAWN
from mappers.telling import Action, Fault, Ignored, Telling
from tests.ledger_site import TARGET, Site, opened_site
from tests.told import PATIENT, at, fhir, given, hl7, readings, visit

ERROR = AdministrationStatus.ENTERED_IN_ERROR
VISIT = visit("e1", "08:00")
FAULT = Fault("not JSON", "record", "{", "JSON")


@pytest.fixture
def site() -> Iterator[Site]:
    with opened_site() as opened:
        yield opened


# --- repeats, counts and dead letters --------------------------------------------------------------------------------


def test_a_repeat_changes_nothing_and_is_counted(site: Site) -> None:
    told = fhir("a", given("09:00", "09:50"), "09:51", version=1)
    site.hear(VISIT, told)
    before = list(charges_in_force(site.ledger))
    same_bytes = site.hear(told, VISIT)
    same_version = site.hear(replace(told, digest="other bytes"))
    assert (same_bytes.repeats, same_bytes.items.mapped, same_version.repeats) == (2, 2, 1)
    assert list(charges_in_force(site.ledger)) == before


def test_every_record_and_every_item_is_counted_once(site: Site) -> None:
    told = fhir("a", given("09:00", "09:50"), "09:51")
    oral = fhir("b", given("09:00", route=Route.OTHER), "09:52", ignored="oral route")
    posted = site.hear(
        VISIT, (FAULT, told, Ignored("fhir Patient")), Ignored("hl7v2 ADT^A08"), (FAULT, FAULT), oral, ()
    )
    assert (posted.records.mapped, posted.records.dead_letters) == (2, 1)
    assert posted.records.ignored == {"hl7v2 ADT^A08": 1, "oral route": 1, "nothing in it": 1}
    assert (posted.items.mapped, posted.items.dead_letters) == (2, 3)
    assert posted.items.ignored == {"fhir Patient": 1, "hl7v2 ADT^A08": 1, "oral route": 1}
    assert posted.patients == (PATIENT,)


def test_what_withdraws_a_charge_by_being_ignored_is_mapped(site: Site) -> None:
    site.hear(VISIT, fhir("a", given("09:00", "09:50"), "09:51"))
    posted = site.hear(fhir("a", given("09:00", "09:50", route=Route.OTHER), "10:00", ignored="oral route"))
    assert (posted.items.mapped, posted.items.ignored) == (1, {})
    assert site.charges() == {}


def test_what_cannot_be_read_is_kept_with_its_place_and_bytes(site: Site) -> None:
    site.hear(VISIT, (FAULT,))
    (letter,) = dead_letters(site.ledger)
    assert (letter.source, letter.position, letter.raw) == ("log", "0:1", b"raw")
    assert (letter.reason, letter.path, letter.said, letter.wanted) == ("not JSON", "record", "{", "JSON")


# --- fence and failure -----------------------------------------------------------------------------------------------


def test_a_live_batch_that_was_posted_already_is_refused_whole(site: Site) -> None:
    begin(site.ledger, "cluster/topic", "mar", {0: 0})
    batch = readings([VISIT, fhir("a", given("09:00", "09:50"), "09:51")])
    post(site.ledger, batch, site.context, offsets=[InputOffset("cluster/topic", 0, 0, 2)])
    stale = readings([fhir("b", given("11:00", "11:50"), "11:51")], first=1)
    with pytest.raises(StaleBatchError, match="the next offset is 2") as refused:
        post(site.ledger, stale, site.context, offsets=[InputOffset("cluster/topic", 0, 1, 2)])
    assert (refused.value.source, refused.value.partition, refused.value.next_offset) == ("cluster/topic", 0, 2)
    assert [line[0] for line in site.lines()] == ["96365"]


def test_a_batch_beyond_where_the_ledger_stands_is_refused(site: Site) -> None:
    begin(site.ledger, "cluster/topic", "mar", {0: 0})
    with pytest.raises(StaleBatchError):
        post(site.ledger, readings([VISIT], 5), site.context, offsets=[InputOffset("cluster/topic", 0, 5, 6)])
    assert next_offsets(site.ledger, "cluster/topic") == {0: 0}


@pytest.mark.parametrize("step", ["hear_patients", "add_tellings", "write_charges", "want", "set_outlook"])
def test_a_failure_leaves_nothing_half_written(site: Site, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk full")

    site.hear(VISIT)
    before = contents(site.ledger)
    with monkeypatch.context() as patched:
        patched.setattr(rows, step, fail)
        with pytest.raises(sqlite3.OperationalError):
            site.hear(FAULT, fhir("a", given("09:00", "09:50"), "09:51"))
    assert contents(site.ledger) == before
    site.next = 1
    site.hear(FAULT, fhir("a", given("09:00", "09:50"), "09:51"))
    assert site.lines() == [("96365", 1, "billable")]


def contents(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    tables = [name for (name,) in ledger.reader.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        name: ledger.reader.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
        for name in tables
        if name[0] != "a"
    }


def test_a_patient_whose_coding_fails_is_held_and_the_others_go_on(site: Site) -> None:
    site.hear(VISIT, fhir("a", given("09:00", "09:50"), "09:51"))
    before = list(charges_in_force(site.ledger))

    def failing(facts: PatientFacts, policy: Policy | Policies, tables: Tables, as_of: datetime) -> Coded:
        if facts.patient == PATIENT:
            raise ValueError("ANONYMOUS CANARY")
        return coding.code(facts, policy, tables, as_of)

    site.context = replace(site.context, code=failing)
    other = fhir("z", given("09:00", "09:50", encounter="fhir|Encounter/e9"), "10:01", patient="p2")
    posted = site.hear(fhir("a", given("09:00", status=ERROR), "10:00"), visit("e9", "08:00", patient="p2"), other)
    assert posted.held == (PATIENT,)
    assert [one for one in charges_in_force(site.ledger) if one.charge.patient == PATIENT] == before
    assert [one.charge.patient for one in charges_in_force(site.ledger)].count("p2") == 2
    assert count_held(site.ledger) == 1
    assert site.ledger.reader.execute("SELECT held FROM patient WHERE held IS NOT NULL").fetchall() == [("ValueError",)]
    site.context = replace(site.context, code=coding.code)
    site.hear(fhir("a", given("09:00", status=ERROR), "10:02"))
    assert (count_held(site.ledger), {one.charge.patient for one in charges_in_force(site.ledger)}) == (0, {"p2"})


def test_another_site_may_not_post_here(site: Site) -> None:
    for other in (replace(site.context, identity_key=b"other"), replace(site.context, facility="Other")):
        with pytest.raises(LedgerError, match="another site"):
            post(site.ledger, readings([VISIT]), other)
        with pytest.raises(LedgerError, match="another site"):
            fire_deadlines(site.ledger, at("12:00"), other)


# --- patients, time, delivery ----------------------------------------------------------------------------------------


def test_an_administration_refiled_under_another_patient_takes_its_charge_along(site: Site) -> None:
    site.hear(VISIT, visit("e9", "08:00", patient="p2"), fhir("a", given("09:00", "09:50"), "09:51"))
    before = site.charges()["96365"]
    refiled = given("09:00", "09:50", encounter="fhir|Encounter/e9")
    posted = site.hear(fhir("a", refiled, "10:00", patient="p2"))
    after = site.charges()["96365"]
    assert set(posted.patients) == {PATIENT, "p2"}
    assert (after.identity, after.version, after.charge.patient) == (before.identity, 2, "p2")


def test_one_order_and_start_under_two_patients_bills_neither_until_one_is_withdrawn(site: Site) -> None:
    mine = hl7("O1", given("09:00", "09:50"), "09:51")
    theirs = hl7("O1", given("09:00", "09:50", encounter="fhir|Encounter/e9"), "09:55", patient="p2")
    site.hear(VISIT, visit("e9", "08:00", patient="p2"), mine, theirs)
    assert site.charges() == {}
    assert {query.patient for _, query in open_queries(site.ledger)} == {PATIENT, "p2"}
    site.hear(hl7("O1", given("09:00", "09:50", status=ERROR), "10:00", action=Action.DELETE))
    assert [one.charge.patient for one in site.charges().values()] == ["p2"]
    assert list(open_queries(site.ledger)) == []


def test_a_missing_stop_becomes_a_query_when_its_deadline_passes_and_keeps_its_first_time(site: Site) -> None:
    site.hear(VISIT, fhir("a", given("09:00", status=AdministrationStatus.IN_PROGRESS), "09:01"))
    assert list(open_queries(site.ledger)) == []
    assert fire_deadlines(site.ledger, at("20:00"), site.context) == 0
    assert fire_deadlines(site.ledger, at("40:00"), site.context) >= 1
    ((identity, query),) = open_queries(site.ledger)
    assert (len(identity), query.patient) == (40, PATIENT)
    assert fire_deadlines(site.ledger, at("40:00"), site.context) == 0
    site.hear(fhir("b", given("09:00", "09:20", drugs=["cefepime"]), "41:00"))
    assert [(again, one.since) for again, one in open_queries(site.ledger)] == [(identity, query.since)]
    site.hear(fhir("a", given("09:00", "09:50"), "42:00"))
    assert list(open_queries(site.ledger)) == []


@pytest.mark.parametrize(("stated", "first_end"), [(None, "09:50"), ("23:00", "09:50"), ("09:40", "09:55")])
def test_no_telling_is_asserted_later_than_its_envelope(site: Site, stated: str | None, first_end: str) -> None:
    first = fhir("a", given("09:00", "09:50"), stated)
    second = fhir("a", given("09:00", "09:55"), "10:30")
    enveloped = [
        replace(one, record=replace(one.record, timestamp=at(sent)), time=at(sent))
        for one, sent in zip(readings([first, second]), ("11:00", "12:00"), strict=True)
    ]
    post(site.ledger, [*readings([VISIT], source="other"), *enveloped], site.context)
    assert site.charges()["96365"].charge.end == at(first_end)


def test_versions_are_published_once_withdrawals_first(site: Site) -> None:
    site.hear(VISIT, fhir("a", given("09:00", "09:50"), "09:51"))
    assert list(undelivered(site.ledger, TARGET)) == list(undelivered(site.ledger, TARGET)) != []
    assert site.services_published() == [("96365", "billable", 1)]
    assert site.published() == []
    site.hear(fhir("a", given("09:00", "09:50", status=ERROR), "10:00"), fhir("b", given("11:00", "11:50"), "11:51"))
    assert site.services_published() == [("96365", WITHDRAWN, 2), ("96365", "billable", 1)]
    assert list(undelivered(site.ledger, "no such target")) == []


def test_only_the_newest_version_of_a_charge_is_wanted(site: Site) -> None:
    site.hear(VISIT, fhir("a", given("09:00", "09:50"), "09:51"))
    site.hear(fhir("a", given("09:00", "09:55"), "10:00"))
    assert [(code, version) for code, _, version in site.services_published()] == [("96365", 2)]


def test_what_was_not_billed_is_read_back_visit_by_visit(site: Site) -> None:
    site.hear(VISIT, fhir("a", given("09:00", status=AdministrationStatus.NOT_DONE), "09:01"))
    assert [one.because for one in not_billed(site.ledger)] == ["given.not-done"]
    assert count_visits(site.ledger) == len(list(coded_visits(site.ledger))) == 1
    site.hear(fhir("a", given("09:00", "09:50"), "10:00"))
    assert list(not_billed(site.ledger)) == []


# --- storm and calm --------------------------------------------------------------------------------------------------

LOG: tuple[Telling, ...] = (
    VISIT,
    visit("e2", "08:00"),
    fhir("a", given("09:00", status=AdministrationStatus.IN_PROGRESS), "09:01", version=1),
    fhir("a", given("09:00", "10:10"), "10:11", version=2),
    fhir("b", given("10:12", "11:50"), "11:51"),
    fhir("b", given("10:12", "11:40"), "12:30"),
    fhir("c", given("10:00", "10:40", drugs=["cefepime"]), "10:41"),
    fhir("c", given("10:00", "10:40", drugs=["cefepime"], status=ERROR), "12:00"),
    hl7("O1", given("13:00", drugs=["ondansetron"], method=Method.PUSH), "13:01"),
    hl7("O1", given("13:05", drugs=["ondansetron"], method=Method.PUSH), "13:20", action=Action.UPDATE),
    hl7("O2", given("14:00", "15:31", drugs=["cefepime"], encounter="fhir|Encounter/e2"), "15:32"),
    hl7("O3", given("16:00", "16:40", encounter=None), "16:41", patient="p2"),
)


def bill(ledger: Ledger) -> list[tuple[str, str, Charge]]:
    """The charges in force, without their versions."""
    return [(one.identity, one.status, one.charge) for one in charges_in_force(ledger)]


def split(items: Sequence[Telling], chance: Random) -> Iterator[Sequence[Telling]]:
    """The items in batches of one to five."""
    start = 0
    while start < len(items):
        size = chance.randint(1, 5)
        yield items[start : start + size]
        start += size


@pytest.mark.parametrize("seed", range(60))
def test_shuffled_repeated_and_split_the_log_ends_with_the_same_charges(seed: int) -> None:
    chance = Random(seed)
    storm = [*LOG, *chance.sample(LOG, 4)]
    chance.shuffle(storm)
    with opened_site() as calm, opened_site() as stormy:
        calm.hear(*LOG)
        for batch in split(storm, chance):
            stormy.hear(*batch)
            fire_deadlines(stormy.ledger, at("09:30") + timedelta(hours=stormy.next), stormy.context)
        for told in (calm, stormy):
            fire_deadlines(told.ledger, at("48:00"), told.context)
        assert bill(stormy.ledger) == bill(calm.ledger)
        assert {status for _, status, _ in bill(calm.ledger)} == {ChargeStatus.BILLABLE}
