"""What takes minutes off fluid that runs beside it, and what ran through no vein takes none."""

from __future__ import annotations

from typing import Any

import pytest

from coder.charges import CodedVisit
from coder.facts import AccessDevice, Pump, Purpose, Route
from tests.infused import coded, given

SALINE = given("S", "09:00-10:30", "normal saline", purpose=Purpose.HYDRATION)


def counted(visit: CodedVisit) -> int | None:
    """The minutes of fluid alone, whatever became of its line."""
    for charge in visit.charges:
        if charge.service == ("S",) and charge.minutes:
            return charge.minutes.counted
    return next((left.minutes for left in visit.not_billed if left.administrations == ("S",)), None)


@pytest.mark.parametrize(
    ("drug", "more"),
    [
        ("octreotide", {"route": Route.INTRAMUSCULAR}),
        ("pegfilgrastim", {"route": Route.SUBCUTANEOUS, "pump": Pump.ON_BODY}),
        ("cisplatin", {"route": Route.INTRAPERITONEAL, "access_device": AccessDevice.CATHETER}),
        ("interferon alfa-2b", {"route": Route.INTRALESIONAL, "lesions": 3}),
        ("morphine", {"purpose": Purpose.PUMP_REFILL, "pump": Pump.IMPLANTABLE}),
        ("alteplase", {"purpose": Purpose.DECLOT, "access_device": AccessDevice.PORT}),
    ],
)
def test_what_enters_by_no_vein_takes_nothing(drug: str, more: dict[str, Any]) -> None:
    assert counted(coded(SALINE, given("A1", "09:00-09:10", drug, **more))) == 90


@pytest.mark.parametrize(
    ("drug", "more"),
    [
        ("ceftriaxone", {}),
        ("methotrexate", {"route": Route.INTRA_ARTERIAL}),
        ("octreotide", {"route": Route.SUBCUTANEOUS, "pump": Pump.PORTABLE}),
        ("packed red cells", {}),
    ],
)
def test_what_runs_beside_it_takes_its_minutes(drug: str, more: dict[str, Any]) -> None:
    assert counted(coded(SALINE, given("A1", "09:00-09:20", drug, **more))) == 70


def test_a_transfusion_without_a_stop_may_take_all_that_follows() -> None:
    visit = coded(SALINE, given("A1", "09:30", "packed red cells"))
    assert counted(visit) == 30
    assert [query.because for query in visit.queries] == ["time.stop-missing"]
    over = coded(SALINE, given("A1", "10:30", "packed red cells"))
    assert counted(over) == 90
    assert over.queries == ()


def test_of_two_fluids_at_once_the_later_loses_what_the_earlier_has() -> None:
    other = given("A1", "09:00-10:00", "lactated ringer's", purpose=Purpose.HYDRATION)
    (minutes,) = {charge.minutes for charge in coded(SALINE, other).charges if charge.minutes}
    assert minutes.counted == 90
    assert [(one.administration, one.minutes, one.rule) for one in minutes.subtracted] == [
        ("S", 60, "hydration.once"),
    ]
