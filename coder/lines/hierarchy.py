"""The facility hierarchy: which service of an access is the initial one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from coder.codes import family_codes
from coder.minutes import overlap
from coder.runs.modes import Classified, Mode
from coder.tables import DrugFamily


def rank(classified: Classified) -> tuple[bool, bool]:
    """Chemotherapy before therapeutic, and within each an infusion before a push; lower wins."""
    return (classified.run.family is not DrugFamily.CHEMOTHERAPY, classified.mode is not Mode.INFUSION)


def pick_initial(candidates: Sequence[Classified]) -> Classified:
    """The strongest; of equals the earliest, or the longest of those that overlap it; then the link key."""
    best = min(rank(candidate) for candidate in candidates)
    rivals = sorted((one for one in candidates if rank(one) == best), key=_by_start)
    earliest = rivals[0]
    overlapping = [one for one in rivals if one is earliest or overlap(one.run.net, earliest.run.net)]
    return min(overlapping, key=lambda one: (-one.run.minutes, *_by_start(one)))


def _by_start(classified: Classified) -> tuple[datetime, str]:
    return classified.run.start, classified.anchor


def initial_code(classified: Classified) -> str:
    """The initial code of an infusion or a push."""
    codes = family_codes(classified.run.family)
    return codes.infusion if classified.mode is Mode.INFUSION else codes.push


def losing_rivals(winner: Classified, candidates: Sequence[Classified]) -> tuple[Classified, ...]:
    """Those that could have been the initial, in order of start."""
    return tuple(sorted((one for one in candidates if one is not winner), key=_by_start))
