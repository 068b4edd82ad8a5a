"""What a running hangtime knows of its own health, told through small methods by whoever does the work.

The methods are handed to the floors beneath as plain callables. A `trouble` is a sentence of our own, such as
"the broker cannot be reached": never the text of a message, of an exception or of a server.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

NOT_YET = "not connected yet"
SILENCE_SECONDS_MOST = 60

TopicPartition = tuple[str, int]


def wall_clock() -> datetime:
    """The time now."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Behind:
    """How far a partition is behind: messages not posted yet, and the time of the newest one that is."""

    messages: int
    posted_up_to: datetime | None


@dataclass(slots=True)
class InputHealth:
    """One input: what troubles it, how far each of its partitions is behind, how often they were dealt anew."""

    trouble: str | None = NOT_YET
    partitions: dict[TopicPartition, Behind | None] = field(default_factory=dict)
    rebalances: int = 0

    @property
    def messages_behind(self) -> int:
        """How many messages wait in its topics."""
        return sum(behind.messages for behind in self._known())

    def seconds_behind(self, now: datetime) -> float:
        """How long ago the newest posted message of the partition furthest behind was written."""
        waiting = [behind.posted_up_to for behind in self._known() if behind.messages and behind.posted_up_to]
        return max([0.0, *((now - newest).total_seconds() for newest in waiting)])

    def _known(self) -> list[Behind]:
        return [behind for behind in tuple(self.partitions.values()) if behind is not None]


@dataclass(slots=True)
class TargetHealth:
    """One target: what troubles it, and how many charges it has taken since the start."""

    mode: str
    trouble: str | None = NOT_YET
    delivered: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the ledger holds for one target: charges undelivered, since when; those the EHR has billed or refused.

    What waits for the topic of dead letters are letters.
    """

    undelivered: int = 0
    oldest: datetime | None = None
    held: int = 0
    refused: int = 0

    def seconds(self, now: datetime) -> float:
        """How long the oldest of them has waited."""
        return max(0.0, (now - self.oldest).total_seconds()) if self.oldest and self.undelivered else 0.0


@dataclass(frozen=True, slots=True)
class LedgerCounts:
    """What the ledger holds that somebody may have to look after; held patients are those whose coding failed."""

    targets: Mapping[str, Waiting] = field(default_factory=dict)
    dead_letters: int = 0
    held_patients: int = 0
    oldest_uncoded: datetime | None = None


@dataclass(slots=True)
class Postings:
    """What was posted since the start, and when last."""

    postings: int = 0
    records: int = 0
    dead_letters: int = 0
    objections: int = 0
    seconds: float = 0.0
    last: datetime | None = None


@dataclass(slots=True)
class HealthState:
    """The health of one process; every method may be called from any thread."""

    clock: Callable[[], datetime] = wall_clock
    monotonic: Callable[[], float] = time.monotonic
    inputs: dict[str, InputHealth] = field(default_factory=dict)
    targets: dict[str, TargetHealth] = field(default_factory=dict)
    postings: Postings = field(default_factory=Postings)
    ledger: LedgerCounts = field(default_factory=LedgerCounts)
    ledger_trouble: str | None = None
    stopping: bool = False
    log_keys_dropped: int = 0
    _heard: dict[str, float] = field(default_factory=dict)

    def expect_input(self, name: str) -> None:
        """There is an input of this name; until it is up, hangtime is not ready."""
        self.inputs[name] = InputHealth()

    def input_up(self, name: str) -> None:
        """The input listens."""
        self.inputs[name].trouble = None

    def input_down(self, name: str, trouble: str) -> None:
        """The input cannot listen now, and why."""
        self.inputs[name].trouble = trouble

    def assigned(self, name: str, partitions: Collection[TopicPartition]) -> None:
        """The group's partitions were dealt anew, and these are the input's."""
        health = self.inputs[name]
        health.rebalances += 1
        health.partitions = {partition: health.partitions.get(partition) for partition in partitions}

    def behind(self, name: str, partition: TopicPartition, messages: int, posted_up_to: datetime | None) -> None:
        """How many messages of a partition wait, and the time of the newest one posted."""
        self.inputs[name].partitions[partition] = Behind(messages, posted_up_to)

    def posted(self, records: int, dead_letters: int, seconds: float, objections: int = 0) -> None:
        """A batch is in the ledger; `objections` are those of the strict lane."""
        self.postings.postings += 1
        self.postings.records += records
        self.postings.dead_letters += dead_letters
        self.postings.objections += objections
        self.postings.seconds += seconds
        self.postings.last = self.clock()

    def expect_target(self, name: str, mode: str) -> None:
        """There is a target of this name; `mode` is on or shadow."""
        self.targets[name] = TargetHealth(mode)

    def target_up(self, name: str) -> None:
        """The target takes charges."""
        self.targets[name].trouble = None

    def target_down(self, name: str, trouble: str) -> None:
        """The target takes no charges now, and why."""
        self.targets[name].trouble = trouble

    def delivered(self, name: str, charges: int) -> None:
        """The target has taken this many charges."""
        self.targets[name].delivered += charges

    def ledger_counted(self, counts: LedgerCounts) -> None:
        """The ledger answers, and this is what it holds."""
        self.ledger, self.ledger_trouble = counts, None

    def ledger_down(self, trouble: str) -> None:
        """The ledger cannot be read or written now, and why."""
        self.ledger_trouble = trouble

    def dropped_log_key(self) -> None:
        """A log line had a key that logs may not hold; it was left out."""
        self.log_keys_dropped += 1

    def beat(self, who: str) -> None:
        """A loop of this name has gone round once more."""
        self._heard[who] = self.monotonic()

    def ended(self, who: str) -> None:
        """The loop of this name has ended as it should."""
        self._heard.pop(who, None)

    def silent(self) -> list[str]:
        """The loops that have stood still for too long; a process with one is restarted."""
        now = self.monotonic()
        return sorted(who for who, heard in tuple(self._heard.items()) if now - heard > SILENCE_SECONDS_MOST)

    def unready(self) -> list[str]:
        """Why messages cannot be taken in now; a target that is down is no reason."""
        troubles = [f"input {name}: {health.trouble}" for name, health in tuple(self.inputs.items()) if health.trouble]
        if self.ledger_trouble:
            troubles.append(f"ledger: {self.ledger_trouble}")
        if self.stopping:
            troubles.append("stopping")
        return troubles

    def seconds_uncoded(self) -> float:
        """The age of the oldest fact that no charge reflects: it waits in a topic, or its patient is held."""
        now = self.clock()
        ages = [health.seconds_behind(now) for health in tuple(self.inputs.values())]
        if self.ledger.oldest_uncoded:
            ages.append((now - self.ledger.oldest_uncoded).total_seconds())
        return max([0.0, *ages])
