"""Series accounts: a recurring account holds one visit for each day the patient was present."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from coder.facts import Administration
from coder.policy import Policy


def days_present(ordered: Sequence[Administration], policy: Policy) -> tuple[tuple[str, list[Administration]], ...]:
    """Administrations in order of start, by the day the patient came; what goes on over midnight stays with it."""
    days: dict[str, list[Administration]] = {}
    gap = timedelta(minutes=policy.bag_gap_minutes)
    day, latest_end = "", None
    for given in ordered:
        if given.start is None:
            days.setdefault("undated", []).append(given)
            continue
        start, end = given.start.astimezone(UTC), (given.end or given.start).astimezone(UTC)
        if latest_end is None or start > latest_end + gap:
            day = given.start.astimezone(policy.zone).date().isoformat()
        latest_end = _later(latest_end, end)
        days.setdefault(day, []).append(given)
    return tuple(days.items())


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None or other > one else one
