"""HL7 v2 times: as exact as they were written, at the sender's wall clock unless they carry an offset."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache, partial
from typing import NoReturn
from zoneinfo import ZoneInfo

from mappers.charted import UNSTATED, Charted, NoSuchTimeError, charted_at, charted_on
from mappers.hl7.message import Segment
from mappers.refused import refused

_TIME = re.compile(
    r"(?P<year>\d{4})((?P<month>\d\d)((?P<day>\d\d)((?P<hour>\d\d)((?P<minute>\d\d)"
    r"((?P<second>\d\d)(\.(?P<fraction>\d{1,6}))?)?)?)?)?)?"
    r"((?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>[0-5]\d))?"
)
_PLAIN_LENGTHS = (12, 14)  # to the minute or the second, without an offset: what most senders write
_CHARACTERS_MOST = 26
_WANTED = "YYYYMMDDHHMM, seconds and an offset if known"


class Clock:
    """The times of messages at one zone's wall clock; the minutes of one day come again with every patient."""

    __slots__ = ("_kept", "zone")

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._kept = lru_cache(maxsize=8192)(partial(_read, zone))

    def charted(self, segment: Segment, number: int) -> Charted:
        """The time in a field; less than a minute's exactness gives the day alone."""
        text = segment.fields()[number]
        if not text.isalnum():
            text = segment.text(number)
            if not text:
                return UNSTATED
        try:
            return self._kept(text) if len(text) <= _CHARACTERS_MOST else _refuse()
        except NoSuchTimeError as error:
            raise refused("not a time", segment.path(number), text, str(error)) from error
        except (ValueError, OverflowError) as error:
            raise refused("not a time", segment.path(number), text, _WANTED) from error


clock_of = lru_cache(maxsize=64)(Clock)


def _refuse() -> NoReturn:
    raise ValueError(_WANTED)


def _read(zone: ZoneInfo, text: str) -> Charted:
    if len(text) in _PLAIN_LENGTHS and text.isdecimal() and text.isascii():
        return charted_on(text[:8], text[8:], zone)
    return _charted(text, zone)


def _charted(text: str, zone: ZoneInfo) -> Charted:
    match = _TIME.fullmatch(text) or _refuse()
    parts = match.groupdict()
    year, month, day = (int(parts[name] or 1) for name in ("year", "month", "day"))
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    microsecond = int((parts["fraction"] or "").ljust(6, "0"))
    stated = datetime(year, month, day, hour, minute, second, microsecond, tzinfo=_offset(parts))
    if parts["minute"] is not None:
        return charted_at(stated, zone)
    return Charted(stated_day=stated.date()) if parts["day"] is not None else UNSTATED


def _offset(parts: dict[str, str | None]) -> timezone | None:
    if parts["sign"] is None:
        return None
    span = timedelta(hours=int(parts["hours"] or 0), minutes=int(parts["minutes"] or 0))
    return timezone(-span if parts["sign"] == "-" else span)
