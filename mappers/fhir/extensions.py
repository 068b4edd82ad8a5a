"""Extensions of a resource by the last part of their url, whatever site or vendor they hang on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from coder.facts import Quantity
from mappers.fhir import elements as fhir
from mappers.fhir.values import amount, charted, minutes_of
from mappers.observed import Listed
from mappers.refused import refused

Word = TypeVar("Word", bound=StrEnum)


class Extensions:
    """The extensions of one resource by name; `path` is the resource's, for a fault.

    A name is the last part of the url, or what the sender's profile says that the url or its last part means.
    """

    __slots__ = ("_listed", "_named", "path")

    def __init__(self, stated: tuple[fhir.Extension, ...], path: str, listed: Mapping[str, Listed]) -> None:
        self.path = path
        self._named: dict[str, list[fhir.Extension]] = {}
        self._listed: dict[str, Mapping[str, str]] = {}
        for each in stated:
            _, slash, last = each.url.rpartition("/")
            meant = listed.get(each.url) or listed.get(last)
            if meant:
                self._listed[meant.meaning.value] = meant.values
            if meant or slash:
                self._named.setdefault(meant.meaning.value if meant else last, []).append(each)

    @property
    def names(self) -> Iterable[str]:
        """What is said, in the order it was first said."""
        return self._named

    def every(self, name: str) -> tuple[fhir.Extension, ...]:
        """All extensions of a name."""
        return tuple(self._named.get(name, ()))

    def code(self, name: str, allowed: Iterable[str]) -> str | None:
        """A valueCode, which must be one of those allowed."""
        found = self._first(name)
        if found is None:
            return None
        said = (found.valueCode or found.valueString) if name in self._listed else found.valueCode
        if not said:
            return None
        known = tuple(allowed)
        meant = self._listed.get(name, {}).get(said.casefold(), said)
        if meant in known:
            return meant
        wanted = "one of " + ", ".join(sorted(known))
        raise refused("not a code of this extension", f"{self.at(name)}.valueCode", said, wanted)

    def word(self, name: str, words: type[Word]) -> Word | None:
        """A valueCode as one of our words."""
        code = self.code(name, words)
        return words(code) if code else None

    def text(self, name: str) -> str | None:
        """A valueString."""
        found = self._first(name)
        return (found.valueString or "").strip() or None if found else None

    def amount(self, name: str) -> Quantity | None:
        """A valueQuantity."""
        found = self._first(name)
        return amount(found.valueQuantity, self.at(name)) if found else None

    def truth(self, name: str) -> bool | None:
        """A valueBoolean."""
        found = self._first(name)
        return found.valueBoolean if found else None

    def count(self, name: str) -> int | None:
        """How many, as a whole number from 1."""
        said = self._number(name)
        if said is None:
            return None
        if said.value < 1 or said.value != int(said.value):
            raise refused("not a count", self.at(name), said.value, "a whole number from 1")
        return int(said.value)

    def minutes(self, name: str) -> int | None:
        """How long, in whole minutes; a mere number is minutes."""
        said = self._number(name)
        if said is None:
            return None
        minutes = minutes_of(said)
        if minutes is None:
            raise refused("not a duration", self.at(name), said.unit, "seconds, minutes, hours or days")
        return int(minutes)

    def instant(self, name: str, zone: ZoneInfo) -> datetime | None:
        """A time stated to the minute."""
        found = self._first(name)
        said = (found.valueDateTime or found.valueInstant) if found else None
        return charted(said, f"{self.at(name)}.valueDateTime", zone).instant

    def _number(self, name: str) -> Quantity | None:
        found = self._first(name)
        if found is None:
            return None
        whole = (found.valueInteger, found.valuePositiveInt, found.valueUnsignedInt)
        bare = next((Decimal(number) for number in whole if number is not None), None)
        stated = found.valueDuration or found.valueQuantity or fhir.Quantity(value=bare)
        return amount(stated, self.at(name))

    def _first(self, name: str) -> fhir.Extension | None:
        found = self._named.get(name)
        return found[0] if found else None

    def at(self, name: str) -> str:
        """Where an extension of this name stands, for a fault."""
        return f"{self.path}.extension({name})"
