"""The visit of an HL7 v2 message: the key its administrations name it by, and what PV1 says of it."""

from __future__ import annotations

from coder.facts import Encounter, PatientClass, Reference
from mappers.charted import Charted
from mappers.hl7.envelope import Envelope, identifier_in
from mappers.hl7.message import Segment
from mappers.hl7.time import charted_in
from mappers.patient_classes import V2_CLASSES, V2_SERIES
from mappers.refused import refused
from mappers.telling import Action, Telling

_OBSERVATION = "OBS"
_CLEARABLE = {3: "department", 44: "start", 45: "end"}


def visit_key(pv1: Segment | None, envelope: Envelope, charted: tuple[Charted, ...]) -> str | None:
    """The visit number, else the account, else the patient's day of the first charted time."""
    if pv1 and pv1.text(19):
        return f"VN|{pv1.text(19)}"
    if envelope.account:
        return f"AN|{envelope.account.value}"
    days = [time.day for time in charted if time.day]
    return f"day:{envelope.patient}|{min(days).isoformat()}" if days else None


def read_visit(pv1: Segment, key: str | None, envelope: Envelope, item: int) -> Telling:
    """What PV1 says of the encounter; raises Refused where it cannot be told which one it is."""
    if key is None:
        raise refused("no visit", "PV1-19", "", "a visit number, or an account in PID-18")
    fact = _fact(pv1, envelope)
    return Telling(
        source=envelope.source,
        kind="encounter",
        patient=envelope.patient,
        patient_reference=envelope.patient_reference,
        fact=fact,
        action=Action.ADD,
        whole=False,
        identifiers=(key,),
        order=None,
        start=fact.start,
        asserted=envelope.asserted,
        message_id=envelope.message_id,
        digest=envelope.digest(item),
        cleared=frozenset(name for field, name in _CLEARABLE.items() if pv1.is_cleared(field)),
        ignored=envelope.ignored,
    )


def _fact(pv1: Segment, envelope: Envelope) -> Encounter:
    visit = identifier_in(pv1, 19)
    return Encounter(
        key="",
        patient=envelope.patient,
        patient_class=_class(pv1),
        start=charted_in(pv1, 44, envelope.zone).instant,
        end=charted_in(pv1, 45, envelope.zone).instant,
        department=pv1.text(3) or None,
        account=envelope.account,
        references=_references(visit),
        series=pv1.text(2) == V2_SERIES if pv1.text(2) else None,
    )


def _class(pv1: Segment) -> PatientClass:
    if pv1.text(18) == _OBSERVATION:
        return PatientClass.OBSERVATION
    return V2_CLASSES.get(pv1.text(2), PatientClass.UNKNOWN)


def _references(visit: Reference | None) -> tuple[Reference, ...]:
    return (visit,) if visit else ()
