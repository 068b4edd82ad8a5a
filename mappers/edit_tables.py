"""Reads the edits that touch our own codes: pairs, unit limits, primaries of add-ons, significant procedures."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from itertools import product
from pathlib import Path
from typing import TypeVar

from coder.edit_tables import Edits, LimitKind, Separable, UnitLimit
from coder.policy import Setting

SEPARABLE = {"never": Separable.NEVER, "with-modifier": Separable.WITH_MODIFIER}
KINDS = {
    "line": LimitKind.LINE,
    "date-absolute": LimitKind.DATE_ABSOLUTE,
    "date-clinical": LimitKind.DATE_CLINICAL,
}
Row = dict[str, str]
Meaning = TypeVar("Meaning")


class EditTableError(ValueError):
    """A table of edits that does not hold together; the text names the file and the row."""


def load_edits(folder: Path) -> Edits:
    """The one edition that ships; its pairs and limits must be of the same day."""
    editions: set[str] = set()
    pairs: dict[Setting, dict[tuple[str, str], Separable]] = {setting: {} for setting in Setting}
    for where, row in _rows(folder / "pairs.csv"):
        editions.add(row["edition"])
        _read_pairs(row, pairs[_setting(row, where)], where)
    limits: dict[Setting, dict[str, UnitLimit]] = {setting: {} for setting in Setting}
    for where, row in _rows(folder / "limits.csv"):
        editions.add(row["edition"])
        _once(row["code"], limits[_setting(row, where)], where)
        kind = _known(row["kind"], KINDS, where)
        limits[_setting(row, where)][row["code"]] = UnitLimit(_units(row, where), kind)
    if len(editions) != 1:
        raise EditTableError(f"pairs.csv and limits.csv: said editions {sorted(editions)}, wanted one")
    return Edits(
        since=date.fromisoformat(editions.pop()),
        edition="CMS NCCI 2024-07-01",
        pairs=pairs,
        limits=limits,
        primaries={row["code"]: frozenset(_codes(row["primaries"])) for _, row in _rows(folder / "add_ons.csv")},
        significant=frozenset(code for _, row in _rows(folder / "significant.csv") for code in _codes(row["codes"])),
    )


def _read_pairs(row: Row, found: dict[tuple[str, str], Separable], where: str) -> None:
    separable = _known(row["separable"], SEPARABLE, where)
    for pair in product(_codes(row["column_one"]), _codes(row["column_two"])):
        _once(pair, found, where)
        found[pair] = separable


def _rows(path: Path) -> Iterator[tuple[str, Row]]:
    """Each row with where it stands."""
    with path.open(encoding="utf-8", newline="") as file:
        for place, row in enumerate(csv.DictReader(file), start=2):
            where = f"{path.name}:{place}"
            if None in row or None in row.values() or not row["source"]:
                raise EditTableError(f"{where}: not as many columns as the header, or no source")
            yield where, row


def _codes(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|"))


def _setting(row: Row, where: str) -> Setting:
    return _known(row["setting"], {setting.value: setting for setting in Setting}, where)


def _units(row: Row, where: str) -> int:
    if not row["units"].isdigit():
        raise EditTableError(f"{where}: said {row['units']!r}, wanted a whole number of units")
    return int(row["units"])


def _known(said: str, words: Mapping[str, Meaning], where: str) -> Meaning:
    if said not in words:
        raise EditTableError(f"{where}: said {said!r}, wanted one of {', '.join(words)}")
    return words[said]


def _once(key: object, found: Collection[object], where: str) -> None:
    if key in found:
        raise EditTableError(f"{where}: said {key!r} twice, wanted each once")
