"""The groups of a RAS message, derived from the order of its segments and not from its structure.

ORC opens an order. An RXR says the route of the RXA before it; where a sender puts it first, of those
after it. An OBX or NTE speaks of the RXA before it, a PRT of the RXA or the order it follows, an RXC, RXO,
RXE or TQ1 of the whole order. Every segment is looked at once, so a message of any shape is read in one pass.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from mappers.hl7.message import Segment

_NOBODY: Mapping[int, list[Segment]] = MappingProxyType({})
_OF_ORDERS = frozenset({"RXC", "RXO", "RXE", "TQ1"})
_SPEAKING = _OF_ORDERS | {"RXA", "RXR", "OBX", "NTE", "PRT"}


class Stretch:
    """One RXA, or several after one another, with the segments that speak of all of them."""

    __slots__ = ("given", "last_route", "notes", "observations", "participants", "route")

    def __init__(self, first: Segment) -> None:
        self.given = [first]
        self.route: Segment | None = None
        self.last_route: Segment | None = None
        self.observations: Sequence[Segment] = ()
        self.notes: Sequence[Segment] = ()
        self.participants: Mapping[int, list[Segment]] = _NOBODY

    def add(self, segment: Segment) -> None:
        """Take a segment that speaks of it; of several RXR the first says its route."""
        match segment.name:
            case "RXR":
                self.route = self.route or segment
                self.last_route = segment
            case "OBX":
                self.observations = _with(self.observations, segment)
            case "NTE":
                self.notes = _with(self.notes, segment)
            case "PRT":
                if self.participants is _NOBODY:
                    self.participants = defaultdict(list)
                self.participants[len(self.given) - 1].append(segment)


class Order:
    """The segments that speak of everything given for one order; `route` is the last RXR before its first RXA."""

    __slots__ = ("_mixed", "_to_mix", "encoded", "orc", "participants", "route", "stretches", "timing", "written")

    def __init__(self, orc: Segment | None) -> None:
        self.orc = orc
        self.written: Segment | None = None
        self.encoded: Segment | None = None
        self.timing: Segment | None = None
        self.route: Segment | None = None
        self.participants: Sequence[Segment] = ()
        self.stretches: list[Stretch] = []
        self._mixed: Sequence[Segment] = ()
        self._to_mix: Sequence[Segment] = ()

    def mixture(self) -> Sequence[Segment]:
        """The components of the bag: those after the last RXE, the encoded order's, else those before it.

        With several RXA nobody knows which of them it was.
        """
        components = self._to_mix or self._mixed
        alone = components and len(self.stretches) == 1 and len(self.stretches[0].given) == 1
        return components if alone else ()

    def add(self, segment: Segment) -> None:
        """Take the next segment of the order."""
        name, stretches = segment.name, self.stretches
        if name == "RXA":
            if stretches and not stretches[-1].route and not stretches[-1].observations:
                stretches[-1].given.append(segment)
            else:
                stretches.append(Stretch(segment))
        elif name in _OF_ORDERS:
            self._add_to_order(segment)
        elif stretches:
            stretches[-1].add(segment)
        elif name == "RXR":
            self.route = segment
        elif name == "PRT":
            self.participants = _with(self.participants, segment)

    def _add_to_order(self, segment: Segment) -> None:
        match segment.name:
            case "RXC":
                self._to_mix = _with(self._to_mix, segment)
            case "RXE":
                self.encoded = segment
                self._mixed, self._to_mix = self._to_mix or self._mixed, ()
            case "RXO":
                self.written = self.written or segment
            case "TQ1":
                self.timing = self.timing or segment

    def settle(self) -> None:
        """Give each stretch its route, once all segments came: where they come before the RXA, the nearest."""
        nearest = self.route
        for stretch in self.stretches:
            stretch.route = nearest or stretch.route
            nearest = stretch.last_route


def orders_in(segments: Iterable[Segment]) -> list[Order]:
    """Every order of a message that something was given for, in its order."""
    orders: list[Order] = []
    order: Order | None = None
    for segment in segments:
        name = segment.name
        if name == "ORC":
            order = Order(segment)
            orders.append(order)
        elif name in _SPEAKING:
            if order is None:
                order = Order(None)
                orders.append(order)
            order.add(segment)
    given: list[Order] = []
    for order in orders:
        if order.stretches:
            given.append(order)
            if order.stretches[-1].route is None:
                order.settle()
    return given


def _with(segments: Sequence[Segment], another: Segment) -> list[Segment]:
    """The list with another at its end; most stretches have none, so there is no list before the first."""
    if isinstance(segments, list):
        segments.append(another)
        return segments
    return [another]
