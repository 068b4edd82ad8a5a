"""Minute arithmetic, at every published check point and against a minute-by-minute count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.minutes import (
    cut_out,
    duration,
    hour_thresholds,
    hour_units,
    moments_of_minutes,
    overlap,
    union,
    whole_minutes,
    without,
)

DAWN = datetime(2026, 3, 3, 6, tzinfo=UTC)
POINTS = [(75, 0), (90, 0), (91, 1), (105, 1), (150, 1), (151, 2), (155, 2), (245, 3), (312, 4), (540, 8)]
STRETCHES = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 60)).map(
        lambda pair: (DAWN + timedelta(minutes=pair[0]), DAWN + timedelta(minutes=pair[0] + pair[1]))
    ),
    max_size=6,
)


def _minutes(stretches: list[tuple[datetime, datetime]]) -> set[int]:
    return {minute for start, end in stretches for minute in range((start - DAWN) // MINUTE, (end - DAWN) // MINUTE)}


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("minutes", "hours"), POINTS)
def test_further_hours(minutes: int, hours: int) -> None:
    assert hour_units(minutes, 60, 31) == hours


@pytest.mark.parametrize(("minutes", "hours"), [(30, 0), (31, 1), (90, 1), (91, 2), (120, 2), (175, 3), (180, 3)])
def test_hours_under_another_initial(minutes: int, hours: int) -> None:
    assert hour_units(minutes, 0, 31) == hours


@given(st.integers(0, 2000))
def test_each_threshold_is_the_minute_that_earns_the_unit(minutes: int) -> None:
    for first in (0, 60):
        units = hour_units(minutes, first, 31)
        for place, threshold in enumerate(hour_thresholds(units, first, 31), start=1):
            assert hour_units(threshold, first, 31) == place
            assert hour_units(threshold - 1, first, 31) == place - 1


@given(STRETCHES, STRETCHES)
def test_stretches_agree_with_counting_minutes(
    left: list[tuple[datetime, datetime]], right: list[tuple[datetime, datetime]]
) -> None:
    assert whole_minutes(duration(union(left))) == len(_minutes(left))
    assert whole_minutes(duration(overlap(left, right))) == len(_minutes(left) & _minutes(right))
    assert whole_minutes(duration(without(left, right))) == len(_minutes(left) - _minutes(right))


@given(STRETCHES.filter(lambda stretches: duration(union(stretches)) > timedelta()), st.data())
def test_a_counted_minute_began_when_the_minutes_before_it_had_run(
    stretches: list[tuple[datetime, datetime]], data: st.DataObject
) -> None:
    net = union(stretches)
    minute = data.draw(st.integers(1, whole_minutes(duration(net))))
    (began,) = moments_of_minutes(net, [minute])
    assert whole_minutes(duration(overlap(net, [(DAWN, began)]))) == minute - 1
    assert (began - DAWN) // MINUTE in _minutes(stretches)


def test_cutting_out_is_subtracting_in_place() -> None:
    start = datetime(2026, 3, 3, 9, tzinfo=UTC)
    hours = [start + timedelta(hours=hour) for hour in range(8)]
    left = [(hours[0], hours[2]), (hours[3], hours[4]), (hours[5], hours[7])]
    assert cut_out(left, hours[1], hours[6]) == ((hours[1], hours[2]), (hours[3], hours[4]), (hours[5], hours[6]))
    assert left == [(hours[0], hours[1]), (hours[6], hours[7])]
    assert cut_out(left, hours[1], hours[6]) == ()
    assert cut_out(left, hours[0], hours[1]) == ((hours[0], hours[1]),)
    assert left == [(hours[6], hours[7])]
