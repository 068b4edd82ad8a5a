"""How long to wait before trying again: longer each time, up to five minutes, and never all at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

PAUSE_SECONDS_MOST = 300


@dataclass(frozen=True, slots=True)
class Pauses:
    """Pauses with full jitter: anything from nothing to a bound that doubles with each failure."""

    first_seconds: float = 0.5
    most_seconds: float = PAUSE_SECONDS_MOST
    random: Random = field(default_factory=Random)

    def after(self, failures: int, asked_seconds: float = 0) -> float:
        """The seconds to wait after so many failures in a row, and no less than the target asked for."""
        bound = min(self.most_seconds, self.first_seconds * 2 ** min(failures, 16))
        return min(self.most_seconds, max(asked_seconds, self.random.uniform(0, bound)))
