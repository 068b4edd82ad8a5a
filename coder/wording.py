"""Sentences an auditor reads: how minutes were counted, and why a line is what it is."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from coder.lines import Clocked
from coder.modes import Classified
from coder.sheet import Sheet

SOURCES = {
    "charted": "charted",
    "next-rate": "until the next charted rate",
    "last-charted": "nothing charted after",
}
TAKEN = {
    "run.pause": "paused",
    "hydration.overlap": "another infusion ran",
    "hydration.push": "a push was being given",
}


def counted(clocked: Clocked, what: str) -> tuple[str, ...]:
    """Each interval, each subtraction, and the minutes that count."""
    said = [
        f"{what.capitalize()} {one.start:%H:%M} to {one.end:%H:%M} ({SOURCES[one.source]})." for one in clocked.gross
    ]
    said += [
        f"Minus {one.start:%H:%M} to {one.end:%H:%M}, {one.minutes} minutes: {TAKEN[one.rule]}."
        for one in clocked.subtracted
    ]
    said.append(f"Counted: {clocked.counted} minutes.")
    return tuple(said)


def one_time(classified: Classified, sheet: Sheet) -> tuple[str, ...]:
    """The time of a push or injection, with its length where one is charted."""
    run = classified.run
    if run.one_time:
        return (f"{run.name.capitalize()} given at {sheet.clock(run.start)} (one charted time).",)
    span = f"{sheet.clock(run.start)} to {sheet.clock(run.end)}"
    return (f"{run.name.capitalize()} {span}, {run.minutes} minutes.",)


def initial(rivals: Sequence[Classified]) -> tuple[str, ...]:
    """Why this run is the initial service, and what lost to it."""
    if not rivals:
        return ("Initial service: the only infusion or push on this access.",)
    lost = ", ".join(f"{one.run.name} ({one.mode})" for one in rivals)
    return (
        "Initial service by the facility hierarchy: chemotherapy before therapeutic before hydration, "
        f"infusion before push. It stands before {lost}.",
    )


def dose_to_units(dose: Decimal, unit: str, amount: Decimal, amount_unit: str, units: int) -> str:
    """The arithmetic of a drug line."""
    return f"{dose:f} {unit} given; one unit is {amount:f} {amount_unit}; rounded up to whole units: {units}."
