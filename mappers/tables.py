"""Reads the dated tables that ship beside the coder; refuses what does not fit, naming file and row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from coder.facts import Route
from coder.policy import CodeFamily, FamilyChoice
from coder.rulebook import RULES
from coder.tables import Authority, DatedNumber, Formulary, Tables
from mappers.charge_master import load_charge_master
from mappers.coverage_tables import load_coverage
from mappers.csv_rows import sourced_rows
from mappers.edit_tables import load_edits
from mappers.formulary import load_drug_modifiers, load_formulary
from mappers.pcs_tables import load_procedure_tables
from mappers.strict_yaml import read_yaml

EDITION = "2026-11-21"
DATA = Path(str(resources.files("coder"))) / "data"
NUMBER_KEYS = {"label", "unit", "cite", "values"}
FAMILY_COLUMNS = ("drug", "route", "payer", "diagnosis", "since", "until", "family")
AUTHORITY_KEYS = {"document", "section", "edition", "grade", "says"}


class TableError(ValueError):
    """A table that does not hold together; the text names the file and the entry."""


@cache
def load_tables() -> Tables:
    """Every table the coder needs, as shipped."""
    folder = DATA
    authorities = _authorities(folder / "authorities.yaml")
    numbers = _numbers(folder / "numbers.yaml", authorities)
    for rule in RULES.values():
        _cited(rule.cite, authorities, f"rule {rule.id}")
    formulary = load_formulary(folder)
    return Tables(
        numbers,
        authorities,
        formulary,
        EDITION,
        _families(folder, formulary),
        edits=load_edits(folder),
        drug_modifiers=load_drug_modifiers(folder),
        procedures=load_procedure_tables(folder, formulary.drugs),
        coverage=load_coverage(folder / "coverage.yaml", formulary),
    )


def site_tables(formulary: Path | None, charge_master: Path | None) -> Tables:
    """The shipped tables with a site's formulary over them and its charge master; raises CsvError."""
    tables = load_tables()
    if formulary is not None:
        with_sites = load_formulary(DATA, formulary)
        kinds = {name: drug.pcs_kinds for name, drug in with_sites.drugs.items() if drug.pcs_kinds}
        procedures = replace(tables.procedures, kinds={**tables.procedures.kinds, **kinds})
        tables = replace(tables, formulary=with_sites, procedures=procedures, cache={})
    if charge_master is not None:
        tables = replace(tables, charge_master=load_charge_master(charge_master), cache={})
    return tables


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


def _families(folder: Path, formulary: Formulary) -> dict[str, tuple[FamilyChoice, ...]]:
    """The rows that decide chemotherapy or therapeutic, by drug."""
    found: dict[str, tuple[FamilyChoice, ...]] = {}
    for row in sourced_rows(folder / "chemo_family.csv", FAMILY_COLUMNS):
        drug = row.stated("drug")
        if drug not in formulary.drugs:
            raise row.fault("drug", drug, "the name of a drug in the formulary")
        since, until = row.period()
        choice = FamilyChoice(
            drug=drug,
            family=row.word("family", CodeFamily),
            route=row.word("route", Route) if row.text("route") else None,
            payer=row.text("payer") or None,
            diagnosis=row.text("diagnosis") or None,
            since=since,
            until=until,
            source=row.stated("source"),
        )
        found[drug] = (*found.get(drug, ()), choice)
    return found


def _exact_keys(entry: Any, keys: set[str], where: str) -> None:
    said = set(entry) if isinstance(entry, dict) else set()
    if said != keys:
        raise TableError(f"{where}: said {sorted(said)}, wanted {sorted(keys)}")


def _cited(cites: tuple[str, ...], authorities: Mapping[str, Authority], where: str) -> None:
    missing = [cite for cite in cites if cite not in authorities]
    if missing or not cites:
        raise TableError(f"{where}: cites nothing that is listed: {missing}")
