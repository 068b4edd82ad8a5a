"""Sentences an auditor reads: how minutes were counted, and why a line is what it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from decimal import Decimal

from coder.charges import Interval, Minutes, Subtraction
from coder.lines.hierarchy import rank
from coder.runs.modes import Classified

SOURCES = {
    "charted": "charted",
    "next-rate": "until the next charted rate",
    "last-charted": "nothing charted after",
}
TAKEN = {
    "run.pause": "paused",
    "hydration.once": "another fluid ran and counts",
    "hydration.overlap": "another infusion ran",
    "hydration.push": "a push was being given",
}


def counted(minutes: Minutes, zone: tzinfo) -> tuple[str, ...]:
    """A ledger of minutes in sentences: each interval, each subtraction, what counts, and what it met."""
    said = [f"{_span(one, zone)} ({SOURCES.get(one.source, one.source)})." for one in minutes.gross]
    said += [
        f"Minus {_span(one, zone)}, {one.minutes} minutes: {TAKEN.get(one.rule, one.rule)}."
        for one in minutes.subtracted
    ]
    if minutes.gross:
        said.append(f"Counted: {minutes.counted} minutes.")
    if minutes.threshold:
        said.append(f"The last unit was earned at counted minute {minutes.threshold_minutes} ({minutes.threshold}).")
    return tuple(said)


def _span(one: Interval | Subtraction, zone: tzinfo) -> str:
    return f"{one.start.astimezone(zone):%H:%M} to {one.end.astimezone(zone):%H:%M}"


def initial(winner: Classified, rivals: Sequence[Classified]) -> tuple[str, ...]:
    """Why this run is the initial service, and what lost to it."""
    if not rivals:
        return ("Initial service: the only infusion or push on this access.",)
    equals = [one for one in rivals if rank(one) == rank(winner)]
    weaker = [one for one in rivals if one not in equals]
    said = []
    if weaker:
        said.append(
            "Initial service by the facility hierarchy (chemotherapy before therapeutic before hydration, "
            f"infusion before push): before {_named(weaker)}."
        )
    if equals:
        said.append(f"Of equals the earliest, or the longest that overlaps it: before {_named(equals)}.")
    return tuple(said)


def _named(runs: Sequence[Classified]) -> str:
    return ", ".join(f"{one.run.name} ({one.mode})" for one in runs)


def dose_to_units(dose: Decimal, unit: str, amount: Decimal, amount_unit: str, units: int) -> str:
    """The arithmetic of a drug line."""
    return f"{dose:f} {unit} given; one unit is {amount:f} {amount_unit}; rounded up to whole units: {units}."
