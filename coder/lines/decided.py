"""What a policy or a table decided about a run itself, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from coder.facts import Administration, EndSource
from coder.policy import Clock, Policy

BY_PUMP, EARLIER_STOP = "clock.pump", "clock.earlier-stop"
DECIDED: dict[str, tuple[str, str | None]] = {
    "early-stop.minutes": ("Stopped before its ordered end, so its minutes decide", "early_stop"),
    "early-stop.discontinued": ("Stopped before its ordered end: discontinued", "early_stop"),
    "early-stop.reduced": ("Stopped before its ordered end: reduced", "early_stop"),
    "early-stop.intent": ("Stopped before its ordered end: what was meant counts", "early_stop"),
    "pca.demand-pushes": ("A dose the patient asked of a pump", "pca_demand_doses"),
    "bolus-and-drip.both": ("A push and an infusion of one drug: both are reported", "bolus_and_drip"),
    "bolus-and-drip.query": ("A push and an infusion of one drug: both wait for an answer", "bolus_and_drip"),
    "run.stitched": ("Bags, rates and restarts are one run, also over a gap in minutes up to", "bag_gap_minutes"),
    "stop.computed": ("Its stop was not charted and is computed from charted volume and rate", "missing_stop"),
    "stop.chosen-push": ("Its stop was not charted: a push, as a person chose", "missing_stop"),
    BY_PUMP: ("Timed by the pump's own start and stop", "clock"),
    EARLIER_STOP: ("Of the charted stop and the pump's the earlier counts", "clock"),
    "cavity.reduced": ("Somebody else made the puncture that its code includes: reduced", None),
    "family.table": ("Chemotherapy or therapeutic by the table for its drug, route, payer, diagnosis and date", None),
}


def decided(rules: Sequence[str], policy: Policy) -> tuple[str, ...]:
    """What a policy or a table decided about the run itself."""
    if DECIDED.keys().isdisjoint(rules):
        return ()
    told = (EARLIER_STOP if rule == BY_PUMP and policy.clock is Clock.EARLIER_STOP else rule for rule in rules)
    return tuple([_decided(*DECIDED[rule], policy) for rule in told if rule in DECIDED])


def computed_stop(given: Administration) -> str | None:
    """The arithmetic of a stop that was computed; None where it was not."""
    volume, rate = given.volume_infused, given.rate
    if given.end_source is not EndSource.COMPUTED or volume is None or rate is None:
        return None
    return (
        f"The stop of {given.key}: its charted start and the time that {volume.value:f} {volume.unit} "
        f"take at {rate.value:f} {rate.unit}."
    )


def _decided(says: str, key: str | None, policy: Policy) -> str:
    return f"{says} ({policy.said(key)})." if key else f"{says}."
