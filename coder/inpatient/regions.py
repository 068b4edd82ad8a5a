"""Where a run entered the body, as ICD-10-PCS tells regions apart; several where the chart leaves it open."""

from __future__ import annotations

import re
from collections.abc import Mapping

from coder.facts import AccessDevice, Route
from coder.pcs_tables import Region, Vessel
from coder.runs.run import Run

BY_ROUTE = {
    Route.SUBCUTANEOUS: (Region.SUBCUTANEOUS,),
    Route.INTRAMUSCULAR: (Region.MUSCLE,),
    Route.INTRAPLEURAL: (Region.CHEST_CAVITY,),
    Route.INTRAPERITONEAL: (Region.BELLY_CAVITY,),
    Route.INTRAVENTRICULAR: (Region.BRAIN,),
    Route.INTRATHECAL: (Region.SPINE,),
}
VEINS = (Region.PERIPHERAL_VEIN, Region.CENTRAL_VEIN)
ARTERIES = (Region.PERIPHERAL_ARTERY, Region.CENTRAL_ARTERY)
BY_DEVICE = {AccessDevice.PORT: (Region.CENTRAL_VEIN,), AccessDevice.PERIPHERAL: (Region.PERIPHERAL_VEIN,)}
WORD = re.compile(r"[^\W_]+")

Words = Mapping[tuple[Vessel, str], bool]


def regions_of(run: Run, words: Words) -> tuple[Region, ...]:
    """The one region a run entered; of a vessel both, where neither device nor site says which; none by other ways.

    A port lies in a central vein; else the words for the site decide, and a central line named among them stands
    before the limb it was put in.
    """
    if run.route is Route.INTRAVENOUS:
        device = run.access_device
        return BY_DEVICE.get(device, ()) if device in BY_DEVICE else _vessel(run, Vessel.VEIN, VEINS, words)
    if run.route is Route.INTRA_ARTERIAL:
        return _vessel(run, Vessel.ARTERY, ARTERIES, words)
    return BY_ROUTE.get(run.route, ()) if run.route else ()


def _vessel(run: Run, vessel: Vessel, regions: tuple[Region, Region], words: Words) -> tuple[Region, ...]:
    named = {is_central for one in run.pieces for is_central in _named(one.administration.access, vessel, words)}
    peripheral, central = regions
    if not named:
        return regions
    return (central,) if True in named else (peripheral,)


def _named(said: str | None, vessel: Vessel, words: Words) -> set[bool]:
    """Which reaches a site's words name; two words that are known together are not read apart."""
    found: set[bool] = set()
    tokens = WORD.findall((said or "").casefold())
    place = 0
    while place < len(tokens):
        pair = words.get((vessel, " ".join(tokens[place : place + 2])))
        one = words.get((vessel, tokens[place])) if pair is None else pair
        if one is not None:
            found.add(one)
        place += 1 if pair is None else 2
    return found
