"""Case files: visits an auditor can read and write, as YAML; facts in, what must come out beside them.

A case is a mapping with `case` (its name), `about`, `on` (the date), `given` (administrations) and what
it expects: `charges`, `not_billed`, `queries`, `advisories`. What a case does not state is taken as
documented. `edge` names the numbers at whose edge the case lies, or just beside it, `never` lines and
`never_exactly` whole answers that may not come out, `row` the published scenario it restates;
`charge_master` are rows of the site's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from coder.charge_master import ChargeMaster, ChargeMasterRow
from coder.facts import PatientFacts
from coder.policies.overrides import Override, Policies
from coder.policy import Policy
from coder.tables import Tables
from mappers.case_facts import FACT_KEYS, read_facts
from mappers.case_heads import Edge, read_edges, told_cases
from mappers.case_policy import read_overrides, read_policy
from mappers.case_values import CaseDay, CaseError, entries, known_keys, listed, yes_or_no

__all__ = [
    "Case",
    "CaseError",
    "Edge",
    "ExpectedAdvisory",
    "ExpectedCharge",
    "ExpectedRule",
    "NeverLine",
    "load_cases",
]

CASE_KEYS = {
    *FACT_KEYS,
    "case",
    "about",
    "source",
    "row",
    "on",
    "zone",
    "as_of",
    "policy",
    "edge",
    "charges",
    "not_billed",
    "queries",
    "advisories",
    "charge_master",
    "never",
    "never_exactly",
}
CHARGE_KEYS = {"code", "units", "modifiers", "date", "status", "because", "of", "reason", "authorisation"}
RULE_KEYS = {"because", "code", "of", "minutes", "curable"}
ADVISORY_KEYS = {"because", "codes"}
CHARGE_MASTER_KEYS = {"code", "charge_code", "revenue_code", "price"}
NEVER_KEYS = {"code", "units", "modifier"}
SAMPLE_ZONE = "America/Chicago"


@dataclass(frozen=True, slots=True)
class ExpectedCharge:
    """A charge line a case wants; `because` are rules, `of` administrations that must be among its own.

    `reason` are exactly its diagnoses in their order, `authorisation` the payer's number, where stated.
    """

    code: str
    units: int | None
    modifiers: tuple[str, ...]
    day: date | None
    status: str
    because: tuple[str, ...]
    of: tuple[str, ...] = ()
    reason: tuple[str, ...] | None = None
    authorisation: str | None = None


@dataclass(frozen=True, slots=True)
class ExpectedRule:
    """A not-billed line or a query a case wants, by its rule; `of` is whom a query asks."""

    because: str
    code: str | None = None
    of: str | None = None
    minutes: int | None = None
    curable: bool | None = None


@dataclass(frozen=True, slots=True)
class ExpectedAdvisory:
    """An advisory a case wants, by its rule."""

    because: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NeverLine:
    """A line that may not come out; what is not stated (None) matches anything."""

    code: str | None
    units: int | None
    modifier: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """One patient's visits told by hand, and what must come of them."""

    name: str
    about: str
    facts: PatientFacts
    policy: Policy
    as_of: datetime
    charges: tuple[ExpectedCharge, ...]
    not_billed: tuple[ExpectedRule, ...]
    queries: tuple[ExpectedRule, ...]
    with_drug_lines: bool
    advisories: tuple[ExpectedAdvisory, ...] = ()
    source: str = ""
    row: str = ""
    edges: tuple[Edge, ...] = ()
    never: tuple[NeverLine, ...] = ()
    never_exactly: tuple[tuple[ExpectedCharge, ...], ...] = ()
    stated_policy: tuple[tuple[str, str], ...] = ()
    overrides: tuple[Override, ...] = ()
    charge_master: ChargeMaster | None = None

    def tables(self, shipped: Tables) -> Tables:
        """The tables the case is coded by: those that ship, with its own charge master."""
        return replace(shipped, charge_master=self.charge_master, cache={}) if self.charge_master else shipped

    @property
    def policies(self) -> Policies:
        """The policy with what is decided otherwise for some visits."""
        return Policies(self.policy, self.overrides)


