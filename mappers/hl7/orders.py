"""The groups of a RAS message, derived from the order of its segments and not from its structure.

ORC opens an order. An RXR says the route of the RXA before it; where a sender puts it first, of those
after it. An OBX or NTE speaks of the RXA before it, a PRT of the RXA or the order it follows, an RXC, RXO,
RXE or TQ1 of the whole order. Every segment is looked at once, so a message of any shape is read in one pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mappers.hl7.message import Segment

_OF_ORDERS = frozenset({"RXA", "RXR", "OBX", "NTE", "PRT", "RXC", "RXE", "TQ1"})


@dataclass(slots=True)
class Order:
    """The segments that speak of everything given for one order."""

    orc: Segment | None = None
    encoded: Segment | None = None
    timing: Segment | None = None
    participants: list[Segment] = field(default_factory=list)
    components: list[Segment] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)

    def mixture(self) -> list[Segment]:
        """The components of the bag; with several RXA nobody knows which of them it was."""
        alone = len(self.stretches) == 1 and len(self.stretches[0].given) == 1
        return self.components if alone else []


@dataclass(slots=True)
class Stretch:
    """One RXA, or several after one another, with the segments that speak of all of them."""

    given: list[Segment] = field(default_factory=list)
    route: Segment | None = None
    last_route: Segment | None = None
    observations: list[Segment] = field(default_factory=list)
    notes: list[Segment] = field(default_factory=list)
    participants: dict[int, list[Segment]] = field(default_factory=dict)


def orders_in(segments: Iterable[Segment]) -> list[Order]:
    """Every order of a message that something was given for, in its order."""
    orders: list[Order] = []
    gathering = _Gathering()
    for segment in segments:
        if segment.name == "ORC":
            orders += gathering.finished()
            gathering = _Gathering(segment)
        elif segment.name in _OF_ORDERS:
            gathering.add(segment)
    orders += gathering.finished()
    return orders


class _Gathering:
    """One order while its segments come; what stands before its first RXA is a stretch without one."""

    def __init__(self, orc: Segment | None = None) -> None:
        self._order = Order(orc)
        self._before = self._stretch = Stretch()
        self._written: list[Segment] = []

    def add(self, segment: Segment) -> None:
        stretch = self._stretch
        match segment.name:
            case "RXA":
                if stretch is self._before or stretch.route or stretch.observations:
                    stretch = self._stretch = Stretch()
                    self._order.stretches.append(stretch)
                stretch.given.append(segment)
            case "RXR":
                stretch.route = stretch.route or segment
                stretch.last_route = segment
            case "OBX":
                if stretch is not self._before:
                    stretch.observations.append(segment)
            case "NTE":
                stretch.notes.append(segment)
            case "PRT":
                at = len(stretch.given) - 1
                stretch.participants.setdefault(at, []).append(segment)
            case "RXC":
                self._order.components.append(segment)
            case "RXE":
                self._order.encoded = segment
                self._written += self._order.components
                self._order.components = []
            case "TQ1":
                self._order.timing = self._order.timing or segment

    def finished(self) -> list[Order]:
        """The order, if anything was given for it: its routes where they belong, the encoded mixture above the other."""
        order = self._order
        if not order.stretches:
            return []
        order.components = order.components or self._written
        order.participants = self._before.participants.get(-1, [])
        if order.stretches[-1].route is None:
            nearest = self._before.last_route
            for stretch in order.stretches:
                stretch.route = nearest or stretch.route
                nearest = stretch.last_route
        return [order]
