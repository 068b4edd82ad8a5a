"""What a claim does to a patient's lines: the second initial, pairs, units a date may have, add-ons."""

from __future__ import annotations

from itertools import combinations

from coder.edit_tables import LimitKind, Separable
from coder.policy import DistinctModifier, Policy
from coder.tables import Tables
from tests.oracle.line import INITIALS, Line


def edited(lines: list[Line], policy: Policy, tables: Tables) -> list[Line]:
    """The lines that are billed, with their modifiers."""
    pairs = tables.edits.pairs.get(policy.setting, {})
    left = _with_primaries(list(lines), tables)
    beside: dict[Line, list[Line]] = {}
    for one, other in combinations([line for line in left if line.code in INITIALS], 2):
        if one.visit == other.visit or one.day == other.day:
            second = _second(one, other, pairs)
            beside.setdefault(second, []).append(other if second is one else one)
    seconds = list(beside)
    for first in left:
        for second in left:
            kind = pairs.get((first.code, second.code)) if first.day == second.day and first is not second else None
            if kind is Separable.WITH_MODIFIER:
                beside.setdefault(second, []).append(first)
            elif kind is Separable.NEVER:
                left = [line for line in left if line is not second]
    for line, others in beside.items():
        line.modifiers.append(_modifier(line, others, policy))
    for line in left:
        if policy.hours_modifier and line.hours_of is not None and line.hours_of in seconds:
            line.modifiers = line.hours_of.modifiers[-1:]
    return _within_limits(left, policy, tables)


def _with_primaries(lines: list[Line], tables: Tables) -> list[Line]:
    """Without the add-ons that no line of their visit carries."""
    primaries = tables.edits.primaries
    codes = {(line.visit, line.code) for line in lines}
    return [
        line
        for line in lines
        if line.code not in primaries or any((line.visit, code) in codes for code in primaries[line.code])
    ]


def _second(one: Line, other: Line, pairs: object) -> Line:
    """The one in column two of their pair; without a pair the later start, then the key."""
    assert hasattr(pairs, "get")
    if pairs.get((one.code, other.code)) is not None:
        return other
    if pairs.get((other.code, one.code)) is not None:
        return one
    return max((one, other), key=lambda line: (line.start, line.key))


def _modifier(line: Line, others: list[Line], policy: Policy) -> str:
    """How a line differs from all it may not stand beside: by its visit, else by its access, else by its order."""
    if policy.distinct_modifier is DistinctModifier.FIFTY_NINE:
        return "59"
    in_visit = [other for other in others if other.visit == line.visit]
    if not in_visit:
        return "XE"
    elsewhere = all(line.access and other.access and line.access != other.access for other in in_visit)
    return "XS" if elsewhere else "XU"


def _within_limits(lines: list[Line], policy: Policy, tables: Tables) -> list[Line]:
    limits = tables.edits.limits.get(policy.setting, {})
    used: dict[tuple[object, str], int] = {}
    kept = []
    for line in sorted(lines, key=lambda line: (line.start, line.key)):
        limit = limits.get(line.code)
        name = (line.day, line.code)
        used[name] = used.get(name, 0) + line.units
        if not (limit and limit.kind is LimitKind.DATE_ABSOLUTE and used[name] > limit.units):
            kept.append(line)
    return kept
