"""Orders to admit: an ORC with an OBR that makes a stay inpatient or observation from a moment on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from coder.facts import AdmissionOrder
from mappers.admission_words import admitted_to
from mappers.charted import UNSTATED
from mappers.hl7.drugs import coded
from mappers.hl7.envelope import Envelope
from mappers.hl7.message import Message, Segment
from mappers.hl7.named import telling_around
from mappers.hl7.surroundings import Read
from mappers.telling import Telling

TAKEN_BACK = frozenset({"CA", "OC", "CR", "DC", "OD", "DR"})
_SEGMENTS_MOST = 500


def admission_orders_in(message: Message, visit: str | None, envelope: Envelope) -> Iterator[Read]:
    """Each ORC followed by its OBR, where there is one."""
    segments = [each for each in message.segments if each.name in {"ORC", "OBR"}][:_SEGMENTS_MOST]
    for item, (orc, obr) in enumerate(pairwise(segments)):
        if (orc.name, obr.name) == ("ORC", "OBR"):
            yield partial(_admission_order, orc, obr, visit, envelope, item)


def _admission_order(orc: Segment, obr: Segment, visit: str | None, envelope: Envelope, item: int) -> Telling | None:
    """An order to admit, from when it takes effect (ORC-15), else from when it was given (ORC-9)."""
    codings, words = coded(obr, 4)
    said = (words, *(coding.display for coding in codings))
    patient_class = admitted_to(codings, [word for word in said if word])
    number = orc.text(2) or orc.text(3) or obr.text(2) or obr.text(3)
    if patient_class is None or not number:
        return None
    stated = (envelope.clock.charted(orc, field) for field in (15, 9))
    withdrawn = orc.text(1) in TAKEN_BACK
    fact = AdmissionOrder(
        key="",
        patient=envelope.patient,
        patient_class=patient_class,
        at=next((time for time in stated if time.instant), UNSTATED).instant or envelope.asserted,
        encounter=visit,
        cancelled=withdrawn,
    )
    name = f"{visit or envelope.source}|order {number} of {envelope.patient}"
    return telling_around(fact, name, envelope, item, withdrawn=withdrawn)
