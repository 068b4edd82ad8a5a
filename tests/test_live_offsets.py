"""Offsets with the money: a live batch moves them from exactly where it begins, or changes nothing at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ledger.errors import LedgerError, StaleBatchError
from ledger.ledger import Ledger
from ledger.offsets import InputOffset, begin, inputs_known_as, newest_times, next_offsets
from ledger.posting import post
from ledger.reading_back import dead_letters
from mappers.record import Record
from mappers.telling import Fault, Reading
from tests.ledger_site import Site, opened_site
from tests.told import fhir, given, readings, visit

INPUT, NAME = "bedside/cluster/topic", "bedside/mar"
PART = InputOffset(INPUT, 0, 5, 8, datetime(2026, 3, 3, tzinfo=UTC))


@pytest.fixture
def site() -> Iterator[Site]:
    with opened_site() as site:
        begin(site.ledger, INPUT, NAME, {0: 5, 1: 0})
        yield site


def batch() -> list[Reading]:
    told = readings([visit("e1", "09:00"), fhir("a1", given("09:00", "09:45"), "10:00")])
    unread = Record("mar", 0, 7, b"?", datetime(2026, 3, 3, 1, 2, tzinfo=UTC))
    return [*told, Reading(unread, (Fault("not a message", "record", "?", "a message"),), unread.timestamp)]


def is_untouched(ledger: Ledger) -> bool:
    (tellings,) = ledger.reader.execute("SELECT count(*) FROM telling").fetchone()
    return not tellings and not list(dead_letters(ledger))


def test_a_batch_moves_its_partitions_on(site: Site) -> None:
    post(site.ledger, batch(), site.context, offsets=[PART, InputOffset(INPUT, 1, 0, 2)])
    assert next_offsets(site.ledger, INPUT) == {0: 8, 1: 2}
    assert newest_times(site.ledger, INPUT) == {0: PART.newest}
    assert site.lines() == [("96365", 1, "billable")]


@pytest.mark.parametrize(("first", "following"), [(4, 8), (6, 8), (8, 9)])
def test_a_batch_that_begins_elsewhere_changes_nothing(site: Site, first: int, following: int) -> None:
    parts = [InputOffset(INPUT, 1, 0, 2), replace(PART, first=first, following=following)]
    with pytest.raises(StaleBatchError) as caught:
        post(site.ledger, batch(), site.context, offsets=parts)
    assert (caught.value.source, caught.value.partition, caught.value.next_offset) == (INPUT, 0, 5)
    assert next_offsets(site.ledger, INPUT) == {0: 5, 1: 0}
    assert is_untouched(site.ledger)


def test_of_two_that_post_the_same_part_one_wins(site: Site) -> None:
    post(site.ledger, batch(), site.context, offsets=[PART])
    before = site.lines()
    with pytest.raises(StaleBatchError) as caught:
        post(site.ledger, batch(), site.context, offsets=[PART])
    assert caught.value.next_offset == PART.following
    assert site.lines() == before


def test_an_input_that_has_not_begun_is_refused(site: Site) -> None:
    with pytest.raises(LedgerError, match="has not begun"):
        post(site.ledger, batch(), site.context, offsets=[replace(PART, input="bedside/cluster/other")])
    assert is_untouched(site.ledger)


def test_without_any_part_nothing_is_fenced(site: Site) -> None:
    post(site.ledger, batch(), site.context, offsets=())
    post(site.ledger, batch(), site.context, offsets=())
    assert next_offsets(site.ledger, INPUT) == {0: 5, 1: 0}


def test_beginning_again_keeps_what_is_known(site: Site) -> None:
    begin(site.ledger, INPUT, NAME, {0: 99, 2: 7})
    assert next_offsets(site.ledger, INPUT) == {0: 5, 1: 0, 2: 7}


def test_a_topic_made_anew_is_another_input_under_the_same_name(site: Site) -> None:
    begin(site.ledger, "bedside/cluster/anew", NAME, {0: 0})
    assert inputs_known_as(site.ledger, NAME) == {INPUT, "bedside/cluster/anew"}
    assert inputs_known_as(site.ledger, "bedside/other") == set()


def test_the_envelopes_time_stays_with_a_dead_letter(site: Site) -> None:
    post(site.ledger, batch(), site.context, offsets=[PART])
    (written,) = site.ledger.reader.execute("SELECT timestamp FROM dead_letter").fetchone()
    assert written == "2026-03-03T01:02:00.000000+00:00"


def test_a_transaction_that_cannot_be_committed_leaves_the_ledger_usable(site: Site) -> None:
    site.ledger.writer.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(sqlite3.IntegrityError):
        _write_what_no_commit_takes(site.ledger)
    post(site.ledger, batch(), site.context, offsets=[PART])
    assert next_offsets(site.ledger, INPUT)[0] == 8


def _write_what_no_commit_takes(ledger: Ledger) -> None:
    with ledger.transaction() as connection:
        connection.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        connection.execute("CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)")
        connection.execute("INSERT INTO child VALUES (1)")
