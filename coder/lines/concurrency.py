"""Two infusions at once: which of them run together, for how long, and what the site calls concurrent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coder.minutes import Stretch, duration, overlap, whole_minutes, without
from coder.policy import CodeFamily, Concurrent
from coder.runs.classified import Classified
from coder.runs.numbers import INFUSION_FLOOR
from coder.runs.run import Run
from coder.values import value

CONCURRENT_FLOOR = "concurrent_minutes_floor"


@value(frozen=True, slots=True)
class Alongside:
    """An infusion beside the one it shares time with: for how long, and whether that makes it concurrent.

    `taken` is the time that policy deduct takes off it, by whom, and `left` what then remains.
    """

    other: Classified
    minutes: int
    concurrent: bool
    taken: tuple[tuple[Classified, tuple[Stretch, ...]], ...] = ()
    left: tuple[Stretch, ...] = ()


def overlapping(infusions: Sequence[Classified]) -> dict[str, list[Classified]]:
    """For each infusion, by its anchor, the others that run into its time, in order of start; they must come so."""
    beside: dict[str, list[Classified]] = {one.run.anchor: [] for one in infusions}
    running: list[Classified] = []
    for one in infusions:
        running = [other for other in running if other.run.end > one.run.start]
        for other in running:
            beside[one.run.anchor].append(other)
            beside[other.run.anchor].append(one)
        running.append(one)
    return beside


def alongside(
    one: Classified,
    others: Sequence[Classified],
    initial: Classified | None,
    policy: Concurrent,
    numbers: Mapping[str, int],
) -> Alongside | None:
    """What an infusion other than the initial runs beside, among those it would yield to; None if nothing."""
    rivals = [other for other in others if other.run.infusate != one.run.infusate]
    if policy is Concurrent.DEDUCT:
        return _deducted(one, rivals, initial, numbers[INFUSION_FLOOR])
    most: Alongside | None = None
    for other in rivals:
        later = later_of(one, other)
        if not _yields(one, other, initial, later):
            continue
        together = minutes_together(one.run, other.run)
        if _concurrent(together, later, policy, numbers):
            return Alongside(other, together, True)
        if together and (most is None or together > most.minutes):
            most = Alongside(other, together, False)
    return most


def _concurrent(together: int, later: Classified, policy: Concurrent, numbers: Mapping[str, int]) -> bool:
    """Whether this much time together makes two infusions concurrent."""
    if policy is Concurrent.MAJORITY:
        return 2 * together > later.run.minutes
    if policy is Concurrent.MIN16:
        return together >= numbers[CONCURRENT_FLOOR]
    return together > 0


def _deducted(
    one: Classified, rivals: Sequence[Classified], initial: Classified | None, floor_minutes: int
) -> Alongside | None:
    """Time shared with longer infusions is taken off the shorter; what falls below the floor is concurrent."""
    left = one.run.net
    taken: list[tuple[Classified, tuple[Stretch, ...]]] = []
    for other in rivals:
        if not _yields(one, other, initial, shorter_of(one, other)):
            continue
        shared = overlap(left, other.run.net)
        if shared:
            taken.append((other, shared))
            left = without(left, shared)
    if not taken:
        return None
    together = minutes_together(one.run, taken[0][0].run)
    concurrent = whole_minutes(duration(left)) < floor_minutes
    return Alongside(taken[0][0], together, concurrent, tuple(taken), left)


def _yields(one: Classified, other: Classified, initial: Classified | None, weaker: Classified) -> bool:
    """Whether `one` gives way of a pair: never the initial, chemotherapy never to less, else the `weaker`."""
    if other is initial:
        return True
    chemotherapy = one.family is CodeFamily.CHEMOTHERAPY
    if chemotherapy != (other.family is CodeFamily.CHEMOTHERAPY):
        return not chemotherapy
    return weaker is one


def later_of(one: Classified, other: Classified) -> Classified:
    """The later drug of a pair; of equal starts the shorter, then the higher link key."""
    return max(one, other, key=lambda run: (run.run.start, -run.run.minutes, run.run.anchor))


def shorter_of(one: Classified, other: Classified) -> Classified:
    """The shorter of a pair; of equal ones the later, then the higher link key."""
    return max(one, other, key=lambda run: (-run.run.minutes, run.run.start, run.run.anchor))


def minutes_together(one: Run, other: Run) -> int:
    """Whole minutes in which both ran."""
    if len(one.net) == 1 == len(other.net):
        (start, end), (other_start, other_end) = one.net[0], other.net[0]
        return max(0, whole_minutes(min(end, other_end) - max(start, other_start)))
    return whole_minutes(duration(overlap(one.net, other.net)))
