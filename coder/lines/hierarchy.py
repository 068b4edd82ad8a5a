"""Which service of an access is the initial one: by the facility hierarchy, or by a professional's reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from coder.codes import family_codes
from coder.facts import VisitReason
from coder.minutes import overlap
from coder.policy import CodeFamily, Setting
from coder.runs.classified import Classified, Mode
from coder.sheet import Sheet

INFUSION, PUSH = Mode.INFUSION, Mode.PUSH
CHEMOTHERAPY = CodeFamily.CHEMOTHERAPY
INJECTION = VisitReason.INJECTION
FITS = {VisitReason.INFUSION: Mode.INFUSION, VisitReason.INJECTION: Mode.PUSH}


def deciding_reason(veins: Sequence[Classified], sheet: Sheet) -> VisitReason | None:
    """The reason for the visit where it decides the initial service of an access, else None: the hierarchy does.

    It decides for professionals alone, and only where something given fits it. Chemotherapy can be nothing
    but the initial or beside a chemotherapy, so no other reason sets it aside.
    """
    reason = sheet.visit.reason
    if reason is None or sheet.policy.setting is Setting.FACILITY:
        return None
    chemotherapy = any(one.family is CHEMOTHERAPY for one in veins)
    if chemotherapy or reason is VisitReason.CHEMOTHERAPY:
        return reason if chemotherapy and reason is VisitReason.CHEMOTHERAPY else None
    if reason is VisitReason.HYDRATION:
        return reason
    return reason if any(one.mode is FITS[reason] for one in veins) else None


def rank(classified: Classified, reason: VisitReason | None = None) -> tuple[bool, bool]:
    """Chemotherapy before therapeutic, and within each an infusion before a push; lower wins.

    Where a professional's patient came for an injection, a push stands before an infusion.
    """
    leading = PUSH if reason is INJECTION else INFUSION
    return classified.family is not CHEMOTHERAPY, classified.mode is not leading


def pick_initial(candidates: Sequence[Classified], reason: VisitReason | None = None) -> Classified:
    """The strongest; of equals the earliest, or the longest of those that overlap it; then the link key."""
    if len(candidates) == 1:
        return candidates[0]
    ranks = [rank(candidate, reason) for candidate in candidates]
    best = min(ranks)
    rivals = [one for one, its_rank in zip(candidates, ranks, strict=True) if its_rank == best]
    earliest = min(rivals, key=by_start)
    overlapping = [one for one in rivals if one is earliest or _overlap(one, earliest)]
    return min(overlapping, key=lambda one: (-one.run.minutes, *by_start(one)))


def _overlap(one: Classified, other: Classified) -> bool:
    if one.run.start >= other.run.end:
        return False
    return bool(overlap(one.run.net, other.run.net))


def by_start(classified: Classified) -> tuple[datetime, str]:
    """The order of runs where nothing else decides: the earlier start, then the link key."""
    return classified.run.start, classified.run.anchor


def initial_code(classified: Classified) -> str:
    """The initial code of an infusion or a push."""
    codes = family_codes(classified.family)
    return codes.infusion if classified.mode is INFUSION else codes.push


def losing_rivals(winner: Classified, candidates: Sequence[Classified]) -> tuple[Classified, ...]:
    """Those that could have been the initial, in order of start."""
    return tuple(sorted([one for one in candidates if one is not winner], key=by_start))
