"""Minutes as whole numbers, and the date a minute lies on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def minute_of(moment: datetime) -> int:
    """The minute a moment lies in."""
    return (moment.astimezone(UTC) - EPOCH) // MINUTE


@lru_cache(maxsize=100_000)
def date_of(minute: int, zone: tzinfo) -> date:
    """The date of a minute on the site's clock."""
    return (EPOCH + minute * MINUTE).astimezone(zone).date()


def after_first_hour(minutes: list[int]) -> list[int]:
    """The minutes that each decide one further hour after the first: the 91st, the 151st, and so on."""
    return [minute for place, minute in enumerate(minutes, start=1) if place > 60 and place % 60 == 31]


def every_hour(minutes: list[int]) -> list[int]:
    """The minutes that each decide an hour where the first counts too: the 31st, the 91st, and so on."""
    return [minute for place, minute in enumerate(minutes, start=1) if place % 60 == 31]
