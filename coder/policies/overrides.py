"""Overrides of a site's policy for a department, a payer, some dates; the most specific one wins, key by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from coder.policy import Policy
from coder.visits.visit import Visit

MEDICARE = "medicare"


@dataclass(frozen=True, slots=True)
class Override:
    """What is decided otherwise for some visits; what it leaves open fits any visit.

    `values` are fields of the policy by name; `source` is how explanations name it.
    """

    values: Mapping[str, Any]
    source: str
    department: str | None = None
    payer: str | None = None
    since: date | None = None
    until: date | None = None

    @property
    def weight(self) -> tuple[bool, bool, int]:
        """How specific it is: a payer before a department, either before none, then how many dates bound it."""
        bounds = (self.since is not None) + (self.until is not None)
        return self.payer is not None, self.department is not None, bounds

    def fits(self, department: str | None, payer: str, day: date | None) -> bool:
        """Whether it decides about a visit; one bound by dates never does where the day is unknown."""
        return (
            (self.department is None or (department is not None and _same(self.department, department)))
            and (self.payer is None or _same(self.payer, payer))
            and (self.since is None or (day is not None and self.since <= day))
            and (self.until is None or (day is not None and day <= self.until))
        )

    def contradicts(self, other: Override) -> bool:
        """Whether neither is more specific, and some visit would get two values of one key from them."""
        return (
            self.weight == other.weight
            and _same(self.department or "", other.department or "")
            and _same(self.payer or "", other.payer or "")
            and (self.since or date.min) <= (other.until or date.max)
            and (other.since or date.min) <= (self.until or date.max)
            and any(other.values[key] != value for key, value in self.values.items() if key in other.values)
        )


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


@dataclass(frozen=True, slots=True)
class Policies:
    """A site's policy and its overrides; a policy resolved once is kept."""

    base: Policy
    overrides: tuple[Override, ...] = ()
    resolved: dict[tuple[int, ...], Policy] = field(default_factory=dict, compare=False, repr=False)

    def of(self, visit: Visit) -> Policy:
        """The policy of a visit: by the department it began in, its payer, and the day it began.

        Of overrides that fit, the more specific one wins: payer and department together, then payer, then
        department, then neither; of these the one bound by more dates. A payer not known is Medicare.
        """
        if not self.overrides:
            return self.base
        day = _first_day(visit, self.base)
        payer = visit.payer or MEDICARE
        fitting = tuple(place for place, one in enumerate(self.overrides) if one.fits(visit.department, payer, day))
        if not fitting:
            return self.base
        known = self.resolved.get(fitting)
        if known is None:
            known = self.resolved[fitting] = _resolve(self.base, [self.overrides[place] for place in fitting])
        return known


def _first_day(visit: Visit, base: Policy) -> date | None:
    begun = visit.start or next((given.start for given in visit.administrations), None)
    return begun.astimezone(base.zone).date() if begun else None


def _resolve(base: Policy, overrides: Sequence[Override]) -> Policy:
    """The policy with the least specific override first, so that the most specific has the last word."""
    values: dict[str, Any] = {}
    sources = dict(base.sources)
    for override in sorted(overrides, key=lambda one: one.weight):
        values |= override.values
        sources |= dict.fromkeys(override.values, override.source)
    return replace(base, **values, sources=sources)
