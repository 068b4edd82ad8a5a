"""Runs: one infusate under one order on one access, from first drip to last (`coder.runs.stitching` makes them)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coder.charges import Interval
from coder.facts import Method, Route
from coder.minutes import Stretch, duration, overlap, whole_minutes
from coder.runs.sift import Known, KnownDrug
from coder.tables import DrugFamily


@dataclass(frozen=True, slots=True)
class Pause:
    """A charted pause and the administration that charts it."""

    administration: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    `gross` intervals never overlap, `net` is gross without pauses, `minutes` are net with the seconds
    dropped; `running` has no charted stop yet, `stop_missing` never will.
    """

    anchor: str
    pieces: tuple[Known, ...]
    gross: tuple[Interval, ...]
    pauses: tuple[Pause, ...]
    net: tuple[Stretch, ...]
    minutes: int
    start: datetime
    end: datetime
    running: bool
    stop_missing: bool

    @property
    def infusate(self) -> tuple[str, ...]:
        """The drugs in the bag, by name."""
        return self.pieces[0].infusate

    @property
    def name(self) -> str:
        """What an auditor calls it."""
        return " with ".join(self.infusate)

    @property
    def family(self) -> DrugFamily:
        """The strongest family in the bag."""
        return self.pieces[0].family

    @property
    def access(self) -> str:
        """The access it ran on."""
        return self.pieces[0].access

    @property
    def route(self) -> Route | None:
        """How it entered the body."""
        return self.pieces[0].administration.route

    @property
    def drugs(self) -> tuple[KnownDrug, ...]:
        """The components of the mixture."""
        return self.pieces[0].drugs

    @property
    def keys(self) -> tuple[str, ...]:
        """The administrations it is made of, in order."""
        return tuple(piece.administration.key for piece in self.pieces)

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that made one run of what is in it."""
        made = (
            ("run.stitched", len(self.pieces) > 1),
            ("run.one-bag", len(self.infusate) > 1),
            ("run.pause", bool(self.pauses)),
        )
        return tuple(rule for rule, holds in made if holds)

    @property
    def charted_push(self) -> bool:
        """Whether it was charted as a push."""
        return any(piece.administration.method is Method.PUSH for piece in self.pieces)

    @property
    def attended(self) -> bool:
        """Whether continuous attendance is documented."""
        return any(piece.administration.attended for piece in self.pieces)

    @property
    def open_ended(self) -> bool:
        """Whether its end is not charted, so that it may have run on."""
        return not self.charted_push and (self.running or self.stop_missing or self.one_time)

    @property
    def one_time(self) -> bool:
        """Whether only one moment is charted."""
        return self.start == self.end


def overlap_minutes(left: Run, right: Run) -> int:
    """Minutes in which both ran."""
    return whole_minutes(duration(overlap(left.net, right.net)))
