"""Reads the dated tables that ship beside the coder; refuses what does not fit, naming file and row."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from coder.drugs.identity import NDC, RXNORM
from coder.facts import Route
from coder.policy import CodeFamily, FamilyChoice
from coder.rulebook import RULES
from coder.tables import Authority, BillingUnit, DatedNumber, Drug, DrugFamily, Formulary, Tables
from mappers.coverage_tables import load_coverage
from mappers.edit_tables import load_edits
from mappers.pcs_tables import load_procedure_tables
from mappers.strict_yaml import read_yaml

EDITION = "2026-11-21"
NUMBER_KEYS = {"label", "unit", "cite", "values"}
AUTHORITY_KEYS = {"document", "section", "edition", "grade", "says"}


class TableError(ValueError):
    """A table that does not hold together; the text names the file and the entry."""


@cache
def load_tables() -> Tables:
    """Every table the coder needs, as shipped."""
    folder = Path(str(resources.files("coder"))) / "data"
    authorities = _authorities(folder / "authorities.yaml")
    numbers = _numbers(folder / "numbers.yaml", authorities)
    for rule in RULES.values():
        _cited(rule.cite, authorities, f"rule {rule.id}")
    formulary = _formulary(folder)
    return Tables(
        numbers,
        authorities,
        formulary,
        EDITION,
        _families(folder, formulary),
        edits=load_edits(folder),
        procedures=load_procedure_tables(folder, formulary.drugs),
        coverage=load_coverage(folder / "coverage.yaml", formulary),
    )


def _authorities(path: Path) -> dict[str, Authority]:
    found = {}
    for key, entry in read_yaml(path).items():
        _exact_keys(entry, AUTHORITY_KEYS, f"{path.name}: {key}")
        found[key] = Authority(key=key, **entry)
    return found


def _numbers(path: Path, authorities: Mapping[str, Authority]) -> dict[str, DatedNumber]:
    found = {}
    for name, entry in read_yaml(path).items():
        where = f"{path.name}: {name}"
        _exact_keys(entry, NUMBER_KEYS, where)
        _cited(tuple(entry["cite"]), authorities, where)
        values = sorted((date.fromisoformat(day), int(value)) for day, value in entry["values"].items())
        found[name] = DatedNumber(name, entry["label"], entry["unit"], tuple(entry["cite"]), tuple(values))
    return found


def _formulary(folder: Path) -> Formulary:
    billing = _billing(folder / "billing_units.csv")
    own_codes = {row["name"]: row["code"] for row in _rows(folder / "own_codes.csv")}
    drugs: dict[str, Drug] = {}
    by_code: dict[tuple[str, str], tuple[str, ...]] = {}
    by_text: dict[str, str] = {}
    for row in _rows(folder / "drugs.csv"):
        name = row["name"]
        units = tuple(billing.pop(name, []))
        drugs[name] = Drug(name, DrugFamily(row["family"]), units, row["source"], own_codes.pop(name, None))
        for text in (name, *_listed(row["also_called"])):
            if by_text.setdefault(text, name) != name:
                raise TableError(f"drugs.csv: {text!r} names both {by_text[text]} and {name}")
        for kind, column in ((NDC, "ndc"), (RXNORM, "rxnorm")):
            for code in _listed(row[column]):
                by_code[kind, code] = (*by_code.get((kind, code), ()), name)
    for file, names in (("billing_units.csv", billing), ("own_codes.csv", own_codes)):
        if names:
            raise TableError(f"{file}: no such drug: {', '.join(sorted(names))}")
    for drug in drugs.values():
        for unit in drug.billing:
            by_code["hcpcs", unit.hcpcs] = (*by_code.get(("hcpcs", unit.hcpcs), ()), drug.name)
    return Formulary(drugs, by_code, by_text)


def _families(folder: Path, formulary: Formulary) -> dict[str, tuple[FamilyChoice, ...]]:
    """The rows that decide chemotherapy or therapeutic, by drug."""
    found: dict[str, tuple[FamilyChoice, ...]] = {}
    for row in _rows(folder / "chemo_family.csv"):
        drug = row["drug"]
        if drug not in formulary.drugs:
            raise TableError(f"chemo_family.csv: no such drug: {drug}")
        choice = FamilyChoice(
            drug=drug,
            family=CodeFamily(row["family"]),
            route=Route(row["route"]) if row["route"] else None,
            payer=row["payer"] or None,
            diagnosis=row["diagnosis"] or None,
            since=_day(row["since"]),
            until=_day(row["until"]),
            source=row["source"],
        )
        found[drug] = (*found.get(drug, ()), choice)
    return found


def _day(said: str) -> date | None:
    return date.fromisoformat(said) if said else None


def _billing(path: Path) -> dict[str, list[BillingUnit]]:
    found: dict[str, list[BillingUnit]] = {}
    for row in _rows(path):
        since, until = date.fromisoformat(row["since"]), _day(row["until"])
        unit = BillingUnit(row["hcpcs"], Decimal(row["amount"]), row["unit"], since, until)
        found.setdefault(row["name"], []).append(unit)
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for place, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise TableError(f"{path.name}:{place}: not as many columns as the header")
        if not row["source"]:
            raise TableError(f"{path.name}:{place}: no source")
    return rows


def _listed(cell: str) -> list[str]:
    return [word for word in cell.split("|") if word]


def _exact_keys(entry: Any, keys: set[str], where: str) -> None:
    said = set(entry) if isinstance(entry, dict) else set()
    if said != keys:
        raise TableError(f"{where}: said {sorted(said)}, wanted {sorted(keys)}")


def _cited(cites: tuple[str, ...], authorities: Mapping[str, Authority], where: str) -> None:
    missing = [cite for cite in cites if cite not in authorities]
    if missing or not cites:
        raise TableError(f"{where}: cites nothing that is listed: {missing}")
