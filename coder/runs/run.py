"""Runs: one infusate under one order on one access, from first drip to last (`coder.runs.stitching` makes them)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from coder.charges import Interval
from coder.facts import AccessDevice, Administration, AdministrationStatus, Pump, PumpOwner, Purpose, Route
from coder.minutes import Stretch
from coder.runs.known import Known, KnownDrug
from coder.tables import DrugFamily
from coder.values import value

PAUSE = "run.pause"
TAKEN_OVER = "run.taken-over"
UNTIL_INPATIENT = "run.until-inpatient"
Stated = TypeVar("Stated")


@value(frozen=True, slots=True)
class Pause:
    """A charted pause and the administration that charts it."""

    administration: str
    start: datetime
    end: datetime


@value(frozen=True, slots=True)
class Cut:
    """Charted time that does not count, the administration it belongs to, and the rule that takes it off."""

    administration: str
    start: datetime
    end: datetime
    rule: str


@value(frozen=True, slots=True)
class Run:
    """One run.

    `gross` intervals never overlap; `cuts` are what is taken off them, disjoint and in order (pauses, time
    before this facility took it over, time after the inpatient order); `net` is what is left and `minutes`
    are net with the seconds dropped. `running` has no charted stop yet, `stop_missing` never will.
    `taken_over_at` is set where it ran already when this facility took it over, and is then its start.
    `rules` are those that made one run of what is in it, `keys` its administrations in order.

    What its first piece says of all of them: `infusate` are the drugs in the bag by name, `family` is the strongest
    of them by the formulary alone, `access` where it ran (under the skin the charted site), `route` how it entered
    the body. `charted_push`: one piece was charted as a push, or as a dose the patient asked of a pump. `one_time`:
    only one moment is charted.
    """

    anchor: str
    pieces: tuple[Known, ...]
    gross: tuple[Interval, ...]
    pauses: tuple[Pause, ...]
    cuts: tuple[Cut, ...]
    net: tuple[Stretch, ...]
    minutes: int
    start: datetime
    end: datetime
    running: bool
    stop_missing: bool
    taken_over_at: datetime | None
    keys: tuple[str, ...]
    rules: tuple[str, ...]
    infusate: tuple[str, ...]
    family: DrugFamily
    access: str
    route: Route | None
    charted_push: bool
    one_time: bool

    @property
    def name(self) -> str:
        """What an auditor calls it."""
        return " with ".join(self.infusate)

    @property
    def drugs(self) -> tuple[KnownDrug, ...]:
        """The components of the mixture."""
        return self.pieces[0].drugs

    @property
    def supplied(self) -> tuple[Known, ...]:
        """The bags this facility hung: all but those that hung already when it took the run over."""
        taken = self.taken_over_at
        if taken is None:
            return self.pieces
        return tuple(one for one in self.pieces if one.administration.start and one.administration.start >= taken)

    @property
    def attended(self) -> bool:
        """Whether continuous attendance is documented."""
        return any(one.administration.attended for one in self.pieces)

    @property
    def demand(self) -> bool:
        """Whether the patient asked it of a pump."""
        return True in [one.administration.demand for one in self.pieces]

    @property
    def stopped(self) -> bool:
        """Whether its last bag was charted as stopped before it was through."""
        return self.pieces[-1].administration.status is AdministrationStatus.STOPPED

    @property
    def purpose(self) -> Purpose | None:
        """Why it ran, as charted first."""
        return self._stated(lambda given: given.purpose)

    @property
    def pump(self) -> Pump | None:
        """The pump that drove it."""
        for piece in self.pieces:
            if piece.administration.pump is not None:
                return piece.administration.pump
        return None

    @property
    def pump_owner(self) -> PumpOwner | None:
        """Whose portable pump it was."""
        return self._stated(lambda given: given.pump_owner)

    @property
    def continues_at_home(self) -> bool:
        """Whether it is documented that it goes on at home."""
        return any(one.administration.continues_at_home for one in self.pieces)

    @property
    def access_device(self) -> AccessDevice | None:
        """What its line ends in."""
        return self._stated(lambda given: given.access_device)

    @property
    def puncture(self) -> bool | None:
        """Whether who gave it also made the puncture."""
        return self._stated(lambda given: given.puncture)

    @property
    def lesions(self) -> int | None:
        """How many lesions were injected."""
        return self._stated(lambda given: given.lesions)

    @property
    def ordered_minutes(self) -> int | None:
        """How long it was ordered to run; never counted."""
        return self._stated(lambda given: given.ordered_minutes)

    def answered(self, rule: str) -> str | None:
        """What a person answered to the rule's question about it."""
        for piece in self.pieces:
            given = piece.administration
            said = given.answered(rule) if given.answers else None
            if said is not None:
                return said
        return None

    @property
    def open_ended(self) -> bool:
        """Whether its end is not charted, so that it may have run on."""
        return not self.charted_push and (self.running or self.stop_missing or self.one_time)

    def _stated(self, field: Callable[[Administration], Stated | None]) -> Stated | None:
        for piece in self.pieces:
            value = field(piece.administration)
            if value is not None:
                return value
        return None
