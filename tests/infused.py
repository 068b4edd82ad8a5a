"""Short ways to chart what was given in one visit, and to code it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from coder.charges import CodedVisit, CodeSystem
from coder.coding import code
from coder.facts import (
    Administration,
    AdministrationStatus,
    DrugGiven,
    Encounter,
    Method,
    PatientClass,
    PatientFacts,
    Quantity,
    Reference,
    Route,
)
from coder.policy import Policy
from coder.tables import Tables
from mappers.tables import load_tables

ZONE = ZoneInfo("America/Chicago")
DAY = date(2026, 3, 3)
POLICY = Policy(ZONE)
TABLES = load_tables()
IN_PROGRESS = AdministrationStatus.IN_PROGRESS
NOUGHT = Quantity(Decimal(0), "mL/h")


def at(clock: str, day: date = DAY) -> datetime:
    """A time of day on the site's clock; `+1 00:30` is on the next day."""
    days, _, hour = clock.rpartition(" ")
    return datetime.combine(day + timedelta(days=int(days or 0)), time.fromisoformat(hour), ZONE)


def given(key: str, said: str, drug: str = "ceftriaxone", **more: Any) -> Administration:
    """An administration from `09:00-10:00`, `09:00` or nothing, into a vein unless said otherwise."""
    start, _, end = said.partition("-")
    stated: dict[str, Any] = {
        "status": AdministrationStatus.COMPLETED,
        "start": at(start) if start else None,
        "end": at(end) if end else None,
        "drugs": (DrugGiven(text=drug),),
        "route": Route.INTRAVENOUS,
        "order": f"order of {key}",
        "encounter": "E1",
        "references": (Reference(reference=f"MedicationAdministration/{key}"),),
    }
    return Administration(key, "P1", **(stated | more))


def push(key: str, said: str, drug: str, **more: Any) -> Administration:
    """An administration charted as a push."""
    return given(key, said, drug, method=Method.PUSH, **more)


def coded(*givens: Administration, policy: Policy = POLICY, tables: Tables = TABLES) -> CodedVisit:
    """The only visit of these administrations, as an outpatient, three days later."""
    encounter = Encounter("E1", "P1", PatientClass.OUTPATIENT, references=(Reference(reference="Encounter/E1"),))
    facts = PatientFacts("P1", Reference(reference="Patient/P1"), givens, (encounter,))
    (visit,) = code(facts, policy, tables, at("+3 12:00")).visits
    return visit


def lines(visit: CodedVisit) -> list[tuple[str, tuple[str, ...]]]:
    """Each service line by its code and its administrations."""
    return [(charge.code, charge.service) for charge in visit.charges if charge.system is CodeSystem.CPT]


def sentences(visit: CodedVisit, wanted: str) -> str:
    """The explanation of the first line of a code."""
    return " ".join(next(charge.explanation for charge in visit.charges if charge.code == wanted))
