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
_OF_ORDERS = frozenset({"RXA", "RXR", "OBX", "NTE", "PRT", "RXC", "RXO", "RXE", "TQ1"})


class Order:
    """The segments that speak of everything given for one order."""

    __slots__ = ("components", "encoded", "orc", "participants", "stretches", "timing", "written")

    def __init__(self, orc: Segment | None) -> None:
        self.orc = orc
        self.written: Segment | None = None
        self.encoded: Segment | None = None
        self.timing: Segment | None = None
        self.participants: Sequence[Segment] = ()
        self.components: Sequence[Segment] = ()
        self.stretches: list[Stretch] = []

    def mixture(self) -> Sequence[Segment]:
        """The components of the bag; with several RXA nobody knows which of them it was."""
        alone = self.components and len(self.stretches) == 1 and len(self.stretches[0].given) == 1
        return self.components if alone else ()


class Stretch:
    """One RXA, or several after one another, with the segments that speak of all of them."""

    __slots__ = ("given", "last_route", "notes", "observations", "participants", "route")

    def __init__(self) -> None:
        self.given: list[Segment] = []
        self.route: Segment | None = None
        self.last_route: Segment | None = None
        self.observations: Sequence[Segment] = ()
        self.notes: Sequence[Segment] = ()
        self.participants: Mapping[int, list[Segment]] = _NOBODY


def orders_in(segments: Iterable[Segment]) -> list[Order]:
    """Every order of a message that something was given for, in its order."""
    orders: list[Order] = []
    gathering: _Gathering | None = None
    for segment in segments:
        if segment.name == "ORC":
            if gathering:
                gathering.finish(orders)
            gathering = _Gathering(segment)
        elif segment.name in _OF_ORDERS:
            gathering = gathering or _Gathering(None)
            gathering.add(segment)
    if gathering:
        gathering.finish(orders)
    return orders


def _with(segments: Sequence[Segment], another: Segment) -> list[Segment]:
    """The list with another at its end; most stretches have none, so there is no list before the first."""
    if isinstance(segments, list):
        segments.append(another)
        return segments
    return [another]


class _Gathering:
    """One order while its segments come; what stands before its first RXA is a stretch without one."""

    __slots__ = ("_before", "_order", "_stretch", "_written")

    def __init__(self, orc: Segment | None) -> None:
        self._order = Order(orc)
        self._before = self._stretch = Stretch()
        self._written: Sequence[Segment] = ()

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
                    stretch.observations = _with(stretch.observations, segment)
            case "NTE":
                stretch.notes = _with(stretch.notes, segment)
            case "PRT":
                if stretch.participants is _NOBODY:
                    stretch.participants = defaultdict(list)
                stretch.participants[len(stretch.given) - 1].append(segment)
            case _:
                self._add_to_order(segment)

    def _add_to_order(self, segment: Segment) -> None:
        order = self._order
        match segment.name:
            case "RXC":
                self._written = _with(self._written, segment)
            case "RXE":
                order.encoded = segment
                order.components, self._written = self._mixed(), ()
            case "RXO":
                order.written = order.written or segment
            case "TQ1":
                order.timing = order.timing or segment

    def _mixed(self) -> Sequence[Segment]:
        """The components after the last RXE, the encoded order's; where it has none, those before it."""
        return self._written or self._order.components

    def finish(self, orders: list[Order]) -> None:
        """Keep the order, if anything was given for it: its routes where they belong, its mixture the encoded one."""
        order = self._order
        if not order.stretches:
            return
        order.components = self._mixed()
        order.participants = self._before.participants.get(-1, ())
        if order.stretches[-1].route is None:
            nearest = self._before.last_route
            for stretch in order.stretches:
                stretch.route = nearest or stretch.route
                nearest = stretch.last_route
        orders.append(order)
