"""What else any HL7 v2 message says of a visit: diagnoses (DG1), who pays (IN1), what was done (PR1, FT1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from coder.facts import Condition, Coverage, DiagnosisUse, Procedure
from mappers.amounts import number
from mappers.charted import first_moment, last_moment
from mappers.code_systems import ICD_10_CM
from mappers.hl7.drugs import coded
from mappers.hl7.envelope import Envelope
from mappers.hl7.message import Message, Segment
from mappers.hl7.named import Around, telling_around
from mappers.procedure_kinds import billing_code, procedure_kind
from mappers.refused import refused
from mappers.telling import Telling

SEGMENTS = frozenset({"DG1", "IN1", "PR1", "FT1"})
ICD_10_METHODS = frozenset({"I10", "I10C", "ICD10", "ICD10CM"})
CHARGED, CREDITED = frozenset({"CG", ""}), frozenset({"CD"})
DIAGNOSIS_TYPES = {"A": DiagnosisUse.ADMITTING, "W": DiagnosisUse.WORKING, "F": DiagnosisUse.FINAL}
_WITHDRAWN = "D"
_RANK_DIGITS_MOST = 3
_SEGMENTS_MOST = 500
_MINUTES_MOST = 60 * 24 * 7
Read = Callable[[], Telling | None]


def surroundings_in(message: Message, visit: str | None, envelope: Envelope) -> Iterator[Read]:
    """Each reading that may give a telling of what surrounds a visit, in the order of the message."""
    readings = (
        (_condition, "DG1", 0),
        (_procedure, "PR1", 0),
        (_service, "FT1", _SEGMENTS_MOST),
        (_coverage, "IN1", 0),
    )
    for read, name, first in readings:
        for item, segment in enumerate(message.every(name)[:_SEGMENTS_MOST], start=first):
            yield partial(read, segment, visit, envelope, item)


def _condition(dg1: Segment, visit: str | None, envelope: Envelope, item: int) -> Telling | None:
    """A diagnosis, where it is one of ICD-10-CM; one code of several types is told once for each."""
    code = _icd_10_cm(dg1)
    if code is None:
        return None
    withdrawn = dg1.text(21) == _WITHDRAWN
    fact = Condition(
        key="",
        patient=envelope.patient,
        code=code,
        start=first_moment(envelope.clock.charted(dg1, 5), envelope.clock.zone),
        encounter=visit,
        cancelled=withdrawn,
        rank=_whole(dg1, 15),
        use=DIAGNOSIS_TYPES.get(dg1.text(6)),
    )
    named = f"DG1|{code}|{fact.use}" if fact.use else f"DG1|{code}"
    return _telling(fact, named, visit, envelope, item, withdrawn=withdrawn)


def _whole(segment: Segment, field: int) -> int | None:
    """A whole number from 1, such as a rank; None for everything else."""
    said = segment.text(field)
    return int(said) or None if said.isascii() and said.isdecimal() and len(said) <= _RANK_DIGITS_MOST else None


def _icd_10_cm(dg1: Segment) -> str | None:
    method = _plain(dg1.text(2))
    for coding in coded(dg1, 3)[0]:
        if coding.system == ICD_10_CM or _plain(coding.system or method) in ICD_10_METHODS:
            return coding.code
    return None


def _plain(name: str) -> str:
    return name.upper().replace("-", "")


def _coverage(in1: Segment, visit: str | None, envelope: Envelope, item: int) -> Telling | None:
    """Who pays: the company's name in IN1-4, else its number in IN1-3, else the plan's in IN1-2."""
    payer = in1.text(4) or in1.text(3) or in1.text(2, 2) or in1.text(2)
    if not payer:
        return None
    rank = _whole(in1, 22) or _whole(in1, 1) or in1.place
    fact = Coverage(
        key="",
        patient=envelope.patient,
        payer=payer,
        start=first_moment(envelope.clock.charted(in1, 12), envelope.clock.zone),
        end=last_moment(envelope.clock.charted(in1, 13), envelope.clock.zone),
        rank=rank,
        authorisation=in1.text(14) or None,
    )
    return _telling(fact, f"IN1|{_whole(in1, 1) or in1.place}", visit, envelope, item, withdrawn=False)


def _procedure(pr1: Segment, visit: str | None, envelope: Envelope, item: int) -> Telling | None:
    """A procedure by its code or its words."""
    codings, words = coded(pr1, 3)
    said = [word.casefold() for word in (words, pr1.text(4), pr1.text(6, 2)) if word]
    if not codings and not said:
        return None
    at = envelope.clock.charted(pr1, 5)
    withdrawn = pr1.text(20) == _WITHDRAWN
    fact = Procedure(
        key="",
        patient=envelope.patient,
        kind=procedure_kind(codings, said),
        code=billing_code(codings),
        start=at.instant,
        end=_after(at.instant, pr1),
        encounter=visit,
        cancelled=withdrawn,
        day=at.day,
    )
    named = pr1.text(19) or f"{codings[0].code if codings else said[0]}|{pr1.text(5)}"
    return _telling(fact, f"PR1|{named}", visit, envelope, item, withdrawn=withdrawn)


def _after(start: datetime | None, pr1: Segment) -> datetime | None:
    """When it ended, by the minutes in PR1-7."""
    minutes = number(pr1.text(7)) if pr1.raw(7) else None
    return start + timedelta(minutes=int(minutes)) if start and minutes and minutes <= _MINUTES_MOST else None


def _service(ft1: Segment, visit: str | None, envelope: Envelope, item: int) -> Telling | None:
    """A service that somebody else charged for, where it is charged by CPT or HCPCS; a credit takes it back."""
    codings = coded(ft1, 25)[0] + coded(ft1, 7)[0]
    code, kind, amount = billing_code(codings), ft1.text(6), ft1.text(10)
    if code is None or kind not in CHARGED | CREDITED:
        return None
    withdrawn = kind in CREDITED or amount.startswith("-")
    at = envelope.clock.charted(ft1, 4)
    if at.day is None and ft1.raw(4):
        raise refused("not a date", ft1.path(4), ft1.text(4), "the date of the service")
    fact = Procedure(
        key="",
        patient=envelope.patient,
        kind=procedure_kind(codings, ()),
        code=code,
        start=at.instant,
        encounter=visit,
        cancelled=withdrawn,
        day=at.day,
    )
    day = at.day.isoformat() if at.day else ""
    return _telling(fact, f"FT1|{code}|{day}", visit, envelope, item, withdrawn=withdrawn)


def _telling(fact: Around, name: str, visit: str | None, envelope: Envelope, item: int, *, withdrawn: bool) -> Telling:
    """The telling of a fact; its name holds within its visit, else within its patient."""
    name = f"{visit}|{name}" if visit else f"{envelope.source}|{name} of {envelope.patient}"
    return telling_around(fact, name, envelope, item, withdrawn=withdrawn)
