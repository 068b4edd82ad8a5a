"""Sentences an auditor reads: how minutes were counted, and why a line is what it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal

from coder.charges import Interval, Minutes, Subtraction
from coder.facts import VisitReason
from coder.lines.concurrency import Alongside
from coder.lines.hierarchy import rank
from coder.minutes import whole_minutes
from coder.policy import Concurrent, Policy, SplitDose
from coder.runs.classified import Classified

SOURCES = {
    "next-rate": "until the next charted rate",
    "answered": "its end was answered",
    "computed": "its end is computed from charted volume and rate",
    "pump": "by the pump",
}
TAKEN = {
    "run.pause": "paused",
    "run.taken-over": "before it was taken over",
    "run.until-inpatient": "after the inpatient order",
    "hydration.once": "another fluid ran and counts",
    "hydration.overlap": "another infusion ran",
    "hydration.push": "a push was being given",
    "hydration.between-blood": "between units of blood",
    "hydration.segments": "a piece too short to count by itself",
    "concurrent.deduct": "a longer infusion ran",
    "repeat.sum": "counted already",
}
ENOUGH = {
    Concurrent.MAJORITY: "more than half of the later drug's",
    Concurrent.ANY: "and any time together is enough",
    Concurrent.MIN16: "which is enough",
}


def counted(minutes: Minutes, zone: tzinfo, day: date) -> tuple[str, ...]:
    """A ledger of minutes in sentences: each interval, each subtraction, what counts, and what it met."""
    said = [
        f"{_span(one, zone, day)}, {whole_minutes(one.end - one.start)} minutes ({how_known(one, zone)})."
        for one in minutes.gross
    ]
    said += [
        f"Minus {_span(one, zone, day)}, {one.minutes} minutes: {TAKEN.get(one.rule, one.rule)} "
        f"({one.administration}, {one.rule})."
        for one in minutes.subtracted
    ]
    if minutes.gross:
        said.append(f"Counted: {minutes.counted} minutes.")
    if minutes.threshold:
        said.append(f"The last unit was earned at counted minute {minutes.threshold_minutes} ({minutes.threshold}).")
    return tuple(said)


def how_known(one: Interval, zone: tzinfo) -> str:
    """Whether an interval was charted or computed, by whom, and when that was told."""
    return f"{one.administration} {SOURCES.get(one.source, one.source)}{who_and_when(one, zone)}"


def who_and_when(one: Interval, zone: tzinfo) -> str:
    """Who charted an interval, and when that was told, where it is known."""
    by = f", by {one.by}" if one.by else ""
    return by + (f", told {one.at.astimezone(zone):%Y-%m-%d %H:%M}" if one.at else "")


def _span(one: Interval | Subtraction, zone: tzinfo, day: date) -> str:
    return f"{_clock(one.start, zone, day)} to {_clock(one.end, zone, day)}"


def _clock(moment: datetime, zone: tzinfo, day: date) -> str:
    local = moment.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == day else f"{local:%Y-%m-%d %H:%M}"


def initial(
    winner: Classified, rivals: Sequence[Classified], reason: VisitReason | None, policy: Policy
) -> tuple[str, ...]:
    """Why this run is the initial service, and what lost to it."""
    if not rivals:
        return ("Initial service: the only infusion or push on this access.",)
    best = rank(winner, reason)
    equals: list[Classified] = []
    weaker: list[Classified] = []
    for one in rivals:
        (equals if rank(one, reason) == best else weaker).append(one)
    said = []
    if weaker:
        why = (
            f"reason for the visit, {reason}"
            if reason
            else "facility hierarchy (chemotherapy before therapeutic before hydration, infusion before push; "
            f"{policy.said('setting')})"
        )
        said.append(f"Initial service by the {why}: before {_named(weaker)}.")
    if equals:
        said.append(f"Of equals the earliest, or the longest that overlaps it: before {_named(equals)}.")
    return tuple(said)


def initial_hydration(rivals: Sequence[Classified]) -> str:
    """Why fluid is the initial service of its access."""
    if not rivals:
        return "Hydration is the initial service: nothing stronger ran on this access."
    return f"Initial service by the reason for the visit, hydration: before {_named(rivals)}."


def access(name: str, documented: str | None, holds_all: bool, policy: Policy) -> tuple[str, ...]:
    """Why an access has an initial service of its own, or why another has none."""
    if holds_all:
        return (f"More than one access was used; they have one initial service ({policy.said('second_access')}).",)
    if documented is None:
        return ()
    return (f"On a second access, {name}, documented as necessary ({documented}; {policy.said('second_access')}).",)


def _named(runs: Sequence[Classified]) -> str:
    return ", ".join([f"{one.run.name} ({one.mode})" for one in runs])


def concurrent(near: Alongside | None, policy: Policy) -> tuple[str, ...]:
    """Why an infusion is concurrent."""
    if near is None:
        return ()
    if policy.concurrent is Concurrent.DEDUCT:
        why = "and without the time that longer infusions share with it too little is left of it"
    else:
        why = ENOUGH[policy.concurrent]
    return (
        f"Ran alongside {near.other.run.name} for {near.minutes} minutes, {why}: concurrent, counted once a date, "
        f"not by time ({policy.said('concurrent')}).",
    )


def sequential(near: Alongside | None, policy: Policy) -> tuple[str, ...]:
    """Why an infusion is sequential, and what it shared with another."""
    said = "A new drug on the same access, before or after the initial service: sequential."
    if near is None:
        return (said,)
    shared = f"Ran alongside {near.other.run.name} for {near.minutes} minutes"
    if policy.concurrent is Concurrent.DEDUCT:
        return said, f"{shared}; time shared with a longer infusion is taken off it ({policy.said('concurrent')})."
    return said, f"{shared}, too little to be concurrent ({policy.said('concurrent')})."


def summed(first: Classified, infusions: int, minutes: int, policy: Policy) -> str:
    """What the infusions of one drug come to together."""
    return (
        f"{first.run.name.capitalize()}, infusions counted as one: {infusions}, {minutes} minutes in all "
        f"({policy.said('same_drug_repeat')})."
    )


def segments(pieces: Sequence[int], policy: Policy) -> tuple[str, ...]:
    """Whether pieces of fluid count together, or which of them count by themselves."""
    if policy.sum_hydration_segments:
        return (f"Its pieces are counted together ({policy.said('sum_hydration_segments')}).",)
    listed = " and ".join(str(minutes) for minutes in pieces) or "none yet"
    return (f"Each piece of fluid counts by itself ({policy.said('sum_hydration_segments')}), in minutes: {listed}.",)


def injection(injections: int, policy: Policy) -> str:
    """How often one ordered dose counts."""
    if injections == 1:
        return "Each separately ordered injection counts once."
    times = "each counts" if policy.split_dose is SplitDose.EACH else "it counts once"
    return f"One ordered dose in {injections} injections: {times} ({policy.said('split_dose')})."


def dose_to_units(dose: Decimal, unit: str, amount: Decimal, amount_unit: str, units: int) -> str:
    """The arithmetic of a drug line."""
    return f"{dose:f} {unit} given; one unit is {amount:f} {amount_unit}; rounded up to whole units: {units}."
