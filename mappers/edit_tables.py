"""Reads the edits that touch our own codes: pairs, unit limits, primaries of add-ons, significant procedures."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from itertools import product
from pathlib import Path
from typing import TypeVar

from coder.edit_tables import Edits, LimitKind, Separable, UnitLimit
from coder.policy import Setting
from mappers.csv_rows import CsvError, Row, sourced_rows

SEPARABLE = {"never": Separable.NEVER, "with-modifier": Separable.WITH_MODIFIER}
KINDS = {
    "line": LimitKind.LINE,
    "date-absolute": LimitKind.DATE_ABSOLUTE,
    "date-clinical": LimitKind.DATE_CLINICAL,
}
Meaning = TypeVar("Meaning")
EDITION_COLUMNS = ("setting", "edition")


def load_edits(folder: Path) -> Edits:
    """The one edition that ships; its pairs and limits must be of the same day. Raises CsvError."""
    editions: set[str] = set()
    pairs: dict[Setting, dict[tuple[str, str], Separable]] = {setting: {} for setting in Setting}
    for row in sourced_rows(folder / "pairs.csv", (*EDITION_COLUMNS, "separable", "column_one", "column_two")):
        editions.add(row.stated("edition"))
        _read_pairs(row, pairs[row.word("setting", Setting)])
    limits: dict[Setting, dict[str, UnitLimit]] = {setting: {} for setting in Setting}
    for row in sourced_rows(folder / "limits.csv", (*EDITION_COLUMNS, "code", "units", "kind")):
        editions.add(row.stated("edition"))
        of_setting, code = limits[row.word("setting", Setting)], row.stated("code")
        _once(row, "code", code, of_setting)
        of_setting[code] = UnitLimit(_units(row), _known(row, "kind", KINDS))
    if len(editions) != 1:
        raise CsvError(f"pairs.csv and limits.csv: said editions {sorted(editions)}, wanted one")
    return Edits(
        since=date.fromisoformat(editions.pop()),
        edition="CMS NCCI 2024-07-01",
        pairs=pairs,
        limits=limits,
        primaries={
            row.stated("code"): frozenset(row.words("primaries"))
            for row in sourced_rows(folder / "add_ons.csv", ("code", "primaries"))
        },
        significant=frozenset(
            code for row in sourced_rows(folder / "significant.csv", ("status", "codes")) for code in row.words("codes")
        ),
    )


def _read_pairs(row: Row, found: dict[tuple[str, str], Separable]) -> None:
    separable = _known(row, "separable", SEPARABLE)
    for pair in product(row.words("column_one"), row.words("column_two")):
        _once(row, "column_two", pair, found)
        found[pair] = separable


def _units(row: Row) -> int:
    said = row.text("units")
    if not said.isdigit():
        raise row.fault("units", said, "a whole number of units")
    return int(said)


def _known(row: Row, column: str, words: Mapping[str, Meaning]) -> Meaning:
    said = row.text(column)
    if said not in words:
        raise row.fault(column, said, f"one of {', '.join(words)}")
    return words[said]


def _once(row: Row, column: str, key: str | tuple[str, str], found: Collection[object]) -> None:
    if key in found:
        raise row.fault(column, key if isinstance(key, str) else " over ".join(key), "each once")
