"""Tellings: one source's account of something, as it was said; the ledger makes facts of them.

A record is read into items. Each item is counted once: as a telling (mapped), as ignored with its
kind, or as a fault that becomes a dead letter.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from coder.facts import (
    Administration,
    AdmissionOrder,
    Answer,
    Condition,
    Coverage,
    Encounter,
    Order,
    Person,
    Procedure,
    Reference,
)
from coder.values import value
from mappers.composed import Composition
from mappers.record import Record

Fact = (
    Administration
    | Encounter
    | Procedure
    | AdmissionOrder
    | Coverage
    | Condition
    | Order
    | Composition
    | Person
    | Answer
)
NAME_OF_PATIENT = "patient|"
NOBODY = "nobody|"

KINDS: dict[type[Fact], str] = {
    Administration: "administration",
    Encounter: "encounter",
    Procedure: "procedure",
    AdmissionOrder: "admission-order",
    Coverage: "coverage",
    Condition: "condition",
    Order: "order",
    Composition: "composition",
    Person: "patient",
    Answer: "answer",
}


class Action(StrEnum):
    """What a telling does to the fact it links to, weakest first."""

    ADD = "add"
    UPDATE = "update"
    DELETE = "delete"


@value(frozen=True, slots=True)
class Telling:
    """One source's account of one thing: an administration, an encounter, whatever else bears on a visit.

    `kind` says which (`KINDS`).
    `identifiers` are the sender's own ids for it (an id holds only within its source, an identifier
    anywhere); `order` and `start` link where there are none. `whole` tellings (FHIR) replace all that
    their source said before; others (HL7) state single fields, `cleared` names those said to be empty.
    The fact inside carries the fields stated; its `key` is empty until the ledger links it. `born` is the
    patient's birth date where a message states it beside what it is about, as PID-7 does. A deletion may say no
    more than a name: its `patient` is `NOBODY` and that name, until the ledger knows whose it is.
    """

    source: str
    kind: str
    patient: str
    patient_reference: Reference
    fact: Fact
    action: Action
    whole: bool
    identifiers: tuple[str, ...]
    order: str | None
    start: datetime | None
    asserted: datetime | None
    message_id: str | None
    digest: str
    cleared: frozenset[str] = frozenset()
    ignored: str | None = None
    born: date | None = None


@value(frozen=True, slots=True)
class Ignored:
    """An item that says nothing about infusions; counted under its kind."""

    kind: str


@value(frozen=True, slots=True)
class Fault:
    """Why an item could not be read. `said` may be patient data: it goes to dead letters only."""

    reason: str
    path: str
    said: str
    wanted: str


Item = Telling | Ignored | Fault


@value(frozen=True, slots=True)
class Reading:
    """A record and everything it held.

    `time` is the record's own: the envelope's, else the newest asserted, else the newest charted in it;
    `clock` is the same without what is only charted, which moves no other patient's clock. `objection` is
    what the strict lane has against the record, where it was asked.
    """

    record: Record
    items: tuple[Item, ...]
    time: datetime | None = None
    clock: datetime | None = None
    objection: str | None = None
