"""Reads coverage tables: which diagnoses support which drugs, and which drugs a payer approves first.

A file is YAML with `rows` and `approvals`. A row names a `drug` of the formulary or a `code` of HCPCS (a row
without either is about the diagnosis alone), `diagnoses` (codes, beginnings of codes, or ranges such as
A40-A41.9), a `verdict` and a `source`, and where it is not for everybody `ages` (0-17, 18-), `payer`, `since`
and `until`. What a site's file says of a drug stands in place of what ships.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from coder.coverage_table import ApprovalRow, CoverageRow, CoverageTable, Verdict, plain
from coder.tables import Formulary, Tables
from mappers.strict_yaml import read_yaml

FILE_KEYS = {"rows", "approvals"}
ROW_KEYS = {"drug", "code", "diagnoses", "verdict", "ages", "payer", "since", "until", "source"}
APPROVAL_KEYS = {"drug", "code", "payer", "since", "until", "source"}
CODE = re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?")
AGES = re.compile(r"(\d{1,3})?-(\d{1,3})?")


class CoverageTableError(ValueError):
    """A coverage table that does not hold together; the text names the file and the row."""


@dataclass(frozen=True, slots=True)
class _Subject:
    """A drug, and the days on which the code it was named by is its own."""

    drug: str | None
    since: date | None = None
    until: date | None = None


def load_coverage(path: Path, formulary: Formulary) -> CoverageTable:
    """The rows and approvals of one file; raises CoverageTableError or StrictYamlError."""
    told = read_yaml(path) or {}
    if not isinstance(told, dict):
        raise CoverageTableError(f"{path}: said {type(told).__name__}, wanted rows and approvals")
    _known_keys(told, FILE_KEYS, str(path))
    rows = [row for where, said in _entries(told, "rows", path) for row in _rows(said, where, formulary)]
    approvals = [row for where, said in _entries(told, "approvals", path) for row in _approvals(said, where, formulary)]
    return CoverageTable(tuple(rows), tuple(approvals))


def with_coverage(tables: Tables, paths: Iterable[Path]) -> Tables:
    """The tables with a site's own coverage files, each drug as the last file that names it has it."""
    coverage = tables.coverage
    for path in paths:
        own = load_coverage(path, tables.formulary)
        drugs = {row.drug for row in own.rows if row.drug}
        approved = {row.drug for row in own.approvals}
        coverage = CoverageTable(
            (*(row for row in coverage.rows if row.drug not in drugs), *own.rows),
            (*(row for row in coverage.approvals if row.drug not in approved), *own.approvals),
        )
    return replace(tables, coverage=coverage)


