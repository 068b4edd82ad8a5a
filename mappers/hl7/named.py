"""A telling of something around an administration, by the name that its sender knows it by."""

from __future__ import annotations

from coder.facts import AdmissionOrder, Condition, Coverage, Procedure
from mappers.hl7.envelope import Envelope
from mappers.telling import KINDS, Action, Telling

Around = AdmissionOrder | Condition | Coverage | Procedure


def telling_around(fact: Around, name: str, envelope: Envelope, item: int, *, withdrawn: bool) -> Telling:
    """The telling of a fact that is no administration; `withdrawn` takes back what was told before."""
    return Telling(
        source=envelope.source,
        kind=KINDS[type(fact)],
        patient=envelope.patient,
        patient_reference=envelope.patient_reference,
        fact=fact,
        action=Action.DELETE if withdrawn else Action.ADD,
        whole=False,
        identifiers=(name,),
        order=None,
        start=fact.at if isinstance(fact, AdmissionOrder) else fact.start,
        asserted=envelope.asserted,
        message_id=envelope.message_id,
        digest=envelope.digest(item),
        ignored=envelope.ignored,
        born=envelope.born,
    )
