"""A telling of something around an administration, by the name that its sender knows it by."""

from __future__ import annotations

from coder.facts import AdmissionOrder, Condition, Coverage, Procedure
from mappers.hl7.envelope import Envelope
from mappers.telling import Action, Telling

Around = AdmissionOrder | Condition | Coverage | Procedure


def telling_around(fact: Around, name: str, envelope: Envelope, item: int, *, withdrawn: bool) -> Telling:
    """The telling of a fact that is no administration; `withdrawn` takes back what was told before."""
    start = fact.at if isinstance(fact, AdmissionOrder) else fact.start
    return envelope.telling(fact, Action.DELETE if withdrawn else Action.ADD, item, (name,), start)