def _entries(told: Mapping[str, Any], key: str, path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    said = told.get(key) or []
    if not isinstance(said, list):
        raise CoverageTableError(f"{path}: {key}: said {type(said).__name__}, wanted a list")
    for place, entry in enumerate(said, start=1):
        where = f"{path}: {key}[{place}]"
        if not isinstance(entry, dict):
            raise CoverageTableError(f"{where}: said {type(entry).__name__}, wanted a mapping")
        yield where, entry


def _rows(entry: Mapping[str, Any], where: str, formulary: Formulary) -> Iterator[CoverageRow]:
    _known_keys(entry, ROW_KEYS, where)
    verdict = _verdict(entry, where)
    from_age, to_age = _ages(entry, where)
    payer, source = _payer(entry), _source(entry, where)
    subjects = list(_subjects(entry, where, formulary)) or [_Subject(None)]
    for subject in subjects:
        if (subject.drug is None) is not (verdict is Verdict.SECONDARY_ONLY):
            wanted = "a drug or a code, but for secondary-only, which is about the diagnosis alone"
            raise CoverageTableError(f"{where}: verdict: said {verdict}, wanted {wanted}")
        since, until = _days(entry, subject, where)
        for first, last in _diagnoses(entry, where):
            yield CoverageRow(verdict, subject.drug, first, last, from_age, to_age, payer, since, until, source)


def _approvals(entry: Mapping[str, Any], where: str, formulary: Formulary) -> Iterator[ApprovalRow]:
    _known_keys(entry, APPROVAL_KEYS, where)
    subjects = list(_subjects(entry, where, formulary))
    if not subjects:
        raise CoverageTableError(f"{where}: said neither drug nor code, wanted one of them")
    for subject in subjects:
        since, until = _days(entry, subject, where)
        yield ApprovalRow(str(subject.drug), _payer(entry), since, until, _source(entry, where))


def _subjects(entry: Mapping[str, Any], where: str, formulary: Formulary) -> Iterator[_Subject]:
    """The drug named, or every drug that the code named is that of, on its days."""
    if "drug" in entry and "code" in entry:
        raise CoverageTableError(f"{where}: said a drug beside a code, wanted one of them")
    if "drug" in entry:
        name = formulary.by_text.get(entry["drug"])
        if name is None:
            raise CoverageTableError(f"{where}: drug: said {entry['drug']!r}, wanted a name of the formulary")
        yield _Subject(name)
    elif "code" in entry:
        names = formulary.by_code.get(("hcpcs", entry["code"]), ())
        if not names:
            wanted = "the HCPCS code of a drug of the formulary"
            raise CoverageTableError(f"{where}: code: said {entry['code']!r}, wanted {wanted}")
        for name in dict.fromkeys(names):
            units = [unit for unit in formulary.drugs[name].billing if unit.hcpcs == entry["code"]]
            yield from (_Subject(name, unit.since, unit.until) for unit in units)


def _diagnoses(entry: Mapping[str, Any], where: str) -> Iterator[tuple[str, str]]:
    """The first and the last code of each range, without dots; a code alone is both."""
    said = entry.get("diagnoses")
    if not isinstance(said, list) or not said:
        raise CoverageTableError(f"{where}: diagnoses: said {said!r}, wanted a list of codes and ranges")
    for one in said:
        first, _, last = str(one).partition("-")
        last = last or first
        if not CODE.fullmatch(first) or not CODE.fullmatch(last) or plain(first)[: len(plain(last))] > plain(last):
            wanted = "an ICD-10-CM code, the beginning of one, or a range such as A40-A41.9"
            raise CoverageTableError(f"{where}: diagnoses: said {one!r}, wanted {wanted}")
        yield plain(first), plain(last)


def _verdict(entry: Mapping[str, Any], where: str) -> Verdict:
    words = {verdict.value: verdict for verdict in Verdict}
    said = entry.get("verdict")
    if said not in words:
        raise CoverageTableError(f"{where}: verdict: said {said!r}, wanted one of {', '.join(words)}")
    return words[said]


def _ages(entry: Mapping[str, Any], where: str) -> tuple[int | None, int | None]:
    if "ages" not in entry:
        return None, None
    match = AGES.fullmatch(entry["ages"])
    bounds = [int(said) if said else None for said in match.groups()] if match else [None, None]
    from_age, to_age = bounds
    if bounds == [None, None] or (from_age is not None and to_age is not None and from_age > to_age):
        raise CoverageTableError(f"{where}: ages: said {entry['ages']!r}, wanted whole years such as 0-17 or 18-")
    return from_age, to_age


def _days(entry: Mapping[str, Any], subject: _Subject, where: str) -> tuple[date | None, date | None]:
    """The days of the row, within those on which its code is the drug's."""
    since = max((day for day in (_day(entry, "since", where), subject.since) if day), default=None)
    until = min((day for day in (_day(entry, "until", where), subject.until) if day), default=None)
    return since, until


def _day(entry: Mapping[str, Any], key: str, where: str) -> date | None:
    try:
        return date.fromisoformat(entry[key]) if key in entry else None
    except (ValueError, TypeError):
        raise CoverageTableError(f"{where}: {key}: said {entry[key]!r}, wanted a date such as 2026-01-01") from None


def _payer(entry: Mapping[str, Any]) -> str | None:
    return str(entry["payer"]).lower() if "payer" in entry else None


def _source(entry: Mapping[str, Any], where: str) -> str:
    said = entry.get("source")
    if not isinstance(said, str) or not said:
        raise CoverageTableError(f"{where}: source: said nothing, wanted where it is written")
    return said


def _known_keys(entry: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(entry) - known)
    if unknown:
        raise CoverageTableError(f"{where}: said {', '.join(unknown)}, wanted only {', '.join(sorted(known))}")
