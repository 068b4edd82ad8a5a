"""The minutes in which fluid ran alone: what of a fluid's time another fluid, a drug, a push or blood takes off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from coder.charges import Answerable, Subtraction
from coder.facts import Purpose
from coder.lines.line import Clocked, clocked_run, subtraction
from coder.minutes import Stretch, cut_out, duration, overlap, union, whole_minutes, without
from coder.runs.classified import Classified, Mode
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.tables import DrugFamily
from coder.values import value

BLOOD = DrugFamily.BLOOD
ONCE = "hydration.once"
OVERLAP = "hydration.overlap"
PUSH = "hydration.push"
BETWEEN_BLOOD = "hydration.between-blood"
TAKES_NOTHING = frozenset(
    {
        Mode.INJECTION,
        Mode.HYDRATION,
        Mode.ON_BODY,
        Mode.INSTILLATION,
        Mode.LESIONS,
        Mode.REFILL,
        Mode.FLUSH,
        Mode.DECLOT,
    }
)
PUSHES = (Mode.PUSH, Mode.ARTERIAL_PUSH)


@value(frozen=True, slots=True)
class Taker:
    """A run that takes its minutes off hydration, and the rule by which it does."""

    run: Run
    rule: str


@value(frozen=True, slots=True)
class FluidTime:
    """What is left of the fluids of an access, what was taken off by whom, and the stretches in between.

    `spans` are the times from start to stop of the fluids, broken wherever something else ran;
    `uncertain` says that what has no charted stop may still take more.
    """

    net: tuple[Stretch, ...]
    subtracted: tuple[Subtraction, ...]
    spans: tuple[Stretch, ...]
    uncertain: bool


def takers_of(classified: Iterable[Classified], beside: Iterable[Run]) -> list[Taker]:
    """What takes minutes off every fluid of the visit: each other infusion or push, and what is not coded here."""
    ours = [
        Taker(one.run, PUSH if one.mode in PUSHES else OVERLAP) for one in classified if one.mode not in TAKES_NOTHING
    ]
    return [*ours, *(Taker(run, OVERLAP) for run in beside)]


def fluid_time(fluids: Sequence[Classified], takers: Sequence[Taker], sheet: Sheet) -> FluidTime:
    """The time of the fluids of one access, in order of start, less everything that takes of it."""
    subtracted: list[Subtraction] = []
    broken: list[Stretch] = []
    blood = _between_blood(takers)
    stretches: list[tuple[Stretch, Run]] = []
    for one in fluids:
        net = one.run.net
        if sheet.hydrated:
            net = _less(net, sheet.hydrated, one.run, ONCE, subtracted, sheet)
        if blood and not _for_hydration(one.run):
            broken += blood
            net = _less(net, blood, one.run, BETWEEN_BLOOD, subtracted, sheet)
        stretches += [(stretch, one.run) for stretch in net]
    left = _once(stretches, subtracted, sheet)
    uncertain = False
    for taker in takers:
        time, opened = _time_of(taker.run, left, sheet)
        uncertain = uncertain or opened
        broken += time
        for start, end in time:
            for stretch in cut_out(left, start, end):
                subtracted.append(subtraction(taker.run.anchor, *stretch, taker.rule, sheet))
    spans = without([(one.run.start, one.run.end) for one in fluids], broken)
    return FluidTime(tuple(left), tuple(subtracted), spans, uncertain)


def clocked_fluids(fluids: Sequence[Classified], time: FluidTime, sheet: Sheet) -> Clocked:
    """The ledger of minutes of the fluids of one access."""
    charted = [clocked_run(one.run, sheet) for one in fluids]
    gross = tuple([interval for piece in charted for interval in piece.gross])
    subtracted = (*[taken for piece in charted for taken in piece.subtracted], *time.subtracted)
    return Clocked(gross, subtracted, time.net, whole_minutes(duration(time.net)))


def _less(
    net: tuple[Stretch, ...],
    taken: Iterable[Stretch],
    run: Run,
    rule: str,
    subtracted: list[Subtraction],
    sheet: Sheet,
) -> tuple[Stretch, ...]:
    shared = overlap(net, taken)
    subtracted += [subtraction(run.anchor, start, end, rule, sheet) for start, end in shared]
    return without(net, shared) if shared else net


def _once(stretches: Sequence[tuple[Stretch, Run]], subtracted: list[Subtraction], sheet: Sheet) -> list[Stretch]:
    """The stretches as one; time in which an earlier one ran already is taken off the later."""
    merged: list[Stretch] = []
    for (start, end), run in sorted(stretches, key=lambda one: (one[0], one[1].anchor)):
        if not merged or merged[-1][1] < start:
            merged.append((start, end))
            continue
        covered = merged[-1][1]
        if start < covered:
            subtracted.append(subtraction(run.anchor, start, min(end, covered), ONCE, sheet))
        merged[-1] = (merged[-1][0], max(covered, end))
    return merged


def _time_of(run: Run, left: Sequence[Stretch], sheet: Sheet) -> tuple[tuple[Stretch, ...], bool]:
    """When a run takes minutes off; one without a charted stop may take all that follows it."""
    if not left or not run.open_ended or run.end >= left[-1][1]:
        return run.net, False
    if run.family is BLOOD:
        sheet.ask(
            "time.stop-missing",
            run.keys,
            Answerable.NURSE,
            f"A transfusion was started at {sheet.clock(run.start)}. When did it stop?",
            run.start,
        )
    return union([*run.net, (run.end, left[-1][1])]), True


def _between_blood(takers: Sequence[Taker]) -> tuple[Stretch, ...]:
    """The time between one unit of blood and the next."""
    units = union([one for taker in takers if taker.run.family is BLOOD for one in taker.run.net])
    return tuple((ended, begun) for (_, ended), (begun, _) in pairwise(units))


def _for_hydration(run: Run) -> bool:
    return any(piece.administration.purpose is Purpose.HYDRATION for piece in run.pieces)