def load_cases(path: Path) -> tuple[Case, ...]:
    """All cases of a file, in its order; raises CaseError or StrictYamlError."""
    return tuple(_case(entry, f"{path}: {entry.get('case', 'a case without a name')}") for entry in told_cases(path))


def _case(entry: Mapping[str, Any], where: str) -> Case:
    known_keys(entry, CASE_KEYS, where)
    try:
        return _read(entry)
    except KeyError as error:
        raise CaseError(f"{where}: said no {error}, wanted it or one of what it can be") from error
    except CaseError as error:
        raise CaseError(f"{where}: {error}") from error
    except (ValueError, TypeError, AttributeError, ArithmeticError) as error:
        raise CaseError(f"{where}: {type(error).__name__}: {error}") from error


def _read(entry: Mapping[str, Any]) -> Case:
    day = CaseDay(date.fromisoformat(entry["on"]), ZoneInfo(entry.get("zone", SAMPLE_ZONE)))
    days_later = datetime.combine(day.day + timedelta(days=3), time(12), day.zone)
    stated = entry.get("policy") or {}
    return Case(
        name=entry["case"],
        about=entry["about"],
        facts=read_facts(entry, day),
        policy=read_policy(stated, day.zone),
        as_of=day.moment(entry["as_of"]) if "as_of" in entry else days_later,
        charges=tuple(_charge(one) for one in entries(entry, "charges")),
        not_billed=tuple(_rule(one) for one in entries(entry, "not_billed")),
        queries=tuple(_rule(one) for one in entries(entry, "queries")),
        with_drug_lines=any("dose" in one for one in entries(entry, "given")),
        advisories=tuple(_advisory(one) for one in entries(entry, "advisories")),
        source=entry.get("source", ""),
        row=entry.get("row", ""),
        edges=read_edges(entry),
        never=tuple(_never(one) for one in entries(entry, "never")),
        never_exactly=tuple(_answer(one) for one in entry.get("never_exactly") or ()),
        stated_policy=tuple((key, said) for key, said in stated.items() if isinstance(said, str)),
        overrides=read_overrides(stated),
        charge_master=_charge_master(entries(entry, "charge_master")),
    )


def _charge_master(rows: list[Any]) -> ChargeMaster | None:
    found: dict[str, tuple[ChargeMasterRow, ...]] = {}
    for row in rows:
        known_keys(row, CHARGE_MASTER_KEYS, "charge_master")
        price = Decimal(row["price"]) if "price" in row else None
        read = ChargeMasterRow(row["code"], row["charge_code"], row.get("revenue_code"), price)
        found[read.code] = (*found.get(read.code, ()), read)
    return ChargeMaster(found) if found else None


def _charge(entry: Mapping[str, Any]) -> ExpectedCharge:
    known_keys(entry, CHARGE_KEYS, "charges")
    return ExpectedCharge(
        code=entry["code"],
        units=None if entry.get("units", "1") == "none" else int(entry.get("units", "1")),
        modifiers=tuple(entry.get("modifiers") or ()),
        day=date.fromisoformat(entry["date"]) if "date" in entry else None,
        status=entry.get("status", "billable"),
        because=listed(entry.get("because")),
        of=listed(entry.get("of")),
        reason=listed(entry["reason"]) if "reason" in entry else None,
        authorisation=entry.get("authorisation"),
    )


def _rule(entry: Mapping[str, Any]) -> ExpectedRule:
    known_keys(entry, RULE_KEYS, "not_billed or queries")
    return ExpectedRule(
        entry["because"],
        entry.get("code"),
        entry.get("of"),
        int(entry["minutes"]) if "minutes" in entry else None,
        yes_or_no(entry, "curable"),
    )


def _advisory(entry: Mapping[str, Any]) -> ExpectedAdvisory:
    known_keys(entry, ADVISORY_KEYS, "advisories")
    return ExpectedAdvisory(entry["because"], listed(entry.get("codes")))


def _never(entry: Mapping[str, Any]) -> NeverLine:
    known_keys(entry, NEVER_KEYS, "never")
    return NeverLine(entry.get("code"), int(entry["units"]) if "units" in entry else None, entry.get("modifier"))


def _answer(said: list[Mapping[str, Any]]) -> tuple[ExpectedCharge, ...]:
    return tuple(_charge(one) for one in said)
