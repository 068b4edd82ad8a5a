"""The hour that an autumn night repeats, from the message to the linked fact; the cases are in repeated_hour.yaml."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from coder.facts import Administration
from ledger.linking import link
from mappers.telling import Telling
from tests.hl7_samples import MSH, ORC, PID, RXR, rxa, told
from tests.told import PATIENT, at, given, hl7, stored


def only(*tellings: Telling) -> Administration:
    (fact,) = link(stored(tellings)).patients[PATIENT].administrations
    return fact


@pytest.mark.parametrize(
    ("start", "end", "later_start", "later_end"),
    [
        ("202611010030", "202611010120", None, 80),
        ("202611010130", "202611010230", 90, None),
        ("202611010130-0500", "202611010120-0600", None, None),
        ("202611010150", "202611010120", 110, None),  # only the second 01:20 comes after the first 01:50
        ("202611010130", "202611010130", 90, None),
        ("202603030130", "202603030230", None, None),
    ],
)
def test_a_time_in_the_hour_that_comes_twice_has_two_readings(
    start: str, end: str, later_start: int | None, later_end: int | None
) -> None:
    fact = told(MSH, PID, ORC, rxa((3, start), (4, end)), RXR)
    six = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
    wanted = [six + timedelta(minutes=one) if one else None for one in (later_start, later_end)]
    assert [fact.later_start, fact.later_end] == wanted
    assert fact.end is None or (fact.start and fact.end > fact.start)


def test_the_other_reading_of_a_time_goes_with_the_time() -> None:
    twice = hl7("O1", given("10:00", "11:00", later_start=at("11:00"), later_end=at("12:00")), "11:00")
    sure = hl7("O1", given("10:00", "11:30"), "12:00")
    cleared = hl7("O1", given("10:00", later_start=at("11:00")), "12:00", cleared=frozenset({"end"}))
    assert (only(twice).later_start, only(twice).later_end) == (at("11:00"), at("12:00"))
    assert (only(sure, twice).later_start, only(sure, twice).later_end) == (None, None)
    assert (only(cleared, twice).later_start, only(cleared, twice).later_end) == (at("11:00"), None)
