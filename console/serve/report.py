"""What inputs and targets tell of themselves: kept as the state of health, and said in one line where it changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import structlog

from console.health.state import HealthState

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Report:
    """Hands on to the state; a trouble that comes, changes or goes is a line of the log."""

    state: HealthState

    def input_up(self, name: str) -> None:
        """The input listens."""
        if self.state.inputs[name].trouble:
            log.info("input listens", input=name)
        self.state.input_up(name)

    def input_down(self, name: str, trouble: str) -> None:
        """The input cannot listen now, and why."""
        if self.state.inputs[name].trouble != trouble:
            log.warning("input waits", input=name, problem=trouble)
        self.state.input_down(name, trouble)

    def assigned(self, name: str, partitions: Collection[tuple[str, int]]) -> None:
        """The group's partitions were dealt anew, and these are the input's."""
        self.state.assigned(name, partitions)

    def behind(self, name: str, partition: tuple[str, int], messages: int, posted_up_to: datetime | None) -> None:
        """How many messages of a partition wait, and the time of the newest one posted."""
        self.state.behind(name, partition, messages, posted_up_to)

    def beat(self, who: str) -> None:
        """A loop of this name has gone round once more."""
        self.state.beat(who)

    def ended(self, who: str) -> None:
        """The loop of this name has ended as it should."""
        self.state.ended(who)

    def target_up(self, name: str) -> None:
        """The target takes charges."""
        if self.state.targets[name].trouble:
            log.info("target takes charges", target=name)
        self.state.target_up(name)

    def target_down(self, name: str, trouble: str) -> None:
        """The target takes no charges now, and why."""
        if self.state.targets[name].trouble != trouble:
            log.warning("target waits", target=name, problem=trouble)
        self.state.target_down(name, trouble)

    def delivered(self, name: str, charges: int) -> None:
        """The target has taken this many charges."""
        self.state.delivered(name, charges)
