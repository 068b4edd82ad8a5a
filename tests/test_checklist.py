"""Which item of the checklist is asked of what, and when it is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from coder.facts import Administration, Pump, Purpose, Quantity, Route
from coder.policy import Wanted
from tests.infused import POLICY, coded, given, push

INFUSION = given("A1", "09:00-10:00")
HYDRATION = given("A1", "09:00-10:00", "normal saline", purpose=Purpose.HYDRATION)
UNDER_THE_SKIN = given("A1", "09:00-10:00", "octreotide", route=Route.SUBCUTANEOUS, pump=Pump.PORTABLE)
ARTERIAL = given("A1", "09:00-10:00", "methotrexate", route=Route.INTRA_ARTERIAL)
PROLONGED = given("A1", "08:00-17:00", "fluorouracil", pump=Pump.PORTABLE)
PUSH = push("A1", "09:00", "morphine")
INJECTION = given("A1", "09:00", "octreotide", route=Route.SUBCUTANEOUS)


def asked(one: Administration, key: str, rule: str) -> bool:
    """Whether the item is asked of it."""
    wanted: dict[str, Any] = {key: Wanted.ASKED}
    visit = coded(one, policy=replace(POLICY, **wanted))
    return rule in {query.because for query in visit.queries}


@pytest.mark.parametrize(
    ("one", "timed", "into_a_vein"),
    [
        (INFUSION, True, True),
        (HYDRATION, True, True),
        (UNDER_THE_SKIN, True, False),
        (ARTERIAL, True, False),
        (PROLONGED, True, False),
        (PUSH, False, True),
        (INJECTION, False, False),
    ],
)
def test_duration_is_asked_of_infusions_and_a_site_of_what_enters_a_vein(
    one: Administration, timed: bool, into_a_vein: bool
) -> None:
    assert asked(one, "order_duration", "order.duration-missing") is timed
    assert asked(one, "monitoring", "documented.monitoring") is timed
    assert asked(one, "access_site", "documented.access-site") is into_a_vein
    assert asked(one, "education", "documented.education")


@pytest.mark.parametrize(
    ("key", "rule", "whole"),
    [
        (
            "volume_and_rate",
            "documented.volume-and-rate",
            {"volume_infused": Quantity(Decimal(100), "mL"), "rate": Quantity(Decimal(100), "mL/h")},
        ),
        ("lot_and_expiry", "documented.lot-and-expiry", {"lot": "L1", "expiry": date(2027, 1, 1)}),
    ],
)
def test_two_things_are_there_together_or_not_at_all(key: str, rule: str, whole: dict[str, Any]) -> None:
    assert not asked(replace(INFUSION, **whole), key, rule)
    for name, said in whole.items():
        assert asked(replace(INFUSION, **{name: said}), key, rule)


def test_one_unsigned_bag_is_enough_to_point_out() -> None:
    bags = [given("A1", "09:00-09:30", order="O1", signed=True), given("A2", "09:30-10:00", order="O1", signed=False)]
    assert [one.because for one in coded(*bags).advisories] == ["order.unsigned"]
    other = given("A3", "11:00-11:30", "vancomycin")
    assert [one.codes for one in coded(*bags, other).advisories] == [("96365",)]
    signed = [replace(bag, signed=True) for bag in bags]
    assert coded(*signed).advisories == ()


def test_what_is_held_is_asked_nothing_of_the_checklist() -> None:
    long = given("A1", "09:00-10:00", "normal saline", route=Route.SUBCUTANEOUS)
    asking = coded(long, policy=replace(POLICY, education=Wanted.REQUIRED))
    assert {query.because for query in asking.queries} == set()
    assert {left.because for left in asking.not_billed} == {"mode.route-not-coded"}


@pytest.mark.parametrize(("lot", "expiry"), [("", "2027-01-31"), ("A1234", ""), ("", "")])
def test_what_is_charted_blank_is_not_there(lot: str, expiry: str) -> None:
    one = given("A1", "09:00-10:00", lot=lot, expiry=expiry)
    assert asked(one, "lot_and_expiry", "documented.lot-and-expiry")


def test_a_line_that_was_cleared_is_asked_nothing_of_the_checklist() -> None:
    cleared = given("A1", "09:00", "alteplase", purpose=Purpose.DECLOT, order=None, signed=False)
    assert not asked(cleared, "order", "order.missing")
    assert coded(cleared).advisories == ()
