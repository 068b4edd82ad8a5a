"""Reads the tables of ICD-10-PCS that ship: what may enter where, the kinds of drugs, named drugs, words for a line."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from coder.pcs_tables import KINDS, Introductions, NewTechnology, ProcedureTables, Region, Vessel

Row = dict[str, str]
Word = TypeVar("Word", bound=StrEnum)
CHARACTERS = re.compile(r"[0-9A-HJ-NP-Z]{2}")
REACHES = {"central": True, "peripheral": False}


class ProcedureTableError(ValueError):
    """A table of inpatient procedures that does not hold together; the text names the file and the row."""


def load_procedure_tables(folder: Path, drugs: Collection[str]) -> ProcedureTables:
    """Every edition that ships; each drug named must be one of `drugs`."""
    return ProcedureTables(
        introductions=_introductions(folder / "pcs_introductions.csv"),
        kinds=_kinds(folder / "pcs_substances.csv", drugs),
        new_technology=_new_technology(folder / "pcs_new_technology.csv", drugs),
        central=_central(folder / "pcs_access.csv"),
    )


def _introductions(path: Path) -> dict[Region, tuple[Introductions, ...]]:
    found: dict[Region, list[Introductions]] = {}
    for where, row in _rows(path):
        edition = Introductions(
            since=_day(row["since"], where),
            approach=row["approach"],
            kinds=frozenset(_characters(row["kinds"], where)),
        )
        if (edition.since.month, edition.since.day) != (10, 1):
            raise ProcedureTableError(f"{where}: said {edition.since}, wanted the first of October of an edition")
        editions = found.setdefault(_word(row["region"], Region, where), [])
        if any(edition.since == one.since for one in editions):
            raise ProcedureTableError(f"{where}: said an edition of this region twice, wanted each once")
        editions.append(edition)
    return {region: tuple(sorted(editions, key=lambda one: one.since)) for region, editions in found.items()}


def _kinds(path: Path, drugs: Collection[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for where, row in _rows(path):
        drug = _drug(row, drugs, where)
        if drug in found:
            raise ProcedureTableError(f"{where}: said {drug!r} twice, wanted each once")
        found[drug] = _characters(row["kinds"], where)
        nameless = [kind for kind in found[drug] if kind not in KINDS]
        if nameless:
            raise ProcedureTableError(f"{where}: said {nameless[0]!r}, wanted one of {', '.join(KINDS)}")
    return found


def _new_technology(path: Path, drugs: Collection[str]) -> dict[str, tuple[NewTechnology, ...]]:
    found: dict[str, tuple[NewTechnology, ...]] = {}
    for where, row in _rows(path):
        one = NewTechnology(
            drug=_drug(row, drugs, where),
            regions=frozenset(_word(said, Region, where) for said in row["regions"].split("|")),
            characters=_characters(row["characters"], where)[0],
            diagnosis=row["diagnosis"] or None,
            since=_day(row["since"], where),
            until=_day(row["until"], where) if row["until"] else None,
        )
        found[one.drug] = (*found.get(one.drug, ()), one)
    return found


def _central(path: Path) -> dict[tuple[Vessel, str], bool]:
    found: dict[tuple[Vessel, str], bool] = {}
    for where, row in _rows(path):
        named = (_word(row["vessel"], Vessel, where), row["words"])
        if row["reach"] not in REACHES:
            raise ProcedureTableError(f"{where}: said {row['reach']!r}, wanted one of {', '.join(REACHES)}")
        if named in found:
            raise ProcedureTableError(f"{where}: said {row['words']!r} twice, wanted each once")
        found[named] = REACHES[row["reach"]]
    return found


def _rows(path: Path) -> Iterator[tuple[str, Row]]:
    """Each row with where it stands."""
    with path.open(encoding="utf-8", newline="") as file:
        for place, row in enumerate(csv.DictReader(file), start=2):
            where = f"{path.name}:{place}"
            if None in row or None in row.values() or not row["source"]:
                raise ProcedureTableError(f"{where}: not as many columns as the header, or no source")
            yield where, row


def _drug(row: Row, drugs: Collection[str], where: str) -> str:
    if row["drug"] not in drugs:
        raise ProcedureTableError(f"{where}: said {row['drug']!r}, wanted a drug of the formulary")
    return row["drug"]


def _characters(cell: str, where: str) -> tuple[str, ...]:
    said = tuple(cell.split("|"))
    wrong = [one for one in said if not CHARACTERS.fullmatch(one)]
    if wrong:
        raise ProcedureTableError(f"{where}: said {wrong[0]!r}, wanted a sixth and a seventh character")
    return said


def _day(said: str, where: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise ProcedureTableError(f"{where}: said {said!r}, wanted a date") from error


def _word(said: str, words: type[Word], where: str) -> Word:
    try:
        return words(said)
    except ValueError as error:
        raise ProcedureTableError(f"{where}: said {said!r}, wanted one of {', '.join(words)}") from error
