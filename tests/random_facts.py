"""Random patients for the invariants: every field of the facts at any value, whether it makes sense or not."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta
from decimal import Decimal
from enum import EnumType
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from coder.facts import (
    AccessDevice,
    Administration,
    AdministrationStatus,
    AdmissionOrder,
    ClassPeriod,
    Condition,
    Coverage,
    DrugGiven,
    Encounter,
    Method,
    PatientClass,
    PatientFacts,
    Place,
    Procedure,
    ProcedureKind,
    Pump,
    PumpOwner,
    Purpose,
    Quantity,
    Reference,
    Route,
    VisitReason,
)
from coder.policy import EarlyStop, Policy

ZONE = ZoneInfo("America/Chicago")
DAWN = datetime(2026, 3, 3, 6, tzinfo=ZONE)
LATE = DAWN + timedelta(days=9)
DRUGS = (
    "ceftriaxone", "vancomycin", "paclitaxel", "cyclophosphamide", "sodium chloride 0.9%", "ondansetron", "morphine",
    "degarelix", "infliximab", "heparin", "red blood cells, leukocytes reduced", "iohexol",
    "dalbavancin", "cyanocobalamin", "no such drug",
)  # fmt: skip
ROUTES = [Route.INTRAVENOUS] * 12 + [None, *Route]
CLASSES = [PatientClass.OUTPATIENT] * 4 + [PatientClass.EMERGENCY, PatientClass.OBSERVATION] * 2
STATUSES = [AdministrationStatus.COMPLETED] * 6 + [AdministrationStatus.STOPPED] * 2 + list(AdministrationStatus)
DOSES = [Quantity(Decimal(said), "mg") for said in ("1", "0.5", "150", "899.9")]
RATES = [None] * 4 + [Quantity(Decimal(0), "mL/h"), Quantity(Decimal(9), "mL/h")]
CODES = [None, "99213", "99211", "G0463", "36430", "74177", "93015", "62270"]


CHARTED: list[tuple[str, Any]] = [
    *(("pump", pump) for pump in Pump),
    *(("pump_owner", owner) for owner in PumpOwner),
    *((name, value) for name in ("continues_at_home", "puncture", "counselled", "demand") for value in (True, False)),
    *(("ordered_minutes", minutes) for minutes in (10, 60, 480)),
    *(("injections", count) for count in (1, 2)),
    *(("lesions", count) for count in (7, 8)),
    *(("access_device", device) for device in AccessDevice),
    *(("place", place) for place in Place),
    *(("attended", attended) for attended in (True, False)),
    ("procedure", "PR0"),
    *(("reasons", codes) for codes in (("M72.2",), ("L03.119", "Z79.2"), ("Z79.2",))),
    ("reason_conditions", ("D",)),
    ("authorisation", "SHP-4711"),
]


def rarely(*values: Any) -> st.SearchStrategy[Any]:
    """Nothing most of the time, else one of these."""
    return st.sampled_from([None] * 8 + list(values))


@st.composite
def moments(draw: st.DrawFn, minutes: int = 1440) -> datetime:
    return DAWN + timedelta(minutes=draw(st.integers(0, minutes)))


@st.composite
def administrations(draw: st.DrawFn, number: int, encounters: int) -> Administration:
    start = draw(moments())
    length = draw(st.one_of(st.none(), st.integers(1, 240), st.integers(470, 490)))
    charted: dict[str, Any] = dict(draw(st.lists(st.sampled_from(CHARTED), max_size=2)))
    if draw(st.integers(0, 9)) == 0:
        charted["taken_over_at"] = draw(moments())
    return Administration(
        key=f"A{number}",
        patient="P",
        status=draw(st.sampled_from(STATUSES)),
        start=draw(st.sampled_from([start] * 9 + [None])),
        end=None if length is None else start + timedelta(minutes=length),
        drugs=(DrugGiven(text=draw(st.sampled_from(DRUGS)), dose=draw(st.sampled_from(DOSES))),),
        route=draw(st.sampled_from(ROUTES)),
        method=draw(st.sampled_from([None, None, Method.PUSH])),
        access="left" if number % 2 else "right",
        second_access=draw(st.sampled_from([None, None, "incompatible"])),
        purpose=draw(rarely(*Purpose)),
        order=draw(st.sampled_from(["O1", "O2", None])),
        rate=draw(st.sampled_from(RATES)),
        encounter=f"E{draw(st.integers(0, encounters - 1))}",
        **charted,
    )


@st.composite
def encounters(draw: st.DrawFn, number: int) -> Encounter:
    start = draw(st.one_of(st.none(), moments()))
    end = None if start is None else start + timedelta(minutes=draw(st.integers(1, 1440)))
    turned = draw(st.one_of(st.none(), st.none(), moments()))
    return Encounter(
        f"E{number}",
        "P",
        draw(st.sampled_from([*CLASSES, *PatientClass])),
        start,
        end,
        classes=() if turned is None else (ClassPeriod(PatientClass.INPATIENT, turned),),
        series=draw(rarely(True, False)),
        reason=draw(rarely(*VisitReason)),
        part_of=draw(rarely("E0")) if number else None,
    )


@st.composite
def procedures(draw: st.DrawFn, number: int) -> Procedure:
    start = draw(moments())
    return Procedure(
        f"PR{number}",
        "P",
        draw(st.sampled_from(list(ProcedureKind))),
        draw(st.sampled_from(CODES)),
        start,
        start + timedelta(minutes=draw(st.integers(0, 120))),
        draw(st.sampled_from([None, "E0"])),
    )


@st.composite
def patients(draw: st.DrawFn) -> PatientFacts:
    """One or two encounters, up to six administrations, and what else may be known."""
    count = draw(st.integers(1, 2))
    return PatientFacts(
        "P",
        Reference(reference="Patient/P"),
        tuple(draw(administrations(number, count)) for number in range(draw(st.integers(1, 6)))),
        tuple(draw(encounters(number)) for number in range(count)),
        tuple(draw(procedures(number)) for number in range(draw(st.integers(0, 2)))),
        tuple(
            AdmissionOrder("AO", "P", at=draw(moments()), encounter="E0") for _ in range(draw(st.integers(0, 8)) // 8)
        ),
        tuple(
            Coverage("C", "P", draw(st.sampled_from(["Medicare", "Acme", "Sample Health Plan"])))
            for _ in range(draw(st.integers(0, 1)))
        ),
        tuple(Condition("D", "P", "M05.79") for _ in range(draw(st.integers(0, 1)))),
    )


def _decisions() -> list[tuple[str, Any]]:
    """Every value of every policy that has a few of them."""
    hints = get_type_hints(Policy)
    kinds = [(field.name, hints[field.name]) for field in fields(Policy)]
    named: list[tuple[str, Any]] = []
    for name, kind in kinds:
        values: list[Any] = list(kind) if isinstance(kind, EnumType) else [True, False] * (kind is bool)
        named += [(name, value) for value in values]
    named += [("early_stop", stop) for stop in EarlyStop]
    return [*named, *(("place_of_service", place) for place in ("11", "12", "22", "23"))]


DECISIONS = _decisions()


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Up to four policies decided, the others at their defaults."""
    return Policy(ZONE, **dict(draw(st.lists(st.sampled_from(DECISIONS), max_size=4))))
