"""What a source needs to know of a site's input."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from mappers.kafka_settings import KafkaSecurity


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """One input: its brokers, the topics listened to, where to begin the first time, how much is taken at once.

    `start` is "earliest", "latest" or an instant. `instance` is the group's name for this very process, by which
    it comes back to its partitions after a restart; no two processes may have the same. Every `watch_seconds`
    the input is looked after; where messages wait and nothing comes for `stall_seconds`, it begins anew.
    """

    name: str
    brokers: str
    topics: tuple[str, ...]
    group: str = "hangtime"
    start: str | datetime = "earliest"
    security: KafkaSecurity = field(default_factory=KafkaSecurity)
    batch_records: int = 500
    batch_milliseconds: int = 100
    instance: str | None = None
    watch_seconds: float = 2.0
    stall_seconds: float = 60.0

    def known_as(self, topic: str) -> str:
        """The site's own name for a topic of this input."""
        return f"{self.name}/{topic}"
