"""An RXR: by which route, how, into which line, with what device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from coder.facts import Coding, Method, Pump
from mappers.code_systems import V2_METHOD, V2_ROUTE
from mappers.devices import access_device_in, pump_in
from mappers.hl7.drugs import coded
from mappers.hl7.message import Segment
from mappers.hl7.separators import Separators
from mappers.methods import method_of
from mappers.profile import Profile
from mappers.routes import RouteMeaning, route_meaning

PUMPS = {"IVP": Pump.STATIONARY, "PCA": Pump.STATIONARY}
CLEARABLE = {1: "route", 2: "access", 3: "pump", 4: "method"}
_KEPT_CHARACTERS_MOST = 200


@dataclass(frozen=True, slots=True)
class Routed:
    """What an RXR says of everything it speaks of.

    `rarer` are the facts that few administrations have, by name; `ignored` is a route by which nothing is injected.
    """

    route: RouteMeaning | None = None
    method: Method | None = None
    access: str | None = None
    rarer: Mapping[str, Any] = field(default_factory=dict)
    cleared: frozenset[str] = field(default_factory=frozenset)
    ignored: str | None = None


UNROUTED = Routed()


def read_route(rxr: Segment | None, profile: Profile) -> Routed:
    """What an RXR says; nothing where there is none."""
    if rxr is None:
        return UNROUTED
    if profile.moved.get("RXR") or len(rxr.line) > _KEPT_CHARACTERS_MOST:
        return _read(rxr, profile)
    return _kept(rxr.line, rxr.separators, profile)


@lru_cache(maxsize=1024)  # a site has few routes and lines, and says them again and again
def _kept(line: str, separators: Separators, profile: Profile) -> Routed:
    return _read(Segment("RXR", 1, line, separators), profile)


def _read(rxr: Segment, profile: Profile) -> Routed:
    site, line = coded(rxr, 2), coded(rxr, 5)
    access = site[1] or rxr.text(2) or line[1] or rxr.text(5) or None
    route = _route(rxr, profile)
    rarer = {"pump": _pump(rxr), "access_device": access_device_in([_plain(access)]) if access else None}
    return Routed(
        route=route,
        method=_method(rxr, profile),
        access=access,
        rarer={name: said for name, said in rarer.items() if said},
        cleared=frozenset(name for number, name in CLEARABLE.items() if rxr.is_cleared(number)),
        ignored=None if route is None or route.injected else f"{route.name} route",
    )


def _route(rxr: Segment, profile: Profile) -> RouteMeaning | None:
    codings, words = coded(rxr, 1)
    said = (*(coding.code for coding in codings), *(coding.display for coding in codings), words)
    local = (profile.routes.get(word.casefold()) for word in said if word)
    return next((route for route in local if route), None) or route_meaning(_of_table(codings, V2_ROUTE), words)


def _method(rxr: Segment, profile: Profile) -> Method | None:
    codings, words = coded(rxr, 4)
    said = (*(coding.code for coding in codings), words)
    local = (profile.methods.get(word.casefold()) for word in said if word)
    return next((method for method in local if method), None) or method_of(_of_table(codings, V2_METHOD), words)


def _of_table(codings: tuple[Coding, ...], table: str) -> tuple[Coding, ...]:
    """The codings of a field; a code without a system is of the table that the standard gives the field."""
    return tuple(coding if coding.system else replace(coding, system=table) for coding in codings)


def _pump(rxr: Segment) -> Pump | None:
    """The pump of RXR-3, by its code in table 0164, else by its words."""
    codings, words = coded(rxr, 3)
    coded_pumps = (PUMPS.get(coding.code) for coding in codings)
    named = [_plain(word) for word in (words, *(coding.display for coding in codings)) if word]
    return next((pump for pump in coded_pumps if pump), None) or pump_in(named)


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()
