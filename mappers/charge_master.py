"""Reads a site's charge master: one row per code, with modifiers, department and dates where they matter."""

from __future__ import annotations

import re
from pathlib import Path

from coder.charge_master import ChargeMaster, ChargeMasterRow
from mappers.csv_rows import Row, read_rows

WANTED = ("code", "charge_code", "revenue_code", "price")
ALSO = frozenset({"modifiers", "department", "since", "until", "label"})
_CODE = re.compile(r"[0-9A-Z]{5}|[0-9A-Z]{7}")
_REVENUE_CODE = re.compile(r"\d{4}")


def load_charge_master(path: Path) -> ChargeMaster:
    """All rows of a site's file; raises CsvError naming row and column."""
    rows: dict[str, list[ChargeMasterRow]] = {}
    seen: dict[ChargeMasterRow, int] = {}
    for row in read_rows(path, WANTED, ALSO):
        read = _row(row)
        key = ChargeMasterRow(read.code, "", None, None, read.modifiers, read.department, read.since, read.until)
        if key in seen:
            raise row.fault("code", read.code, f"each line once (row {seen[key]} has the same)")
        seen[key] = row.place
        rows.setdefault(read.code, []).append(read)
    return ChargeMaster({code: tuple(found) for code, found in rows.items()})


def _row(row: Row) -> ChargeMasterRow:
    code, revenue_code = row.stated("code").upper(), row.text("revenue_code")
    if not _CODE.fullmatch(code):
        raise row.fault("code", code, "a CPT, HCPCS or ICD-10-PCS code")
    if revenue_code and not _REVENUE_CODE.fullmatch(revenue_code):
        raise row.fault("revenue_code", revenue_code, "four digits such as 0636")
    since, until = row.period()
    return ChargeMasterRow(
        code=code,
        charge_code=row.stated("charge_code"),
        revenue_code=revenue_code or None,
        price=row.price("price"),
        modifiers=frozenset(row.words("modifiers")) or None,
        department=row.text("department") or None,
        since=since,
        until=until,
    )
