"""What a source tells of itself while it works."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol


class InputReport(Protocol):
    """Who is told how an input is; each method takes the input's name first."""

    def input_up(self, name: str) -> None:
        """The input listens."""

    def input_down(self, name: str, trouble: str) -> None:
        """The input cannot listen now, and why."""

    def assigned(self, name: str, partitions: Collection[tuple[str, int]]) -> None:
        """The group's partitions were dealt anew; these are all of the input's topics."""

    def behind(self, name: str, partition: tuple[str, int], messages: int, posted_up_to: datetime | None) -> None:
        """How many messages of a partition wait, and the time of the newest one posted."""

    def beat(self, who: str) -> None:
        """The input's loop has gone round once more."""

    def ended(self, who: str) -> None:
        """The input's loop has ended as it should."""
