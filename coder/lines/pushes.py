"""Pushes beside the initial: another drug's, or the same drug's again, timed from the last one reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from coder.lines.line import access_of
from coder.minutes import whole_minutes
from coder.policy import Setting
from coder.runs.classified import Classified, Mode
from coder.sheet import Sheet
from coder.values import value

PUSH_REPEAT_FLOOR = "push_repeat_minutes_floor"


class PushPart(StrEnum):
    """The part a push plays in its visit."""

    FURTHER = "further"
    REPEATED = "repeated"
    TOO_SOON = "too soon"
    ONCE_ONLY = "once only"


PUSH, INFUSION = Mode.PUSH, Mode.INFUSION
FURTHER, REPEATED = PushPart.FURTHER, PushPart.REPEATED


@value(frozen=True, slots=True)
class PushCast:
    """A push, its part, and how many minutes after the last reported giving of its drug."""

    classified: Classified
    part: PushPart
    minutes: int = 0


def is_short_repeat(push: Classified, infusion: Classified, sheet: Sheet) -> bool:
    """Whether a push is a later bag of an infused drug that was through in a push's time, on the same access."""
    one, first = push.run, infusion.run
    return not one.charted_push and first.start < one.start and access_of(first, sheet) == access_of(one, sheet)


def cast_pushes(initial: Classified | None, veins: Sequence[Classified], sheet: Sheet) -> list[PushCast]:
    """Parts of all pushes but the initial, in order of start."""
    pushes = [one for one in veins if one.mode is PUSH]
    if not pushes or (len(pushes) == 1 and pushes[0] is initial):
        return []
    infusions: dict[tuple[str, ...], list[Classified]] = {}
    for one in veins:
        if one.mode is INFUSION:
            infusions.setdefault(one.run.infusate, []).append(one)
    floor = sheet.tables.on(sheet.local(pushes[0].run.start).date())[PUSH_REPEAT_FLOOR]
    reported: dict[tuple[str, ...], datetime] = {}
    if initial and initial.mode is PUSH:
        reported[initial.run.infusate] = initial.run.start
    casts: list[PushCast] = []
    for one in pushes:
        if one is initial:
            continue
        since = _last_reported(one, reported.get(one.run.infusate), infusions.get(one.run.infusate, ()), sheet)
        cast = _cast(one, since, floor, sheet)
        if cast.part in (FURTHER, REPEATED):
            reported[one.run.infusate] = one.run.start
        casts.append(cast)
    return casts


def _last_reported(
    push: Classified, pushed_at: datetime | None, infusions: Sequence[Classified], sheet: Sheet
) -> datetime | None:
    """When its drug was last reported: the start of a push, or the end of an infusion that it repeats."""
    ended = [one.run.end for one in infusions if is_short_repeat(push, one, sheet)]
    moments = [*ended, *((pushed_at,) if pushed_at else ())]
    return max(moments, default=None)


def _cast(one: Classified, since: datetime | None, floor_minutes: int, sheet: Sheet) -> PushCast:
    if since is None:
        return PushCast(one, FURTHER)
    minutes = whole_minutes(one.run.start - since)
    if sheet.policy.setting is Setting.PROFESSIONAL:
        return PushCast(one, PushPart.ONCE_ONLY, minutes)
    return PushCast(one, REPEATED if minutes >= floor_minutes else PushPart.TOO_SOON, minutes)
