"""One RXA of a RAS message as a telling of an administration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from coder.facts import Administration, Coding, Method, Pump, Purpose, Reference
from mappers.amounts import rate
from mappers.charted import UNSTATED, Charted
from mappers.code_systems import V2_METHOD, V2_ROUTE
from mappers.devices import pump_in
from mappers.hl7.drug_facts import with_drug_facts
from mappers.hl7.drugs import codings_in, drugs_given, is_immunization, words_in
from mappers.hl7.envelope import Envelope
from mappers.hl7.message import Segment, text_of
from mappers.hl7.orders import Given
from mappers.hl7.reasons import reasons_of
from mappers.hl7.status import action_of, status_of
from mappers.hl7.time import charted_in
from mappers.methods import method_of
from mappers.refused import refused
from mappers.routes import RouteMeaning, route_meaning
from mappers.telling import Telling

Meaning = TypeVar("Meaning")

_PURPOSES = {purpose.value: purpose for purpose in Purpose}
_SECOND_ACCESS = {code: code for code in ("incompatible", "protocol", "other")}
_ATTENDED = {"y": True, "true": True, "n": False, "false": False}
_CLEARABLE_RXA = {3: "start", 4: "end", 5: "drugs", 10: "given_by", 12: "rate", 19: "reasons"}
_CLEARABLE_RXR = {1: "route", 2: "access", 3: "pump", 4: "method"}
_PUMPS_OF_TABLE_0164 = frozenset({"IVP", "PCA"})


def read_administration(given: Given, visit: str | None, envelope: Envelope, item: int) -> Telling:
    """What an RXA and the segments around it say; raises Refused where they cannot be read."""
    action = action_of(given.rxa)
    route = _route(given.route)
    fact = with_drug_facts(_fact(given, route, visit, envelope), given)
    return Telling(
        source=envelope.source,
        kind="administration",
        patient=envelope.patient,
        patient_reference=envelope.patient_reference,
        fact=fact,
        action=action,
        whole=False,
        identifiers=(),
        order=fact.order,
        start=fact.start,
        asserted=envelope.asserted,
        message_id=envelope.message_id,
        digest=envelope.digest(item),
        cleared=_cleared(given),
        ignored=envelope.ignored or _ignored(given.rxa, route),
        born=envelope.born,
    )


def start_of(given: Given, envelope: Envelope) -> Charted:
    """When the RXA began, which the standard demands."""
    if not given.rxa.repetitions(3):
        raise refused("no start", given.rxa.path(3), "", "the date and time it was started")
    return charted_in(given.rxa, 3, envelope.zone)


def _fact(given: Given, route: RouteMeaning | None, visit: str | None, envelope: Envelope) -> Administration:
    rxa, rxr = given.rxa, given.route
    start, end = _times(given, envelope)
    return Administration(
        key="",
        patient=envelope.patient,
        status=status_of(given, action_of(rxa)),
        start=start.instant,
        end=end.instant,
        drugs=drugs_given(given),
        route=route.route if route else None,
        method=_method(rxr),
        rate=rate(rxa.text(12)),
        access=(words_in(rxr, 2) or rxr.text(2) or None) if rxr else None,
        second_access=_observed(given, "SECOND-ACCESS", _SECOND_ACCESS),
        attended=_observed(given, "ATTENDED", _ATTENDED),
        purpose=_observed(given, "PURPOSE", _PURPOSES),
        order=_order(given.order),
        encounter=visit,
        ordered_by=_provider(given.order, 12),
        given_by=_provider(rxa, 10),
        pump=_pump(rxr),
        reasons=reasons_of(given),
    )


def _times(given: Given, envelope: Envelope) -> tuple[Charted, Charted]:
    """Start and end; an end at the start is one charted time."""
    start = start_of(given, envelope)
    end = charted_in(given.rxa, 4, envelope.zone)
    if start.instant is None or end.instant is None:
        return start, end
    if end.instant < start.instant:
        raise refused("ends before it starts", given.rxa.path(4), given.rxa.text(4), "a time not before RXA-3")
    return start, end if end.instant > start.instant else UNSTATED


def _route(rxr: Segment | None) -> RouteMeaning | None:
    return route_meaning(_of_table(rxr, 1, V2_ROUTE), words_in(rxr, 1)) if rxr else None


def _method(rxr: Segment | None) -> Method | None:
    return method_of(_of_table(rxr, 4, V2_METHOD), words_in(rxr, 4)) if rxr else None


def _pump(rxr: Segment | None) -> Pump | None:
    """The pump of RXR-3, by its code in table 0164 or by the words for it."""
    if rxr is None:
        return None
    if rxr.text(3) in _PUMPS_OF_TABLE_0164:
        return Pump.STATIONARY
    said = (rxr.text(3), words_in(rxr, 3) or "")
    return pump_in(" ".join(words.split()).casefold() for words in said)


def _of_table(rxr: Segment, field: int, table: str) -> tuple[Coding, ...]:
    """The codings of a field; a code without a system is of the table that the standard gives the field."""
    return tuple(replace(coding, system=coding.system or table) for coding in codings_in(rxr, field))


def _ignored(rxa: Segment, route: RouteMeaning | None) -> str | None:
    if is_immunization(rxa):
        return "immunization"
    return None if route is None or route.injected else f"{route.name} route"


def _order(orc: Segment | None) -> str | None:
    return (orc.text(2) or orc.text(3) or None) if orc else None


def _provider(segment: Segment | None, field: int) -> Reference | None:
    """The first person of an XCN field: authority, number, given and family name."""
    repetitions = segment.repetitions(field) if segment else ()
    if not repetitions:
        return None
    person = repetitions[0]
    name = " ".join(part for part in (text_of(person, 3), text_of(person, 2)) if part)
    reference = Reference(None, text_of(person, 9) or None, text_of(person, 1) or None, name or None)
    return reference if reference.value or reference.display else None


def _observed(given: Given, name: str, meanings: Mapping[str, Meaning]) -> Meaning | None:
    """What the OBX of a name says, which must be one of the words it can say."""
    obx = next((each for each in given.observations if each.text(3).upper() == name), None)
    said = obx.text(5) if obx else ""
    if obx is None or not said:
        return None
    if said.casefold() not in meanings:
        raise refused("not a value of this observation", obx.path(5), said, "one of " + ", ".join(meanings))
    return meanings[said.casefold()]


def _cleared(given: Given) -> frozenset[str]:
    stated = [(given.rxa, _CLEARABLE_RXA)] + ([(given.route, _CLEARABLE_RXR)] if given.route else [])
    return frozenset(name for segment, names in stated for field, name in names.items() if segment.is_cleared(field))
