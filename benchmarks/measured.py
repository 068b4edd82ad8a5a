"""Timing a piece of work: medians of repeated runs, taken in turn with a peer so that both see the same machine."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

REPEATS = 7


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds for one unit of work, and of its peer where it has one."""

    what: str
    seconds: float
    peer: str | None = None
    peer_seconds: float | None = None

    @property
    def shown(self) -> str:
        """The median, in the unit a person reads."""
        return f"{self.seconds * 1e6:.0f} us" if self.seconds < 1e-3 else f"{self.seconds * 1e3:.2f} ms"


def compared(row: Measured) -> str:
    """The ratio to the peer of the same run."""
    return f"{row.seconds / row.peer_seconds:.2f} x {row.peer}" if row.peer_seconds else ""


def measure(what: str, work: Callable[[], int]) -> Measured:
    """The median of some runs of `work`, which gives how many units it did."""
    work()
    return Measured(what, statistics.median(_run(work) for _ in range(REPEATS)))


def measure_beside(what: str, work: Callable[[], int], peer: str, peer_work: Callable[[], int]) -> Measured:
    """The medians of `work` and of its peer, run in turn."""
    work()
    peer_work()
    pairs = [(_run(work), _run(peer_work)) for _ in range(REPEATS)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    return Measured(what, ours, peer, theirs)


def _run(work: Callable[[], int]) -> float:
    began = perf_counter()
    units = work()
    return (perf_counter() - began) / units
