"""The edits of the National Correct Coding Initiative that touch our own codes, by edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from coder.policy import Setting


class Separable(IntEnum):
    """The indicator of a pair: whether a modifier may part it."""

    NEVER = 0
    WITH_MODIFIER = 1


class LimitKind(IntEnum):
    """How a unit limit is applied to a claim: by line, absolute by date, or by date unless documented."""

    LINE = 1
    DATE_ABSOLUTE = 2
    DATE_CLINICAL = 3


@dataclass(frozen=True, slots=True)
class UnitLimit:
    """The most units of a code on a date (of a line, for LINE)."""

    units: int
    kind: LimitKind


@dataclass(frozen=True, slots=True)
class Edits:
    """Pairs (column one, column two), unit limits and the primaries of add-on codes.

    Before `since` no edition is known: nothing is checked, and that is said. `pairs` and `limits` are by
    setting, `primaries` by add-on code; `significant` are the codes of ours beside which a hospital's
    evaluation needs a modifier whether or not a pair says so. `over` has the pairs by column two.
    """

    since: date
    edition: str
    pairs: Mapping[Setting, Mapping[tuple[str, str], Separable]]
    limits: Mapping[Setting, Mapping[str, UnitLimit]]
    primaries: Mapping[str, frozenset[str]]
    significant: frozenset[str] = frozenset()
    over: Mapping[Setting, Mapping[str, Mapping[str, Separable]]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Index the pairs by column two, so that a date's few codes are looked up and not all their pairs."""
        over: dict[Setting, dict[str, dict[str, Separable]]] = {}
        for setting, pairs in self.pairs.items():
            by_column_two = over.setdefault(setting, {})
            for (column_one, column_two), separable in pairs.items():
                by_column_two.setdefault(column_two, {})[column_one] = separable
        object.__setattr__(self, "over", over)


NO_EDITS = Edits(date.max, "", {}, {}, {})
