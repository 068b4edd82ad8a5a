"""What a site decides where authorities leave the choice; every key has a stated default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum


class Midnight(StrEnum):
    """Which date a unit of a service that crosses midnight carries."""

    THRESHOLD = "threshold"
    START = "start"


@dataclass(frozen=True, slots=True)
class Policy:
    """A site's choices. `zone` turns instants into service dates.

    `bag_gap_minutes`: the longest undocumented gap that still continues a run.
    `missing_stop_hours`: how long after its start a running infusion may go unstopped before a nurse
    is asked.
    """

    zone: tzinfo
    midnight: Midnight = Midnight.THRESHOLD
    bag_gap_minutes: int = 15
    missing_stop_hours: int = 24
