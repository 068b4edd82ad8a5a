"""What the documentation asks for and an RXA has fields for: the lot, its expiry, who supervised."""

from __future__ import annotations

import pytest

from coder.facts import Administration, Reference
from mappers.telling import Telling
from tests.hl7_samples import MSH, ORC, PID, RXR, fault, rxa, tellings, told


def given(*changes: tuple[int, str]) -> Administration:
    return told(MSH, PID, ORC, rxa(*changes), RXR)


@pytest.mark.parametrize(
    ("said", "expiry"),
    [
        ("20270131", "2027-01-31"),
        ("202701312359", "2027-01-31"),
        ("202701", "2027-01"),
        ("2027", "2027"),
        ("01/31/2027", "01/31/2027"),
        ("20270131-0600", "2027-01-31"),
        ("", None),
        ('""', None),
    ],
)
def test_an_expiry_is_a_date_as_exact_as_it_was_written(said: str, expiry: str | None) -> None:
    assert given((16, said)).expiry == expiry


def test_a_lot_is_the_first_that_is_named() -> None:
    assert given((15, "A1234~B1")).lot == "A1234"
    assert given().lot is None


def test_two_quotes_clear_both() -> None:
    (telling,) = (one for one in tellings(MSH, PID, ORC, rxa((15, '""'), (16, '""')), RXR) if _is_dose(one))
    assert telling.cleared == {"lot", "expiry"}


def _is_dose(telling: Telling) -> bool:
    return isinstance(telling.fact, Administration)


@pytest.mark.parametrize("part", ["SUPERVISOR", "supervisor^Supervisor", "SUP^Supervisor"])
def test_who_supervised_is_a_participant(part: str) -> None:
    fact = told(MSH, PID, ORC, rxa(), f"PRT|1|AD||{part}|D7^Cuddy^Lisa", RXR)
    assert fact.supervised_by == Reference(None, None, "D7", "Lisa Cuddy")
    assert fact.given_by == Reference(None, None, "N1", "Mildred Ratched")


# --- the hour an autumn night repeats, from 01:00 to 02:00 on 1 November 2026 ------------------------------------


def test_an_end_that_is_before_its_start_in_both_readings_is_refused() -> None:
    assert fault(MSH, PID, ORC, rxa((3, "202611010250"), (4, "202611010110")), RXR).reason == "ends before it starts"
