"""When something ran, where the site goes by the pump, or by what was charted to have run in at which rate."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from coder.drugs.units import convert
from coder.facts import Administration, AdministrationStatus, EndSource, Method, Quantity
from coder.policy import Clock, MissingStop, Policy

CHARTED = Clock.CHARTED
COMPUTED = MissingStop.COMPUTED
OVER = (AdministrationStatus.COMPLETED, AdministrationStatus.STOPPED)
MINUTES = {"h": Decimal(60), "hr": Decimal(60), "hour": Decimal(60), "min": Decimal(1), "minute": Decimal(1)}


def on_the_clock(given: Administration, policy: Policy) -> Administration:
    """The administration with the times that count at this site; what a person answered stands."""
    if given.end_source is not None:
        return given
    if policy.clock is not CHARTED:
        given = _by_pump(given, policy.clock)
    if given.end is None and policy.missing_stop is COMPUTED:
        given = _computed(given)
    return given


def _by_pump(given: Administration, clock: Clock) -> Administration:
    """The pump's times; or its stop alone, where that is the earlier one."""
    start = (given.pump_start if clock is Clock.PUMP else None) or given.start
    end = given.pump_end or given.end
    if clock is Clock.EARLIER_STOP and given.end and given.pump_end:
        end = min(given.end, given.pump_end)
    if (start, end) == (given.start, given.end) or (start and end and end <= start):
        return given
    return replace(given, start=start, end=end, end_source=EndSource.PUMP)


def _computed(given: Administration) -> Administration:
    """The stop of what is over, from its charted start, volume infused and rate; never from what was ordered."""
    minutes = _minutes(given.volume_infused, given.rate)
    if minutes is None or given.start is None or given.status not in OVER or given.method is Method.PUSH:
        return given
    return replace(given, end=_after(given.start, minutes), end_source=EndSource.COMPUTED)


def _after(start: datetime, minutes: Decimal) -> datetime:
    """Whole seconds later, also where the wall's clock is changed in between."""
    return (start.astimezone(UTC) + timedelta(seconds=int(minutes * 60))).astimezone(start.tzinfo)


def _minutes(volume: Quantity | None, rate: Quantity | None) -> Decimal | None:
    if volume is None or rate is None or rate.value <= 0:
        return None
    much, _, per = (rate.unit or "").partition("/")
    amount, flow = convert(volume, "mL"), convert(Quantity(rate.value, much), "mL")
    length = MINUTES.get(per.casefold())
    if amount is None or flow is None or length is None or amount <= 0:
        return None
    return amount * length / flow
