"""Extensions of a resource by the last part of their url, whatever site or vendor they hang on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from coder.facts import Quantity
from mappers.fhir import elements as fhir
from mappers.fhir.values import amount, charted
from mappers.refused import refused

Word = TypeVar("Word", bound=StrEnum)

_MINUTES_OF_UNIT = {
    "s": Decimal(1) / 60,
    "sec": Decimal(1) / 60,
    "second": Decimal(1) / 60,
    "min": Decimal(1),
    "mins": Decimal(1),
    "minute": Decimal(1),
    "h": Decimal(60),
    "hr": Decimal(60),
    "hrs": Decimal(60),
    "hour": Decimal(60),
    "d": Decimal(1440),
    "day": Decimal(1440),
}


@dataclass(frozen=True, slots=True)
class Extensions:
    """The extensions of one resource; `path` is the resource's, for a fault."""

    stated: tuple[fhir.Extension, ...]
    path: str

    def code(self, name: str, allowed: Iterable[str]) -> str | None:
        """A valueCode, which must be one of those allowed."""
        found = self._named(name)
        known = tuple(allowed)
        if found is None or found.valueCode is None or found.valueCode in known:
            return found.valueCode if found else None
        wanted = "one of " + ", ".join(sorted(known))
        raise refused("not a code of this extension", f"{self._at(name)}.valueCode", found.valueCode, wanted)

    def word(self, name: str, words: type[Word]) -> Word | None:
        """A valueCode as one of our words."""
        code = self.code(name, words)
        return words(code) if code else None

    def text(self, name: str) -> str | None:
        """A valueString."""
        found = self._named(name)
        return (found.valueString or "").strip() or None if found else None

    def amount(self, name: str) -> Quantity | None:
        """A valueQuantity."""
        found = self._named(name)
        return amount(found.valueQuantity, self._at(name)) if found else None

    def truth(self, name: str) -> bool | None:
        """A valueBoolean."""
        found = self._named(name)
        return found.valueBoolean if found else None

    def count(self, name: str) -> int | None:
        """How many, as a whole number from 1."""
        said = self._number(name)
        if said is None:
            return None
        if said.value < 1 or said.value != int(said.value):
            raise refused("not a count", self._at(name), said.value, "a whole number from 1")
        return int(said.value)

    def minutes(self, name: str) -> int | None:
        """How long, in whole minutes; a mere number is minutes."""
        said = self._number(name)
        if said is None:
            return None
        unit = (said.unit or "min").casefold()
        factor = _MINUTES_OF_UNIT.get(unit) or _MINUTES_OF_UNIT.get(unit.removesuffix("s"))
        if factor is None:
            raise refused("not a duration", self._at(name), said.unit, "seconds, minutes, hours or days")
        return int(said.value * factor)

    def instant(self, name: str, zone: ZoneInfo) -> datetime | None:
        """A time stated to the minute."""
        found = self._named(name)
        said = (found.valueDateTime or found.valueInstant) if found else None
        return charted(said, f"{self._at(name)}.valueDateTime", zone).instant

    def _number(self, name: str) -> Quantity | None:
        found = self._named(name)
        if found is None:
            return None
        whole = (found.valueInteger, found.valuePositiveInt, found.valueUnsignedInt)
        bare = next((Decimal(number) for number in whole if number is not None), None)
        stated = found.valueDuration or found.valueQuantity or fhir.Quantity(value=bare)
        return amount(stated, self._at(name))

    def _named(self, name: str) -> fhir.Extension | None:
        return next((each for each in self.stated if each.url.endswith(f"/{name}")), None)

    def _at(self, name: str) -> str:
        return f"{self.path}.extension({name})"
