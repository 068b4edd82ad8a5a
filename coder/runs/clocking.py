"""The clock of a run: what is charted, what is taken off, what is left, and whether it still runs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from coder.charges import Interval
from coder.facts import Administration, AdministrationStatus, EndSource, Method
from coder.minutes import Stretch, duration, union, whole_minutes
from coder.runs.known import Known
from coder.runs.run import PAUSE, TAKEN_OVER, UNTIL_INPATIENT, Cut, Pause, Run
from coder.values import value

PUSH = Method.PUSH
CHARTED = "charted"
ONE_BAG = ("run.one-bag",)
STOPS = {
    EndSource.ANSWERED: "stop.answered",
    EndSource.COMPUTED: "stop.computed",
    EndSource.PUMP: "clock.pump",
}
OPEN_STATUSES = (AdministrationStatus.IN_PROGRESS, AdministrationStatus.ON_HOLD)


@dataclass(slots=True)
class Piece:
    """One administration with its times in UTC; a rate of nought makes it a pause."""

    known: Known
    given: Administration
    key: str
    start: datetime
    end: datetime | None
    is_pause: bool


@value(frozen=True, slots=True)
class _Charted:
    """What is charted of a run: when its pieces start and end, in order, and how far that covers it."""

    starts: Sequence[datetime]
    ends: Sequence[datetime]
    gross: tuple[Interval, ...]
    open_at: datetime | None
    last: datetime


def run_of(pieces: Sequence[Piece], until: datetime | None) -> Run | None:
    """The run of these pieces, in order of start; None where nothing but a pause is charted."""
    first = pieces[0]
    if len(pieces) == 1 and first.given.taken_over_at is None and (until is None or _ends_before(first, until)):
        return _run_of_one(first)
    flowing = [piece for piece in pieces if not piece.is_pause]
    if not flowing:
        return None
    charted = _charted(pieces, flowing)
    taken_over = _taken_over(flowing)
    pauses = tuple(_pause(piece, charted) for piece in pieces if piece.is_pause) if len(flowing) < len(pieces) else ()
    ends_inpatient = until is not None and _runs_into(until, flowing[0].start, charted)
    net, cuts = _carve(
        [(one.start, one.end) for one in charted.gross],
        _off(flowing, pauses, taken_over, until if ends_inpatient else None, charted),
    )
    running = not ends_inpatient and _is_running(pieces, flowing, charted)
    start = max(flowing[0].start, taken_over) if taken_over else flowing[0].start
    end = max(charted.gross[-1].end, start) if charted.gross else start
    end = min(end, until) if until and ends_inpatient else end
    return Run(
        anchor=flowing[0].key,
        pieces=tuple(piece.known for piece in pieces),
        gross=charted.gross,
        pauses=pauses,
        cuts=cuts,
        net=net,
        minutes=whole_minutes(duration(net)),
        start=start,
        end=end,
        running=running,
        stop_missing=charted.open_at is not None and not running and not ends_inpatient,
        taken_over_at=taken_over,
        keys=tuple(piece.key for piece in pieces),
        rules=_rules(pieces, flowing[0], pauses, taken_over, ends_inpatient),
        infusate=first.known.infusate,
        family=first.known.family,
        access=first.known.access,
        route=first.given.route,
        charted_push=any(_is_push(piece.given) for piece in pieces),
        one_time=start == end,
    )


def _is_push(given: Administration) -> bool:
    return given.method is PUSH or bool(given.demand)


def _ends_before(piece: Piece, until: datetime) -> bool:
    """Whether the inpatient order leaves it alone."""
    return (piece.end or piece.start) < until


def _run_of_one(piece: Piece) -> Run | None:
    """The same, its fields in their order, for one administration without a takeover or an inpatient order in it."""
    if piece.is_pause:
        return None
    known, given, start, end = piece.known, piece.given, piece.start, piece.end
    gross: tuple[Interval, ...] = ()
    net: tuple[Stretch, ...] = ()
    minutes = 0
    if end is not None and start < end:
        gross = (Interval(piece.key, start, end, given.end_source or CHARTED),)
        net = ((start, end),)
        minutes = whole_minutes(end - start)
    running = given.status in OPEN_STATUSES
    return Run(
        piece.key,
        (known,),
        gross,
        (),
        (),
        net,
        minutes,
        start,
        end if net and end else start,
        running,
        end is None and not running,
        None,
        (piece.key,),
        _rules_of_one(piece),
        known.infusate,
        known.family,
        known.access,
        given.route,
        _is_push(given),
        not net,
    )


def _rules_of_one(piece: Piece) -> tuple[str, ...]:
    source = piece.given.end_source
    if source is None:
        return ONE_BAG if len(piece.known.infusate) > 1 else ()
    return (*ONE_BAG, STOPS[source]) if len(piece.known.infusate) > 1 else (STOPS[source],)


def _charted(pieces: Sequence[Piece], flowing: Sequence[Piece]) -> _Charted:
    starts = [piece.start for piece in pieces]
    ends = sorted(piece.end for piece in flowing if piece.end)
    gross, open_at = _gross(flowing, starts, ends)
    return _Charted(starts, ends, gross, open_at, max(starts[-1], ends[-1]) if ends else starts[-1])


def _runs_into(until: datetime, start: datetime, charted: _Charted) -> bool:
    """Whether it is charted as running past the inpatient order, or up to it and on."""
    if not start < until <= charted.last:
        return False
    return until < charted.last or charted.open_at is not None


def _taken_over(flowing: Sequence[Piece]) -> datetime | None:
    """When this facility took the run over, in the clock of the pieces, where it ran before."""
    at = next((piece.given.taken_over_at for piece in flowing if piece.given.taken_over_at), None)
    first = flowing[0]
    if at is None or (first.given.start is not None and at <= first.start):
        return None
    return at.astimezone(first.start.tzinfo)


def _rules(
    pieces: Sequence[Piece],
    first: Piece,
    pauses: Sequence[Pause],
    taken_over: datetime | None,
    ends_inpatient: bool,
) -> tuple[str, ...]:
    rules = []
    if len(pieces) > 1:
        rules.append("run.stitched")
    if len(first.known.infusate) > 1:
        rules += ONE_BAG
    if pauses:
        rules.append(PAUSE)
    if taken_over:
        rules.append(TAKEN_OVER)
    if ends_inpatient:
        rules.append(UNTIL_INPATIENT)
    rules += dict.fromkeys(STOPS[source] for piece in pieces if (source := piece.given.end_source))
    return tuple(rules)


def _is_running(pieces: Sequence[Piece], flowing: Sequence[Piece], charted: _Charted) -> bool:
    if pieces[-1].is_pause and not (charted.ends and charted.ends[-1] >= pieces[-1].start):
        return True
    last = flowing[-1]
    if last.given.status not in OPEN_STATUSES:
        return False
    if charted.open_at is not None:
        return True
    closed = (piece.end for piece in flowing if piece.end and piece.given.status not in OPEN_STATUSES)
    return not any(end >= last.start for end in closed)


def _gross(
    flowing: Sequence[Piece], starts: Sequence[datetime], ends: Sequence[datetime]
) -> tuple[tuple[Interval, ...], datetime | None]:
    """Charted intervals without overlap, and the moment from which nothing more is charted, if any."""
    intervals: list[Interval] = []
    covered: datetime | None = None
    open_at: datetime | None = None
    for piece in flowing:
        end, source = _closing(piece, starts, ends)
        if end is None:
            open_at = piece.start
            continue
        clipped = max(piece.start, covered) if covered else piece.start
        if clipped < end:
            intervals.append(Interval(piece.key, clipped, end, source))
        covered = max(covered, end) if covered else end
    return tuple(intervals), open_at


def _closing(piece: Piece, starts: Sequence[datetime], ends: Sequence[datetime]) -> tuple[datetime | None, str]:
    if piece.end is not None:
        return piece.end, piece.given.end_source or CHARTED
    following = _after(piece.start, starts)
    if following:
        return following, "next-rate"
    return (ends[-1], CHARTED) if ends and ends[-1] > piece.start else (None, "")


def _after(moment: datetime, moments: Sequence[datetime]) -> datetime | None:
    place = bisect_right(moments, moment)
    return moments[place] if place < len(moments) else None


def _pause(piece: Piece, charted: _Charted) -> Pause:
    end = piece.end or _after(piece.start, charted.starts) or _after(piece.start, charted.ends) or piece.start
    return Pause(piece.key, piece.start, end)


def _off(
    flowing: Sequence[Piece],
    pauses: Sequence[Pause],
    taken_over: datetime | None,
    until: datetime | None,
    charted: _Charted,
) -> list[Cut]:
    """What is to be taken off, by start."""
    off = [Cut(pause.administration, pause.start, pause.end, PAUSE) for pause in pauses]
    if taken_over:
        off.append(Cut(flowing[0].key, flowing[0].start, taken_over, TAKEN_OVER))
    if until:
        last = next(piece for piece in reversed(flowing) if piece.start < until)
        off.append(Cut(last.key, until, charted.last, UNTIL_INPATIENT))
    return sorted(off, key=lambda cut: (cut.start, cut.rule, cut.administration))


def _carve(charted: Sequence[Stretch], off: Sequence[Cut]) -> tuple[tuple[Stretch, ...], tuple[Cut, ...]]:
    """What is left of charted time, and exactly what was taken off it, each minute once."""
    if not off:
        return (tuple(charted) if len(charted) < 2 else union(charted)), ()
    net: list[Stretch] = []
    taken: list[Cut] = []
    first = 0
    for start, end in union(charted):
        reached = start
        while first < len(off) and off[first].end <= start:
            first += 1
        for cut in islice(off, first, None):
            if cut.start >= end:
                break
            cut_start, cut_end = max(cut.start, reached), min(cut.end, end)
            if cut_start < cut_end:
                if reached < cut_start:
                    net.append((reached, cut_start))
                taken.append(Cut(cut.administration, cut_start, cut_end, cut.rule))
                reached = cut_end
        if reached < end:
            net.append((reached, end))
    return tuple(net), tuple(taken)
