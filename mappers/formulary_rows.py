"""The formulary while it is being read: what each row adds, the shipped ones first, a site's over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from coder.drug_tables import CodeRule, Container
from coder.drugs.identity import HCPCS, ndc_forms, site_key
from coder.facts import Route
from coder.tables import BillingUnit, Drug
from mappers.csv_rows import Row

UNCLASSIFIED = ("J3490", "J3590", "J9999")


@dataclass(slots=True)
class Gathered:
    """What has been read so far; a site's rows come last and win."""

    sources: frozenset[str]
    drugs: dict[str, Drug] = field(default_factory=dict)
    billing: dict[str, dict[tuple[str, date], BillingUnit]] = field(default_factory=dict)
    by_code: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    by_text: dict[str, str] = field(default_factory=dict)
    containers: dict[str, Container] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)
    own_codes: dict[str, str] = field(default_factory=dict)
    cited: set[str] = field(default_factory=set)

    def add_code(self, key: tuple[str, str], name: str) -> None:
        """Note that a code identifies a drug, perhaps among others."""
        names = self.by_code.get(key, ())
        if name not in names:
            self.by_code[key] = (*names, name)

    def add_text(self, row: Row, column: str, text: str, name: str) -> None:
        """Note that a text names a drug; it may name no other."""
        if self.by_text.setdefault(text, name) != name:
            raise row.fault(column, text, f"a text that does not name {self.by_text[text]} already")


def unclassified_in(row: Row) -> str | None:
    """The unclassified code of a drug without one of its own."""
    said = row.text("unclassified")
    if said and said not in UNCLASSIFIED:
        raise row.fault("unclassified", said, "one of " + ", ".join(UNCLASSIFIED))
    return said or None


def put_billing(row: Row, name: str, hcpcs: str, gathered: Gathered) -> None:
    """Note a drug's code; a site's row takes the place of the shipped one of that code and first day."""
    amount = row.amount("amount")
    if amount is None:
        raise row.fault("amount", "", "a number above 0")
    _, until = row.period()
    unit = BillingUnit(
        hcpcs,
        amount,
        row.stated("unit"),
        first_day(row),
        until,
        row.text("status") or None,
        row.each_word("routes", Route),
        row.word("rule", CodeRule),
        row.truth("single_dose"),
    )
    gathered.billing.setdefault(name, {})[hcpcs, unit.since] = unit
    gathered.add_code((HCPCS, hcpcs), name)


def first_day(row: Row) -> date:
    """The day a row begins to hold."""
    since = row.day("since")
    if since is None:
        raise row.fault("since", "", "a day such as 2026-01-31")
    return since


def one_ndc(row: Row) -> str:
    """The row's NDC in its 11 digits; ten bare digits do not say which one is meant."""
    said = row.stated("ndc")
    forms = ndc_forms(said)
    if len(forms) != 1:
        raise row.fault("ndc", said, "an NDC of 11 digits, or one with hyphens")
    return forms[0]


def container_of(row: Row, name: str, amount: str, unit: str) -> Container:
    """A product of a drug; `amount` and `unit` are the columns that say what one container of it holds."""
    return Container(
        name,
        tuple(code.upper() for code in row.words("hcpcs")),
        row.amount(amount),
        row.text(unit) or None,
        row.amount("ml"),
        row.truth("single_dose"),
        row.text("ndc_unit") or None,
    )


def put_site_code(row: Row, said: str, name: str, gathered: Gathered) -> None:
    """Note a site's own code, told as `system=code`."""
    system, equals, code = said.rpartition("=")
    if not equals or not code:
        raise row.fault("site_codes", said, "system=code")
    gathered.by_code[site_key(system, code)] = (name,)
