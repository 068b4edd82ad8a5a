"""The pure coder: a short visit and a long stay beside what they may take, and how the time grows with the visit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from math import log
from zoneinfo import ZoneInfo

from benchmarks.measured import Measured, measure
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
from mappers.tables import load_tables

ZONE = ZoneInfo("America/Chicago")
DRUGS = ("ceftriaxone", "vancomycin", "ondansetron", "normal saline", "magnesium sulfate")
PUSHED = "ondansetron"
ALLOWED_SECONDS = {5: 0.0005, 200: 0.02}
SIZES = (50, 100, 200, 400, 800)


def coding() -> Iterator[Measured]:
    """A visit of five and a stay of 200 administrations, then larger ones beside what n log n would make of fifty."""
    for count, allowed in ALLOWED_SECONDS.items():
        seconds = _seconds(count)
        yield Measured(f"coding a visit of {count} administrations", seconds, "what is allowed", allowed)
    first, *larger = SIZES
    base = _seconds(first) / (first * log(first))
    for count in larger:
        yield Measured(f"coding a visit of {count}, growing", _seconds(count), "n log n", base * count * log(count))


def _seconds(count: int) -> float:
    facts, tables, policy = _visit(count), load_tables(), Policy(ZONE)
    as_of = facts.administrations[-1].start
    assert as_of is not None
    times = max(1, 1000 // count)

    def work() -> int:
        for _ in range(times):
            code(facts, policy, tables, as_of)
        return times

    return measure("coding", work).seconds


def _visit(count: int) -> PatientFacts:
    """Infusions, pushes and fluid in turn, each at its own time."""
    start = datetime(2026, 3, 3, 8, tzinfo=ZONE)
    given = tuple(_administration(place, start + timedelta(minutes=50 * place)) for place in range(count))
    encounter = Encounter("E", "P", PatientClass.OBSERVATION)
    return PatientFacts("P", Reference(reference="Patient/P"), given, (encounter,))


def _administration(place: int, start: datetime) -> Administration:
    drug = DRUGS[place % len(DRUGS)]
    return Administration(
        key=f"A{place:03}",
        patient="P",
        status=AdministrationStatus.COMPLETED,
        start=start,
        end=None if drug == PUSHED else start + timedelta(minutes=40),
        drugs=(DrugGiven(text=drug, dose=Quantity(Decimal(500), "mg")),),
        route=Route.INTRAVENOUS,
        method=Method.PUSH if drug == PUSHED else None,
        order=f"O{place}",
        encounter="E",
    )
