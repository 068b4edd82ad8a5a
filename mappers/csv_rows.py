"""Rows of a CSV table: every value read by its column, every fault named by file, row and column."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from mappers.amounts import number

Word = TypeVar("Word", bound=StrEnum)


class CsvError(ValueError):
    """A table that cannot be read; the text names file, row, column, what was said and what was wanted."""


@dataclass(slots=True)
class Row:
    """One row and where it stands; an absent column is read as empty. `columns` says which cell is whose."""

    file: str
    place: int
    columns: Mapping[str, int]
    cells: list[str]

    def text(self, column: str) -> str:
        """What the column says, without space around it."""
        cell = self.columns.get(column)
        return "" if cell is None else self.cells[cell]

    def beside(self, column: str) -> tuple[str, ...]:
        """What all other columns say."""
        cell = self.columns[column]
        return (*self.cells[:cell], *self.cells[cell + 1 :])

    def stated_day(self, column: str) -> date:
        """A day that must be there."""
        day = self.day(column)
        if day is None:
            raise self.fault(column, "", "a day such as 2026-01-31")
        return day

    def stated(self, column: str) -> str:
        """What the column must say."""
        said = self.text(column)
        if not said:
            raise self.fault(column, said, "a value")
        return said

    def words(self, column: str) -> tuple[str, ...]:
        """The words between bars."""
        said = self.text(column)
        return tuple(word.strip() for word in said.split("|") if word.strip()) if said else ()

    def amount(self, column: str) -> Decimal | None:
        """A number above nought; None where the column is empty."""
        said = self.text(column)
        if not said:
            return None
        value = number(said)
        if value is None or value == 0:
            raise self.fault(column, said, "a number above 0")
        return value

    def price(self, column: str) -> Decimal | None:
        """Money from nought up; None where the column is empty."""
        said = self.text(column)
        value = number(said) if said else None
        if said and value is None:
            raise self.fault(column, said, "an amount of money such as 12.50")
        return value

    def day(self, column: str) -> date | None:
        """A day; None where the column is empty."""
        said = self.text(column)
        try:
            return date.fromisoformat(said) if said else None
        except ValueError:
            raise self.fault(column, said, "a day such as 2026-01-31") from None

    def word(self, column: str, words: type[Word]) -> Word:
        """One of some words."""
        said = self.text(column)
        try:
            return words(said)
        except ValueError:
            raise self.fault(column, said, "one of " + ", ".join(sorted(each for each in words if each))) from None

    def each_word(self, column: str, words: type[Word]) -> frozenset[Word]:
        """Some words of a list."""
        said = self.words(column)
        try:
            return frozenset(map(words, said))
        except ValueError:
            known = sorted(one.value for one in words)
            strange = next(one for one in said if one not in known)
            raise self.fault(column, strange, "some of " + ", ".join(known)) from None

    def truth(self, column: str) -> bool | None:
        """Yes or no; None where the column is empty."""
        said = self.text(column)
        if said not in ("", "yes", "no"):
            raise self.fault(column, said, "yes, no or nothing")
        return said == "yes" if said else None

    def period(self, first: str = "since", last: str = "until") -> tuple[date | None, date | None]:
        """Two days that stand in order."""
        since, until = self.day(first), self.day(last)
        if since and until and until < since:
            raise self.fault(last, until.isoformat(), f"a day not before {since.isoformat()}")
        return since, until

    def fault(self, column: str, said: str, wanted: str) -> CsvError:
        """The error of one cell."""
        return CsvError(f"{self.file}:{self.place}: {column}: said {said!r}, wanted {wanted}")


def read_rows(path: Path, wanted: Iterable[str], also: Set[str] = frozenset()) -> list[Row]:
    """The rows of a UTF-8 file whose header has all columns `wanted`, perhaps some `also`, and no other."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _rows(str(path), csv.reader(file, strict=True), tuple(wanted), also)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CsvError(f"{path}: said nothing readable ({error}), wanted a CSV file in UTF-8") from error


def sourced_rows(path: Path, wanted: Iterable[str], also: Set[str] = frozenset()) -> list[Row]:
    """The rows of a file of facts, each of which says in its column `source` where it is from."""
    rows = read_rows(path, (*wanted, "source"), also)
    for row in rows:
        row.stated("source")
    return rows


def _rows(name: str, lines: Iterable[list[str]], wanted: tuple[str, ...], also: Set[str]) -> list[Row]:
    reading = iter(lines)
    header = [word.strip() for word in next(reading, [])]
    unknown = sorted(set(header) - set(wanted) - also)
    missing = [column for column in wanted if column not in header]
    if unknown or missing or len(set(header)) < len(header):
        raise CsvError(f"{name}:1: said the columns {', '.join(header) or 'none'}, wanted {', '.join(wanted)}")
    columns = {column: cell for cell, column in enumerate(header)}
    rows = []
    for place, line in enumerate(reading, start=2):
        if not line:
            continue
        if len(line) != len(header):
            raise CsvError(f"{name}:{place}: said {len(line)} columns, wanted {len(header)}")
        rows.append(Row(name, place, columns, list(map(str.strip, line))))
    return rows
