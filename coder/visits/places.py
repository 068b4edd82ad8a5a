"""Where the patient was over time, for what was charted without a place of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from coder.facts import Administration, Encounter, Place, PlacePeriod
from coder.visits.stays import FIRST, NEVER


def placed(givens: Sequence[Administration], encounters: Sequence[Encounter]) -> tuple[Administration, ...]:
    """The administrations of a stay, each with the place of its encounter (else the stay's first) when it started."""
    if not any(encounter.places for encounter in encounters):
        return tuple(givens)
    places = {encounter.key: encounter.places for encounter in encounters}
    first = encounters[0].places
    return tuple(_placed(given, places.get(given.encounter or "", first)) for given in givens)


def _placed(given: Administration, periods: Sequence[PlacePeriod]) -> Administration:
    if given.place is not None or given.start is None:
        return given
    place = _at(given.start.astimezone(UTC), periods)
    return replace(given, place=place) if place else given


def _at(moment: datetime, periods: Sequence[PlacePeriod]) -> Place | None:
    """The place that began last of those that hold the moment."""
    holding = [one for one in periods if _start(one) <= moment < _end(one)]
    return max(holding, key=lambda one: (_start(one), one.place or "")).place if holding else None


def _start(period: PlacePeriod) -> datetime:
    return period.start.astimezone(UTC) if period.start else FIRST


def _end(period: PlacePeriod) -> datetime:
    return period.end.astimezone(UTC) if period.end else NEVER
