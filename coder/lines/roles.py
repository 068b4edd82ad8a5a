"""What every other infusion of an access is beside the initial: sequential, concurrent, or a repeat."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from coder.lines.concurrency import Alongside, alongside, overlapping
from coder.policy import CodeFamily
from coder.runs.classified import Classified, Mode
from coder.sheet import Sheet
from coder.values import value


class Part(StrEnum):
    """The part an infusion plays in its visit."""

    SEQUENTIAL = "sequential"
    CONCURRENT = "concurrent"
    CONCURRENT_AGAIN = "concurrent again"
    CONCURRENT_CHEMOTHERAPY = "concurrent chemotherapy"
    REPEAT = "repeat"
    REPEAT_IN_QUESTION = "repeat in question"


SEQUENTIAL, CONCURRENT_CHEMOTHERAPY = Part.SEQUENTIAL, Part.CONCURRENT_CHEMOTHERAPY


@value(frozen=True, slots=True)
class Cast:
    """An infusion, its part, what it runs alongside, and the first of its drug where it is a repeat."""

    classified: Classified
    part: Part
    alongside: Alongside | None = None
    first: Classified | None = None


def cast_infusions(initial: Classified | None, infusions: Sequence[Classified], sheet: Sheet) -> list[Cast]:
    """Parts of all infusions but the initial, in order of start; a date's first concurrent one alone keeps its part."""
    beside = overlapping(infusions) if len(infusions) > 1 else {}
    heard = {initial.run.infusate: initial} if initial and initial.mode is Mode.INFUSION else {}
    asked: set[tuple[str, ...]] = set()
    casts: list[Cast] = []
    for one in infusions:
        if one is initial:
            continue
        first = heard.setdefault(one.run.infusate, one)
        if first is not one:
            part = Part.REPEAT_IN_QUESTION if one.run.infusate in asked else Part.REPEAT
            casts.append(Cast(one, part, first=first))
            continue
        cast = _cast(one, beside.get(one.run.anchor, ()), initial, sheet)
        if cast.part is CONCURRENT_CHEMOTHERAPY:
            asked.add(one.run.infusate)
        casts.append(cast)
    return casts


def _cast(one: Classified, others: Sequence[Classified], initial: Classified | None, sheet: Sheet) -> Cast:
    if not others:
        return Cast(one, SEQUENTIAL)
    day = sheet.local(one.run.start).date()
    near = alongside(one, others, initial, sheet.policy.concurrent, sheet.tables.on(day))
    if near is None or not near.concurrent:
        return Cast(one, SEQUENTIAL, near)
    if one.family is CodeFamily.CHEMOTHERAPY:
        return Cast(one, CONCURRENT_CHEMOTHERAPY, near)
    if day in sheet.concurrent_dates:
        return Cast(one, Part.CONCURRENT_AGAIN, near)
    sheet.concurrent_dates.add(day)
    return Cast(one, Part.CONCURRENT, near)
