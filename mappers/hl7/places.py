"""Where PV1-3 says the patient is: since when, where an event of ADT tells that, and at which moment of others."""

from __future__ import annotations

from datetime import datetime

from coder.facts import Place, PlacePeriod
from mappers.hl7.events import Event
from mappers.hl7.separators import Separators
from mappers.places import place_named
from mappers.profile import Profile

_NAMES = (1, 2, 9)  # point of care, room, description
_KIND, _HOME = 6, "H"
Places = tuple[PlacePeriod, ...]


def place_in(raw: str, separators: Separators, profile: Profile) -> Place | None:
    """The kind of place of a PL field by its names, the sender's own words first; most places are none of these."""
    names = [name for number in _NAMES if (name := separators.value(raw, number))]
    local = [profile.places.get(name.casefold()) for name in names]
    known = next((place for place in (*local, *map(place_named, names)) if place), None)
    return known or (Place.HOME if separators.value(raw, _KIND) == _HOME else None)


def told_places(place: Place | None, event: Event, happened: datetime | None, recorded: datetime | None) -> Places:
    """What an event of ADT tells of the place stated: from when the patient is there, else a moment of being there.

    Of a move that never was the moment is the one it had.
    """
    if event.moves and happened:
        return (PlacePeriod(place, happened),)
    moment = None if event.expected else happened if event.returns else recorded
    return (PlacePeriod(place, moment, moment),) if moment else untimed_place(place)


def untimed_place(place: Place | None) -> Places:
    """What any other message tells of the place stated."""
    return (PlacePeriod(place),) if place else ()
