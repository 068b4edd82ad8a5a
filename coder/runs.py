"""Runs: one infusate under one order on one access, from first drip to last.

A new bag, a rate change and a documented pause continue a run; an undocumented gap does so up to the
site's limit. What is not charted as running is never counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from coder.charges import Interval
from coder.facts import Administration, AdministrationStatus, Method, Route
from coder.minutes import Stretch, duration, overlap, whole_minutes, without
from coder.sift import Known, KnownDrug
from coder.tables import DrugFamily

OPEN_STATUSES = (AdministrationStatus.IN_PROGRESS, AdministrationStatus.ON_HOLD)
PAUSING_STATUSES = (AdministrationStatus.ON_HOLD, AdministrationStatus.STOPPED)


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
    def one_time(self) -> bool:
        """Whether only one moment is charted."""
        return self.start == self.end


def stitch(known: Iterable[Known], bag_gap_minutes: int) -> tuple[Run, ...]:
    """Runs in order of start, then longer first, then anchor."""
    groups: dict[tuple[object, ...], list[Known]] = {}
    for piece in sorted(known, key=_by_start):
        groups.setdefault(_group(piece), []).append(piece)
    gap = timedelta(minutes=bag_gap_minutes)
    runs = [_run(pieces) for group in groups.values() for pieces in _split(group, gap)]
    return tuple(sorted((run for run in runs if run), key=lambda run: (run.start, -run.minutes, run.anchor)))


def _by_start(piece: Known) -> tuple[datetime, str]:
    return _start(piece.administration), piece.administration.key


def _start(administration: Administration) -> datetime:
    if administration.start is None:
        raise ValueError("an administration without a start cannot be stitched")
    return administration.start.astimezone(UTC)


def _end(administration: Administration) -> datetime | None:
    return administration.end.astimezone(UTC) if administration.end else None


def _group(piece: Known) -> tuple[object, ...]:
    given = piece.administration
    alone = given.method is Method.PUSH or given.route is not Route.INTRAVENOUS
    return (piece.infusate, given.order, piece.access, given.route, given.key if alone else None)


def _split(group: Sequence[Known], gap: timedelta) -> list[list[Known]]:
    runs: list[list[Known]] = []
    for piece in group:
        if runs and _continues(runs[-1], piece.administration, gap):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs


def _continues(pieces: Sequence[Known], following: Administration, gap: timedelta) -> bool:
    last = pieces[-1].administration
    ordered = following.order is not None
    ends = [end for end in (_end(piece.administration) for piece in pieces) if end is not None]
    if _is_pause(last):
        return ordered
    if not ends or max(ends) < _start(last):
        return ordered and last.status in OPEN_STATUSES and following.rate is not None
    if _start(following) - max(ends) <= gap:
        return True
    return ordered and last.status in PAUSING_STATUSES


def _is_pause(administration: Administration) -> bool:
    return administration.rate is not None and administration.rate.value == 0


def _run(pieces: Sequence[Known]) -> Run | None:
    flowing = [piece.administration for piece in pieces if not _is_pause(piece.administration)]
    if not flowing:
        return None
    starts = sorted({_start(piece.administration) for piece in pieces})
    ends = sorted(end for one in flowing if (end := _end(one)) is not None)
    gross, open_at = _gross(flowing, starts, ends)
    pauses = _pauses(pieces, starts, ends)
    last = pieces[-1].administration
    paused_now = _is_pause(last) and not any(end > _start(last) for end in ends)
    net = without(((one.start, one.end) for one in gross), ((pause.start, pause.end) for pause in pauses))
    running = paused_now or _still_open(flowing, open_at)
    return Run(
        anchor=flowing[0].key,
        pieces=tuple(pieces),
        gross=gross,
        pauses=pauses,
        net=net,
        minutes=whole_minutes(duration(net)),
        start=_start(flowing[0]),
        end=max([interval.end for interval in gross] + [_start(flowing[0])]),
        running=running,
        stop_missing=open_at is not None and not running,
    )


def _still_open(flowing: Sequence[Administration], open_at: datetime | None) -> bool:
    last = flowing[-1]
    if last.status not in OPEN_STATUSES:
        return False
    if open_at is not None:
        return True
    closed = [one for one in flowing if one.status not in OPEN_STATUSES and one.end is not None]
    return not any((_end(one) or _start(one)) >= _start(last) for one in closed)


def _gross(
    flowing: Sequence[Administration], starts: Sequence[datetime], ends: Sequence[datetime]
) -> tuple[tuple[Interval, ...], datetime | None]:
    """Charted intervals without overlap, and the moment from which nothing more is charted, if any."""
    intervals: list[Interval] = []
    covered: datetime | None = None
    open_at: datetime | None = None
    for one in flowing:
        start = _start(one)
        end, source = _closing(one, start, starts, ends)
        if end is None:
            open_at, end, source = start, start, "last-charted"
        clipped = max(start, covered) if covered else start
        if clipped < end:
            intervals.append(Interval(one.key, clipped, end, source))
        covered = max(covered, end) if covered else end
    return tuple(intervals), open_at


def _closing(
    one: Administration, start: datetime, starts: Sequence[datetime], ends: Sequence[datetime]
) -> tuple[datetime | None, str]:
    end = _end(one)
    if end is not None:
        return end, "charted"
    later = [moment for moment in starts if moment > start]
    if later:
        return later[0], "next-rate"
    stops = [moment for moment in ends if moment > start]
    return (stops[-1], "charted") if stops else (None, "")


def _pauses(pieces: Sequence[Known], starts: Sequence[datetime], ends: Sequence[datetime]) -> tuple[Pause, ...]:
    pauses = []
    for piece in pieces:
        if not _is_pause(piece.administration):
            continue
        start = _start(piece.administration)
        later = [moment for moment in starts if moment > start] or [moment for moment in ends if moment > start]
        end = _end(piece.administration) or (later[0] if later else start)
        pauses.append(Pause(piece.administration.key, start, end))
    return tuple(pauses)


def overlap_minutes(left: Run, right: Run) -> int:
    """Minutes in which both ran."""
    return whole_minutes(duration(overlap(left.net, right.net)))
