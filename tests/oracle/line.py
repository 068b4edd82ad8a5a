"""A line of the naive coder, and the codes it can have, by what they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

INFUSION = {"chemotherapy": "96413", "therapeutic": "96365"}
SEQUENTIAL = {"chemotherapy": "96417", "therapeutic": "96367"}
HOURS = {"chemotherapy": "96415", "therapeutic": "96366"}
PUSH = {"chemotherapy": "96409", "therapeutic": "96374"}
FURTHER_PUSH = {"chemotherapy": "96411", "therapeutic": "96375"}
INJECTION = {"chemotherapy": "96401", "hormonal": "96402", "therapeutic": "96372"}
ARTERIAL_PUSH = {"chemotherapy": "96420", "therapeutic": "96373"}
HYDRATION, HYDRATION_HOURS = "96360", "96361"
CONCURRENT, SAME_PUSH = "96368", "96376"
SKIN_INFUSION, SKIN_HOURS, SKIN_NEW_SITE = "96369", "96370", "96371"
ARTERIAL_INFUSION, ARTERIAL_HOURS, ARTERIAL_PROLONGED = "96422", "96423", "96425"
PUMP = {"chemotherapy": "96416", "therapeutic": "C8957"}
INITIALS = {"96360", "96365", "96374", "96409", "96413"}


@dataclass(eq=False)
class Line:
    """Units of a code on a date; `hours_of` is the line whose further hours these are."""

    code: str
    day: date
    units: int
    visit: int
    start: int
    key: str
    access: str | None = None
    planned: bool = False
    modifiers: list[str] = field(default_factory=list)
    hours_of: Line | None = None
