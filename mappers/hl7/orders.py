"""The groups of a RAS message, derived from the order of its segments and not from its structure.

ORC opens an order. An RXR says the route of the RXA before it; where a sender puts it first, of those
after it. An OBX speaks of the RXA before it, an RXC of the whole order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mappers.hl7.message import Segment


@dataclass(frozen=True, slots=True)
class Given:
    """One RXA with the segments that speak of it; `ordered` are the order as written and as encoded."""

    rxa: Segment
    order: Segment | None
    route: Segment | None
    components: tuple[Segment, ...]
    observations: tuple[Segment, ...]
    ordered: tuple[Segment, ...] = ()


def given_in(segments: Iterable[Segment]) -> tuple[Given, ...]:
    """Every RXA of a message in its order."""
    return tuple(given for order in _split(segments, at="ORC") for given in _of_order(order))


def _split(segments: Iterable[Segment], at: str) -> Iterator[list[Segment]]:
    part: list[Segment] = []
    for segment in segments:
        if segment.name == at and part:
            yield part
            part = []
        part.append(segment)
    yield part


def _of_order(segments: list[Segment]) -> Iterator[Given]:
    order = segments[0] if segments[0].name == "ORC" else None
    before, *groups = _groups(segments)
    routes = _routes([before, *groups])
    only = sum(segment.name == "RXA" for segment in segments) == 1
    components = _components(segments) if only else ()
    ordered = tuple(segment for segment in segments if segment.name in {"RXO", "RXE"})
    for group, route in zip(groups, routes, strict=True):
        observations = tuple(segment for segment in group if segment.name == "OBX")
        for rxa in (segment for segment in group if segment.name == "RXA"):
            yield Given(rxa, order, route, components, observations, ordered)


def _groups(segments: list[Segment]) -> list[list[Segment]]:
    """What comes before the first RXA, then each stretch of RXA with what follows them."""
    groups: list[list[Segment]] = [[]]
    for segment in segments:
        closed = len(groups) == 1 or any(other.name in {"RXR", "OBX"} for other in groups[-1])
        if segment.name == "RXA" and closed:
            groups.append([])
        groups[-1].append(segment)
    return groups


def _routes(groups: list[list[Segment]]) -> list[Segment | None]:
    """The RXR of each group after the first: its own, or, where the last has none, the one before it."""
    first = [_of_name(group, "RXR", last=False) for group in groups]
    if len(groups) == 1 or first[-1]:
        return first[1:]
    nearest = [_of_name(group, "RXR", last=True) for group in groups]
    return [before or own for before, own in zip(nearest[:-1], first[1:], strict=True)]


def _of_name(group: list[Segment], name: str, *, last: bool) -> Segment | None:
    found = [segment for segment in group if segment.name == name]
    return found[-1 if last else 0] if found else None


def _components(segments: list[Segment]) -> tuple[Segment, ...]:
    """The components of the mixture; those of the encoded order stand over those of the order as written."""
    encoded = [place for place, segment in enumerate(segments) if segment.name == "RXE"]
    after = segments[encoded[-1] :] if encoded else []
    chosen = [segment for segment in after if segment.name == "RXC"]
    return tuple(chosen or (segment for segment in segments if segment.name == "RXC"))
