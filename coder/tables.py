"""Dated tables: numbers and drugs in force on a day. A look-up before the first day raises."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from coder.charge_master import ChargeMaster
from coder.coverage_table import NO_COVERAGE, CoverageTable
from coder.drug_tables import CodeRule, Container, DrugModifier
from coder.edit_tables import NO_EDITS, Edits
from coder.facts import Coding, Route
from coder.pcs_tables import NO_PROCEDURES, ProcedureTables
from coder.policy import FamilyChoice


class NotInForceError(LookupError):
    """A table was asked about a day before its first edition."""


@dataclass(frozen=True, slots=True)
class DatedNumber:
    """One number of the rulebook with its unit, authority, and value from each day on."""

    name: str
    label: str
    unit: str
    cite: tuple[str, ...]
    values: tuple[tuple[date, int], ...]

    def on(self, day: date) -> int:
        """The value in force on `day`; raises NotInForceError before the first."""
        place = bisect_right([since for since, _ in self.values], day)
        if place == 0:
            raise NotInForceError(f"{self.name}: in force from {self.values[0][0]}, asked about {day}")
        return self.values[place - 1][1]


@dataclass(frozen=True, slots=True)
class Authority:
    """A document that a rule or number rests on; `grade` says whether it was read or is known."""

    key: str
    document: str
    section: str
    edition: str
    grade: str
    says: str


class DrugFamily(StrEnum):
    """What a drug is to the coder: which codes its administration can earn."""

    CHEMOTHERAPY = "chemotherapy"
    HORMONAL = "hormonal"
    THERAPEUTIC = "therapeutic"
    FLUID = "fluid"
    BLOOD = "blood"
    CONTRAST = "contrast"
    TRACER = "tracer"
    STRESS_AGENT = "stress-agent"
    VACCINE = "vaccine"
    ALLERGEN = "allergen"
    RSV_ANTIBODY = "rsv-antibody"


@dataclass(frozen=True, slots=True)
class BillingUnit:
    """A HCPCS code of a drug for a stretch of days, and how much of it one unit is.

    `status` is the OPPS status indicator, None where the edition read has none. `routes` are those the
    code is limited to (none: any), `rule` what tells it from other codes of the drug on the same day.
    `single_dose` is whether all its products come in single-dose containers, None where nobody says.
    `sizes` are the contents of the single-dose containers known, ascending.
    """

    hcpcs: str
    amount: Decimal
    unit: str
    since: date
    until: date | None
    status: str | None = None
    routes: frozenset[Route] = frozenset()
    rule: CodeRule = CodeRule.ANY
    single_dose: bool | None = None
    sizes: tuple[Decimal, ...] = ()

    def in_force(self, day: date) -> bool:
        """Whether it covers a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Drug:
    """One drug or fluid of the formulary; `name` is its generic name and its key.

    `administration_code` is the code of its own that giving it has, outside this family. `pcs_kinds` are the
    kinds of substance of ICD-10-PCS that a site says it is. By the routes of `self_administered` it is not
    covered; `unclassified` is the code it is billed under while it has none of its own.
    """

    name: str
    family: DrugFamily
    billing: tuple[BillingUnit, ...]
    source: str
    administration_code: str | None = None
    pcs_kinds: tuple[str, ...] = ()
    self_administered: frozenset[Route] = frozenset()
    unclassified: str | None = None

    def billing_on(self, day: date) -> tuple[BillingUnit, ...]:
        """The billing units in force on `day`; several where product, route or patient decides."""
        return tuple([unit for unit in self.billing if unit.in_force(day)])


@dataclass(frozen=True, slots=True)
class Formulary:
    """Drugs by name and by every code that identifies one; a code may fit several drugs, an NDC is of one.

    `by_code` has every code but NDCs, by which `containers` are; `products` are texts that name a product of one
    HCPCS code. `remembered` holds what some codes and words turned out to name: the drug, its NDC, and the HCPCS
    codes they narrow it to.
    """

    drugs: Mapping[str, Drug]
    by_code: Mapping[tuple[str, str], tuple[str, ...]]
    by_text: Mapping[str, str]
    remembered: dict[tuple[tuple[Coding, ...], str | None], tuple[str, str | None, tuple[str, ...]]] = field(
        default_factory=dict, compare=False, repr=False
    )
    containers: Mapping[str, Container] = field(default_factory=dict)
    products: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tables:
    """Every dated table the coder reads, as one value."""

    numbers: Mapping[str, DatedNumber]
    authorities: Mapping[str, Authority]
    formulary: Formulary
    edition: str
    families: Mapping[str, tuple[FamilyChoice, ...]] = field(default_factory=dict)
    edits: Edits = NO_EDITS
    procedures: ProcedureTables = NO_PROCEDURES
    coverage: CoverageTable = NO_COVERAGE
    drug_modifiers: tuple[DrugModifier, ...] = ()
    charge_master: ChargeMaster | None = None
    cache: dict[date, Mapping[str, int]] = field(default_factory=dict, compare=False, repr=False)

    def on(self, day: date) -> Mapping[str, int]:
        """All numbers in force on `day`, by name."""
        page = self.cache.get(day)
        if page is None:
            page = self.cache[day] = {name: number.on(day) for name, number in self.numbers.items()}
        return page
