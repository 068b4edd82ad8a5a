"""Charted times: an instant where one was stated to the minute, the day either way."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from coder.values import value


class NoSuchTimeError(ValueError):
    """A time that cannot have been: skipped when clocks went forward, or in a year nobody charts in."""


@value(frozen=True, slots=True)
class Charted:
    """A time as charted: `instant` is in UTC, `day` is the site's calendar day; None where not stated.

    `later` is the other instant of a time without an offset in the hour that an autumn night repeats. The day of
    an instant with an offset is reckoned in the `zone` when it is asked for.
    """

    instant: datetime | None = None
    stated_day: date | None = None
    later: datetime | None = None
    zone: ZoneInfo | None = None

    @property
    def day(self) -> date | None:
        """The site's calendar day."""
        if self.instant is None or self.zone is None:
            return self.stated_day
        return self.instant.astimezone(self.zone).date()


UNSTATED = Charted()
FIRST_YEAR, LAST_YEAR = 1900, 2199


def charted_at(stated: datetime, zone: ZoneInfo) -> Charted:
    """The instant of `stated`; without an offset it is the site's wall clock, the earlier of two readings.

    A year nobody charts in is refused: it is a slip, and calendars end.
    """
    if not FIRST_YEAR <= stated.year <= LAST_YEAR:
        raise NoSuchTimeError(f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    if stated.tzinfo is None:
        offset = _offset_of_day(stated.year, stated.month, stated.day, zone)
        if offset is not None:
            return Charted(stated.replace(tzinfo=UTC) - offset, stated.date())
        instant = _of_wall_clock(stated, zone)
        return Charted(instant, stated.date(), second_reading(instant, zone))
    return Charted(stated.astimezone(UTC), zone=zone)


def charted_on(day: str, clock: str, zone: ZoneInfo) -> Charted:
    """The same of a day and a wall clock's time in ISO's basic form; raises ValueError where they are none."""
    known = _known_day(day, zone)
    if known is None:
        return charted_at(datetime.fromisoformat(f"{day}T{clock}"), zone)
    return Charted(datetime.fromisoformat(f"{day}T{clock}Z") - known[1], known[0])


@lru_cache(maxsize=1024)
def _known_day(said: str, zone: ZoneInfo) -> tuple[date, timedelta] | None:
    """A day and its offset from UTC, where that is one; raises ValueError where the text is no day."""
    day = date.fromisoformat(said)
    offset = _offset_of_day(day.year, day.month, day.day, zone) if FIRST_YEAR <= day.year <= LAST_YEAR else None
    return None if offset is None else (day, offset)


def first_moment(charted: Charted, zone: ZoneInfo) -> datetime | None:
    """The instant, or where only a day was stated the beginning of it."""
    if charted.instant or charted.day is None:
        return charted.instant
    return datetime.combine(charted.day, time.min, zone).astimezone(UTC)


def last_moment(charted: Charted, zone: ZoneInfo) -> datetime | None:
    """The instant, or where only a day was stated the end of it."""
    if charted.instant or charted.day is None:
        return charted.instant
    return datetime.combine(charted.day, time.max, zone).astimezone(UTC)


def second_reading(moment: datetime | None, zone: tzinfo) -> datetime | None:
    """The other instant at which the zone's clock showed the same time; None where it showed it once."""
    if moment is None:
        return None
    shown = moment.astimezone(zone)
    first, second = shown.replace(fold=0).astimezone(UTC), shown.replace(fold=1).astimezone(UTC)
    return second if first < second else None


def _of_wall_clock(stated: datetime, zone: ZoneInfo) -> datetime:
    instant = stated.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != stated:
        raise NoSuchTimeError(f"{zone.key} has no such time: its clocks went forward over it")
    return instant


@lru_cache(maxsize=4096)
def _offset_of_day(year: int, month: int, day: int, zone: ZoneInfo) -> timedelta | None:
    """The offset from UTC on a day on which the clocks are not changed, None where they are."""
    midnight = datetime(year, month, day, tzinfo=zone)
    offsets = {(midnight + timedelta(hours=hour)).utcoffset() for hour in range(25)}
    return offsets.pop() if len(offsets) == 1 else None
