"""A day's pace without its idle gaps: who watches sees the day's rhythm and not its nights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

IDLE_MOST = timedelta(minutes=10)


def pauses(times: Sequence[datetime], seconds: float, idle_most: timedelta = IDLE_MOST) -> list[float]:
    """The seconds to wait before each message, `seconds` in all; no gap counts for more than `idle_most`."""
    gaps = [min(max(later - earlier, timedelta()), idle_most) for earlier, later in pairwise(times)]
    whole = sum(gaps, timedelta())
    return [0.0] * min(len(times), 1) + [seconds * (gap / whole) if whole else 0.0 for gap in gaps]
