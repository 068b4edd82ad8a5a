"""One RXA of a RAS message as a telling of an administration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from coder.facts import Administration, DrugGiven, Method, Place, Quantity, Reference
from mappers.amounts import WANTED
from mappers.charted import UNSTATED, Charted
from mappers.hl7.documented import EXPIRY, LOT, documented
from mappers.hl7.drugs import is_immunization, mixture_of
from mappers.hl7.envelope import Envelope
from mappers.hl7.message import Segment
from mappers.hl7.observations import AMOUNTS, NOTHING, details_of
from mappers.hl7.ordered import ordered_minutes
from mappers.hl7.orders import Order, Stretch
from mappers.hl7.people import ADMINISTERING, ORDERING, SUPERVISING, participant, person_in
from mappers.hl7.reasons import reasons_ordered
from mappers.hl7.routes import Routed, read_route
from mappers.hl7.said import Said, said_in
from mappers.hl7.separators import CLEARED
from mappers.hl7.status import State
from mappers.profile import Profile
from mappers.refused import Refused, refused
from mappers.telling import Telling

CLEARABLE = {3: "start", 4: "end", 5: "drugs", 10: "given_by", 12: "rate", LOT: "lot", EXPIRY: "expiry", 19: "reasons"}
_NOUGHT = Quantity(Decimal(0), None)


@dataclass(slots=True)
class OfOrder:
    """What is said once for everything given for one order."""

    order: Order
    number: str | None
    ordered_by: Reference | None
    rarer: Mapping[str, Any]


@dataclass(slots=True)
class OfStretch:
    """What is said once for several RXA after one another; `fault` where an observation of theirs cannot be read."""

    stretch: Stretch
    routed: Routed
    details: Mapping[str, Any]
    fault: Refused | None = None


def read_order(order: Order) -> OfOrder:
    """What an order says of everything given for it."""
    orc = order.orc
    number = (orc.text(2) or orc.text(3) or None) if orc else None
    ordered_by = person_in(orc, 12) or (participant(order.participants, ORDERING) if order.participants else None)
    rarer = _rarer_of(order) if order.encoded or order.timing or order.written else NOTHING
    return OfOrder(order, number, ordered_by, rarer)


def _rarer_of(order: Order) -> dict[str, Any]:
    stated = {"ordered_minutes": ordered_minutes(order), "reasons": reasons_ordered(order) or None}
    return {name: said for name, said in stated.items() if said is not None}


def read_stretch(stretch: Stretch, envelope: Envelope) -> OfStretch:
    """What the segments around a stretch of RXA say of each of them."""
    routed = read_route(stretch.route, envelope.profile)
    if not stretch.observations and not stretch.notes:
        return OfStretch(stretch, routed, NOTHING)
    try:
        return OfStretch(stretch, routed, _of_one_drug(stretch, details_of(stretch, envelope)))
    except Refused as error:
        return OfStretch(stretch, routed, NOTHING, error)


def _of_one_drug(stretch: Stretch, details: Mapping[str, Any]) -> Mapping[str, Any]:
    """The details, unless they hold amounts and nobody can tell of which drug; of one drug the last RXA has them."""
    if len(stretch.given) > 1 and not AMOUNTS.isdisjoint(details):
        drugs = {rxa.text(5) or rxa.text(5, 2) for rxa in stretch.given}
        if len(drugs) > 1:
            wanted = "amounts after the RXA they are of"
            raise refused("of which drug", stretch.observations[0].path(5), len(drugs), wanted)
    return details


def start_of(rxa: Segment, envelope: Envelope) -> Charted:
    """When the RXA began, which the standard demands."""
    start = envelope.clock.charted(rxa, 3)
    if start is UNSTATED and not rxa.raw(3):
        raise refused("no start", rxa.path(3), "", "the date and time it was started")
    return start


def read_administration(
    rxa: Segment,
    at: int,
    around: tuple[OfOrder, OfStretch],
    visit: str | None,
    envelope: Envelope,
    item: int,
) -> Telling:
    """What the RXA at a place in its stretch and the segments around it say; raises Refused where it cannot be read."""
    of_order, of_stretch = around
    if of_stretch.fault:
        raise of_stretch.fault
    start = start_of(rxa, envelope)
    end = _end(rxa, start, envelope)
    said = said_in(rxa, of_order.order.orc, envelope.profile)
    if said.state is None:
        raise refused("not an action", rxa.path(21), rxa.text(21), "A, U, D, S or X of tables 0206 and 0323")
    fact = _fact(rxa, at, around, envelope, (start, end, said, said.state), visit)
    return envelope.telling(
        fact,
        said.state.action,
        item,
        _identifiers(rxa, of_order.number, envelope) if envelope.profile.stable_counters else (),
        start.instant,
        of_order.number,
        of_stretch.routed.cleared | _cleared(rxa) if CLEARED in rxa.line else of_stretch.routed.cleared,
        _ignored(fact, said, of_stretch.routed),
    )


def _fact(
    rxa: Segment,
    at: int,
    around: tuple[OfOrder, OfStretch],
    envelope: Envelope,
    charted: tuple[Charted, Charted, Said, State],
    visit: str | None,
) -> Administration:
    of_order, of_stretch = around
    start, end, said, state = charted
    routed, participants = of_stretch.routed, of_stretch.stretch.participants
    rarer = _rarer(rxa, around, said, state, envelope.profile)
    given_by = person_in(rxa, 10)
    if given_by is None and participants:
        given_by = participant(participants.get(at, ()), ADMINISTERING)
    if participants and (supervisor := participant(participants.get(at, ()), SUPERVISING)):
        rarer["supervised_by"] = supervisor
    rate = said.rate
    if state.halts and end.instant is None and not (rate and rate.value):
        rate = _NOUGHT
    if start.later or end.later:
        rarer |= {"later_start": start.later, "later_end": end.later}
    rare = rarer.pop
    return Administration(  # by place: names of arguments cost this class as much again
        "",
        envelope.patient,
        state.status,
        start.instant,
        end.instant,
        mixture_of(of_order.order, envelope.profile) or _drugs(rxa, said),
        routed.route.route if routed.route else None,
        rare("method", routed.method),
        rate,
        routed.access,
        rare("second_access", None),
        rare("attended", None),
        rare("purpose", None),
        of_order.number,
        visit,
        of_order.ordered_by,
        given_by,
        **rarer,
    )


def _drugs(rxa: Segment, said: Said) -> tuple[DrugGiven, ...]:
    if said.drugs is None:
        raise refused("not an amount", rxa.path(6), rxa.text(6), WANTED)
    return said.drugs


def _rarer(
    rxa: Segment, around: tuple[OfOrder, OfStretch], said: Said, state: State, profile: Profile
) -> dict[str, Any]:
    """The facts that few administrations have, by name."""
    order, of_stretch = around
    fields = rxa.fields()
    stated: dict[str, Any] = {**order.rarer, **of_stretch.routed.rarer, **said.rarer}
    if profile.methods and not of_stretch.routed.method and (method := _method_of(state, profile)):
        stated["method"] = method
    if profile.places and (place := _place(rxa, profile)):
        stated["place"] = place
    if fields[LOT] or fields[EXPIRY]:
        stated.update(documented(rxa))
    if of_stretch.details:
        last = rxa is of_stretch.stretch.given[-1]
        stated.update((name, said) for name, said in of_stretch.details.items() if last or name not in AMOUNTS)
    return stated


def _end(rxa: Segment, start: Charted, envelope: Envelope) -> Charted:
    """The charted end; one at the start is the one charted time said twice."""
    end = envelope.clock.charted(rxa, 4)
    if start.instant is None or end.instant is None or end.instant > start.instant:
        return end
    if end.instant == start.instant:
        return UNSTATED
    if end.later and end.later > start.instant:
        return Charted(end.later, end.stated_day)
    raise refused("ends before it starts", rxa.path(4), rxa.text(4), "a time not before RXA-3")


def _identifiers(rxa: Segment, order: str | None, envelope: Envelope) -> tuple[str, ...]:
    """The give and administration counters, only where a sender keeps them stable."""
    given, counted = rxa.text(1), rxa.text(2)
    return (f"{envelope.source}|{order}/{given}/{counted}",) if order and counted else ()


def _method_of(state: State, profile: Profile) -> Method | None:
    return profile.methods.get(state.word.casefold()) if state.word else None


def _place(rxa: Segment, profile: Profile) -> Place | None:
    said = rxa.text(27) or rxa.text(11)
    return profile.places.get(said.casefold()) if said else None


def _ignored(fact: Administration, said: Said, routed: Routed) -> str | None:
    """Why it is left unbilled: a vaccine, or a route by which nothing is injected."""
    immunizes = said.immunizes if fact.drugs is said.drugs else is_immunization(fact.drugs)
    return "immunization" if immunizes else routed.ignored


def _cleared(rxa: Segment) -> frozenset[str]:
    return frozenset(name for number, name in CLEARABLE.items() if rxa.is_cleared(number))
