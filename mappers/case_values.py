"""Values of a case file: moments, stretches of time, yes or no, amounts, and words out of a list."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any, TypeVar

from coder.facts import Quantity
from mappers.amounts import number
from mappers.charted import second_reading

Word = TypeVar("Word", bound=StrEnum)
PERIOD_KEYS = {"at", "day", "days", "from", "to"}


class CaseError(ValueError):
    """A case file that cannot be read; the text names file, case, what was said and what was wanted."""


@dataclass(frozen=True, slots=True)
class CaseDay:
    """The day a case lies on and the clock it is told in."""

    day: date
    zone: tzinfo

    def moment(self, said: str) -> datetime:
        """`09:00` on the case's day, `2026-03-04T09:00`, or one with an offset where an hour comes twice."""
        if "T" not in said:
            return datetime.combine(self.day, time.fromisoformat(said), self.zone)
        stated = datetime.fromisoformat(said)
        return stated.astimezone(self.zone) if stated.tzinfo else stated.replace(tzinfo=self.zone)

    def period(self, entry: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
        """When something began and ended: `at` with `day` and `days`, or `from` and `to`."""
        if "at" not in entry:
            start, end = (self.moment(entry[key]) if entry.get(key) else None for key in ("from", "to"))
            return start, end
        if "from" in entry or "to" in entry:
            raise CaseError("said at beside from or to, wanted one of them")
        return self._at(entry["at"], int(entry.get("day", 1)) - 1, int(entry.get("days", 0)))

    def later_readings(self, entry: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
        """The other reading of the start and of the end, where they were told without an offset in a repeated hour."""
        start, end = self.period(entry)
        stated = "at" in entry
        return (
            second_reading(start, self.zone) if stated or not _has_offset(entry.get("from")) else None,
            second_reading(end, self.zone) if stated or not _has_offset(entry.get("to")) else None,
        )

    def _at(self, said: str, days_on: int, days_long: int) -> tuple[datetime, datetime | None]:
        first, _, last = said.partition("-")
        day = self.day + timedelta(days=days_on)
        start = datetime.combine(day, time.fromisoformat(first), self.zone)
        if not last:
            return start, None
        end_clock = time.fromisoformat(last)
        if end_clock < start.time():
            day += timedelta(days=1)
        return start, datetime.combine(day + timedelta(days=days_long), end_clock, self.zone)


def _has_offset(said: str | None) -> bool:
    return bool(said and "T" in said and datetime.fromisoformat(said).tzinfo)


def is_open(entry: Mapping[str, str]) -> bool:
    """Whether a stretch is told as still running: `09:00-`."""
    return entry.get("at", "").endswith("-")


def yes_or_no(entry: Mapping[str, str], key: str) -> bool | None:
    """A stated yes or no; None where nothing is said."""
    said = entry.get(key)
    if said not in (None, "yes", "no"):
        raise CaseError(f"{key}: said {said!r}, wanted yes or no")
    return None if said is None else said == "yes"


def counted(entry: Mapping[str, str], key: str) -> int | None:
    """A stated whole number; None where nothing is said."""
    return int(entry[key]) if key in entry else None


def word(entry: Mapping[str, str], key: str, words: type[Word]) -> Word | None:
    """A stated word out of a list; None where nothing is said."""
    if key not in entry:
        return None
    known = {one.value: one for one in words}
    if entry[key] not in known:
        raise CaseError(f"{key}: said {entry[key]!r}, wanted one of {', '.join(known)}")
    return known[entry[key]]


def quantity(said: str) -> Quantity:
    """An amount and its unit."""
    value, _, unit = said.partition(" ")
    amount = number(value)
    if amount is None:
        raise CaseError(f"said {said!r}, wanted an amount and its unit such as 500 mg")
    return Quantity(amount, unit or None)


def listed(said: str | list[str] | None) -> tuple[str, ...]:
    """One word or a list of them, as a list."""
    if said is None:
        return ()
    return (said,) if isinstance(said, str) else tuple(said)


def entries(entry: Mapping[str, Any], key: str) -> list[Any]:
    """The mappings listed under a key."""
    said = entry.get(key) or []
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        raise CaseError(f"{key}: said {type(said).__name__}, wanted a list of mappings")
    return said


def known_keys(entry: Mapping[str, Any], known: Set[str], where: str) -> None:
    """Refuse a key that means nothing."""
    unknown = sorted(set(entry) - known)
    if unknown:
        raise CaseError(f"{where}: said {', '.join(unknown)}, wanted only {', '.join(sorted(known))}")
