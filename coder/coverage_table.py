"""Which diagnoses support which drugs, by payer, age and date, and which drugs a payer wants to approve first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

SHORTEST_CATEGORY = 3


class Verdict(StrEnum):
    """What a row says of a drug given for a diagnosis, what supports it best first."""

    COVERED = "covered"
    OFF_LABEL = "off-label"
    WARNED = "warned"
    NOT_COVERED = "not-covered"
    SECONDARY_ONLY = "secondary-only"


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A verdict on a drug (None: any) given for diagnoses from `first` to `last`.

    Diagnoses are ICD-10-CM codes without their dot, and a shorter one stands for all that begin so. Ages are
    whole years, both ends included. `payer` is in lower case. What is None fits anything.
    """

    verdict: Verdict
    drug: str | None
    first: str
    last: str
    from_age: int | None = None
    to_age: int | None = None
    payer: str | None = None
    since: date | None = None
    until: date | None = None
    source: str = ""

    def in_force(self, payer: str, day: date) -> bool:
        """Whether the row is the payer's on a day."""
        return self.payer in (None, payer) and (self.since or date.min) <= day <= (self.until or date.max)

    def fits(self, age: int) -> bool:
        """Whether the row is about patients of this age."""
        return (self.from_age is None or self.from_age <= age) and (self.to_age is None or age <= self.to_age)

    @property
    def specific(self) -> tuple[bool, int, bool, bool]:
        """How closely the row is drawn: a payer's before any, longer codes, an age, a stretch of days."""
        return (
            self.payer is not None,
            len(self.first),
            self.from_age is not None or self.to_age is not None,
            self.since is not None or self.until is not None,
        )


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A drug that a payer (None: every payer) wants to approve before it is given."""

    drug: str
    payer: str | None = None
    since: date | None = None
    until: date | None = None
    source: str = ""

    def in_force(self, payer: str, day: date) -> bool:
        """Whether the payer wants it on a day."""
        return self.payer in (None, payer) and (self.since or date.min) <= day <= (self.until or date.max)


def plain(code: str) -> str:
    """A diagnosis code as it is compared: in capitals and without its dot."""
    return code.replace(".", "").strip().upper()


@dataclass(frozen=True, slots=True)
class CoverageTable:
    """The rows in force at a site, found by drug and by the beginning of a code; `looked_at` are its drugs."""

    rows: tuple[CoverageRow, ...] = ()
    approvals: tuple[ApprovalRow, ...] = ()
    by_drug: Mapping[str | None, tuple[CoverageRow, ...]] = field(init=False, compare=False, repr=False)
    by_code: Mapping[tuple[str | None, str], tuple[CoverageRow, ...]] = field(init=False, compare=False, repr=False)
    ranges: Mapping[str | None, tuple[CoverageRow, ...]] = field(init=False, compare=False, repr=False)
    ages: Mapping[str | None, tuple[int, ...]] = field(init=False, compare=False, repr=False)
    approval_of: Mapping[str, tuple[ApprovalRow, ...]] = field(init=False, compare=False, repr=False)
    looked_at: frozenset[str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Index the rows, so that one drug and one code meet only the rows about them."""
        by_drug: dict[str | None, list[CoverageRow]] = {}
        by_code: dict[tuple[str | None, str], list[CoverageRow]] = {}
        ranges: dict[str | None, list[CoverageRow]] = {}
        for row in self.rows:
            by_drug.setdefault(row.drug, []).append(row)
            if row.first == row.last:
                by_code.setdefault((row.drug, row.first), []).append(row)
            else:
                ranges.setdefault(row.drug, []).append(row)
        approval_of: dict[str, list[ApprovalRow]] = {}
        for approval in self.approvals:
            approval_of.setdefault(approval.drug, []).append(approval)
        object.__setattr__(self, "by_drug", {drug: tuple(rows) for drug, rows in by_drug.items()})
        object.__setattr__(self, "by_code", {key: tuple(rows) for key, rows in by_code.items()})
        object.__setattr__(self, "ranges", {drug: tuple(rows) for drug, rows in ranges.items()})
        object.__setattr__(self, "ages", {drug: _ages(rows) for drug, rows in by_drug.items()})
        object.__setattr__(self, "approval_of", {drug: tuple(rows) for drug, rows in approval_of.items()})
        object.__setattr__(self, "looked_at", frozenset(drug for drug in (*by_drug, *approval_of) if drug))

    def knows(self, drug: str, payer: str, day: date) -> bool:
        """Whether any row in force is about the drug."""
        return any(row.in_force(payer, day) for row in self.by_drug.get(drug, ()))

    def row_for(self, drug: str | None, code: str, payer: str, day: date, age: int) -> CoverageRow | None:
        """The most closely drawn row about a drug given for a diagnosis; of equals the later."""
        best: CoverageRow | None = None
        for row in self._about(drug, code):
            closer = best is None or row.specific >= best.specific
            if closer and row.in_force(payer, day) and row.fits(age):
                best = row
        return best

    def _about(self, drug: str | None, code: str) -> Iterable[CoverageRow]:
        for length in range(SHORTEST_CATEGORY, len(code) + 1):
            yield from self.by_code.get((drug, code[:length]), ())
        for row in self.ranges.get(drug, ()):
            if row.first <= code and code[: len(row.last)] <= row.last:
                yield row

    def approval(self, drug: str, payer: str, day: date) -> ApprovalRow | None:
        """Why the payer wants a number for the drug; None where it does not."""
        return next((row for row in self.approval_of.get(drug, ()) if row.in_force(payer, day)), None)


def _ages(rows: Iterable[CoverageRow]) -> tuple[int, ...]:
    """One age of each band that the rows tell apart."""
    bands = {0}
    for row in rows:
        bands |= {row.from_age} if row.from_age is not None else set()
        bands |= {row.to_age + 1} if row.to_age is not None else set()
    return tuple(sorted(bands))


NO_COVERAGE = CoverageTable()
