"""What a publisher tells of itself while it works, and what keeps it from working."""

from __future__ import annotations

from typing import Protocol


class Trouble(Exception):
    """The target takes nothing now; the text is one line without anything a charge or a server said.

    `wait_seconds` is how long the target asks to be left alone.
    """

    def __init__(self, text: str, wait_seconds: float = 0) -> None:
        super().__init__(text)
        self.wait_seconds = wait_seconds


class TargetReport(Protocol):
    """Who is told how a target is; each method takes the target's name first."""

    def target_up(self, name: str) -> None:
        """The target takes charges."""

    def target_down(self, name: str, trouble: str) -> None:
        """The target takes no charges now, and why."""

    def delivered(self, name: str, charges: int) -> None:
        """The target has taken this many charges."""
