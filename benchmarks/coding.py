"""The pure coder: a short visit and a long stay beside what they may take, and how the time grows with either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from math import log
from statistics import median
from time import process_time
from zoneinfo import ZoneInfo

from benchmarks.measured import Measured
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
LARGER = (400, 800)
VISITS = (10, 40)
SAMPLES = 15
LOOP = 10_000_000


def coding() -> Iterator[Measured]:
    """Processor time: a plain loop to know the machine by, what is allowed, then how coding grows.

    Growth is beside what n log n makes of the 200 administrations, and of one patient's visits beside that many alone.
    """
    yield Measured("a plain loop of ten million, of this machine", _loop())
    medians: dict[int, float] = {}
    for count, allowed in ALLOWED_SECONDS.items():
        least, medians[count] = _least_and_median(_visit(count))
        yield Measured(f"coding {count} administrations", medians[count], "what is allowed", allowed)
        yield Measured(f"coding {count} administrations, at best", least, "what is allowed", allowed)
    base = medians[200] / (200 * log(200))
    for count in LARGER:
        _, seconds = _least_and_median(_visit(count))
        yield Measured(f"coding {count} administrations, growing", seconds, "n log n", base * count * log(count))
    for visits in VISITS:
        _, seconds = _least_and_median(_patient(visits))
        yield Measured(f"coding {visits} visits of one patient", seconds, "as many alone", visits * medians[5])


def _loop() -> float:
    began = process_time()
    for _ in range(LOOP):
        pass
    return process_time() - began


def _least_and_median(facts: PatientFacts) -> tuple[float, float]:
    """Seconds of processor time for one coding: of some samples the least, and the median."""
    tables, policy = load_tables(), Policy(ZONE)
    as_of = facts.administrations[-1].start
    assert as_of is not None
    times = max(1, 500 // len(facts.administrations))
    code(facts, policy, tables, as_of)
    samples = []
    for _ in range(SAMPLES):
        began = process_time()
        for _ in range(times):
            code(facts, policy, tables, as_of)
        samples.append((process_time() - began) / times)
    return min(samples), median(samples)


def _patient(visits: int) -> PatientFacts:
    """One patient who comes every other day, each time for five administrations."""
    given: list[Administration] = []
    encounters: list[Encounter] = []
    for number in range(visits):
        start = datetime(2026, 1, 5, 8, tzinfo=ZONE) + timedelta(days=2 * number)
        key, end = f"E{number:03}", start + timedelta(hours=6)
        encounters.append(Encounter(key, "P", PatientClass.OUTPATIENT, start, end))
        for place in range(5):
            one = _administration(place, start + timedelta(minutes=50 * place))
            given.append(replace(one, key=f"{key}-{one.key}", order=f"{key}-{one.order}", encounter=key))
    return PatientFacts("P", Reference(reference="Patient/P"), tuple(given), tuple(encounters))


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
