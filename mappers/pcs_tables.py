"""Reads the tables of ICD-10-PCS that ship: what may enter where, the kinds of drugs, named drugs, words for a line."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from coder.pcs_tables import KINDS, Introductions, NewTechnology, ProcedureTables, Region, Vessel
from mappers.csv_rows import Row, sourced_rows

CHARACTERS = re.compile(r"[0-9A-HJ-NP-Z]{2}")
REACHES = {"central": True, "peripheral": False}


def load_procedure_tables(folder: Path, drugs: Collection[str]) -> ProcedureTables:
    """Every edition that ships; each drug named must be one of `drugs`. Raises CsvError."""
    return ProcedureTables(
        introductions=_introductions(folder / "pcs_introductions.csv"),
        kinds=_kinds(folder / "pcs_substances.csv", drugs),
        new_technology=_new_technology(folder / "pcs_new_technology.csv", drugs),
        central=_central(folder / "pcs_access.csv"),
    )


def _introductions(path: Path) -> dict[Region, tuple[Introductions, ...]]:
    found: dict[Region, list[Introductions]] = {}
    for row in sourced_rows(path, ("since", "region", "approach", "kinds")):
        edition = Introductions(row.stated_day("since"), row.stated("approach"), frozenset(_characters(row, "kinds")))
        if (edition.since.month, edition.since.day) != (10, 1):
            raise row.fault("since", edition.since.isoformat(), "the first of October of an edition")
        editions = found.setdefault(row.word("region", Region), [])
        if any(edition.since == one.since for one in editions):
            raise row.fault("since", edition.since.isoformat(), "each edition of a region once")
        editions.append(edition)
    return {region: tuple(sorted(editions, key=lambda one: one.since)) for region, editions in found.items()}


def _kinds(path: Path, drugs: Collection[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in sourced_rows(path, ("drug", "kinds")):
        drug = _drug(row, drugs)
        if drug in found:
            raise row.fault("drug", drug, "each once")
        found[drug] = substance_kinds(row, "kinds")
    return found


def substance_kinds(row: Row, column: str) -> tuple[str, ...]:
    """The kinds of substance that a row says a drug is, the most specific first; raises CsvError."""
    kinds = _characters(row, column)
    nameless = [kind for kind in kinds if kind not in KINDS]
    if nameless:
        raise row.fault(column, nameless[0], f"one of {', '.join(KINDS)}")
    return kinds


def _new_technology(path: Path, drugs: Collection[str]) -> dict[str, tuple[NewTechnology, ...]]:
    found: dict[str, tuple[NewTechnology, ...]] = {}
    for row in sourced_rows(path, ("drug", "regions", "characters", "diagnosis", "since", "until")):
        one = NewTechnology(
            drug=_drug(row, drugs),
            regions=row.each_word("regions", Region),
            characters=_characters(row, "characters")[0],
            diagnosis=row.text("diagnosis") or None,
            since=row.stated_day("since"),
            until=row.day("until"),
        )
        found[one.drug] = (*found.get(one.drug, ()), one)
    return found


def _central(path: Path) -> dict[tuple[Vessel, str], bool]:
    found: dict[tuple[Vessel, str], bool] = {}
    for row in sourced_rows(path, ("words", "vessel", "reach")):
        named = (row.word("vessel", Vessel), row.stated("words"))
        if row.text("reach") not in REACHES:
            raise row.fault("reach", row.text("reach"), f"one of {', '.join(REACHES)}")
        if named in found:
            raise row.fault("words", named[1], "each once")
        found[named] = REACHES[row.text("reach")]
    return found


def _drug(row: Row, drugs: Collection[str]) -> str:
    drug = row.text("drug")
    if drug not in drugs:
        raise row.fault("drug", drug, "a drug of the formulary")
    return drug


def _characters(row: Row, column: str) -> tuple[str, ...]:
    said = tuple(row.text(column).split("|"))
    wrong = [one for one in said if not CHARACTERS.fullmatch(one)]
    if wrong:
        raise row.fault(column, wrong[0], "a sixth and a seventh character")
    return said
