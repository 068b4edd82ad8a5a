"""When patients were born: as the newest telling has it that states a birth date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from coder.facts import Person
from ledger.link_keys import chronological
from ledger.stored import StoredTelling
from mappers.telling import NAME_OF_PATIENT, Telling


def births(heard: Iterable[StoredTelling]) -> dict[str, date]:
    """The birth date by patient, tests aside; a Patient resource states it under every name that others use."""
    found: dict[str, date] = {}
    stating = [(one, born) for one in heard if (born := _born(one.telling)) is not None]
    for stored, born in sorted(stating, key=lambda pair: chronological(pair[0])):
        found.update(dict.fromkeys(_names(stored.telling), born))
    return found


def _born(telling: Telling) -> date | None:
    if telling.ignored is not None:
        return None
    return telling.fact.born if isinstance(telling.fact, Person) else telling.born


def _names(telling: Telling) -> set[str]:
    if not isinstance(telling.fact, Person):
        return {telling.patient}
    return {name.removeprefix(NAME_OF_PATIENT) for name in telling.identifiers} | {telling.patient}
