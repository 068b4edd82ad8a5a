"""The site's charge master: which row fits, what a line without one does, and files that are refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from coder.charges import ChargeStatus, CodedVisit
from coder.facts import DrugGiven, Quantity
from coder.pricing import total
from mappers.charge_master import load_charge_master
from mappers.csv_rows import CsvError
from mappers.tables import load_tables, site_tables
from tests.infused import coded, given, push

HEADER = "code,charge_code,revenue_code,price,modifiers,department,since,until\n"
ROWS = (
    "96365,IV1,0260,450.00,,,,\n"
    "96365,IV2,0260,480.00,,INF,,\n"
    "96365,IV3,0260,500.00,59,,,\n"
    "J1745,RX1,0636,90.10,,,,2026-02-28\n"
    "J1745,RX2,0636,91.25,,,2026-03-01,\n"
    "J1745,RX9,0636,91.25,JW,,,\n"
)
DAY = date(2026, 3, 3)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "charges.csv"
    path.write_text(HEADER + ROWS)
    return path


@pytest.mark.parametrize(
    ("code", "modifiers", "department", "day", "charge_code"),
    [
        ("96365", (), None, DAY, "IV1"),
        ("96365", (), "INF", DAY, "IV2"),
        ("96365", ("59",), "INF", DAY, "IV3"),
        ("96365", ("XU",), None, DAY, "IV1"),
        ("J1745", ("JZ",), None, date(2026, 2, 28), "RX1"),
        ("J1745", ("JZ",), None, date(2026, 3, 1), "RX2"),
        ("J1745", ("JW",), None, DAY, "RX9"),
        ("J9999", (), None, DAY, None),
    ],
)
def test_the_most_specific_row_fits(
    file: Path, code: str, modifiers: tuple[str, ...], department: str | None, day: date, charge_code: str | None
) -> None:
    row = load_charge_master(file).find(code, modifiers, department, day)
    assert (row.charge_code if row else None) == charge_code


def infliximab(file: Path | None) -> CodedVisit:
    dose = (DrugGiven(text="infliximab", dose=Quantity(Decimal(400), "mg")),)
    tables = site_tables(None, file)
    return coded(given("A1", "09:00-10:00", drugs=dose), tables=tables)


def test_lines_get_their_codes_and_prices(file: Path) -> None:
    visit = infliximab(file)
    service, drug = visit.charges
    assert (drug.charge_code, drug.revenue_code, drug.price) == ("RX2", "0636", Decimal("91.25"))
    assert drug.status is ChargeStatus.BILLABLE
    assert total(visit.charges) == Decimal(3650)
    assert (service.code, service.charge_code, service.status) == ("96413", None, ChargeStatus.PLANNED)
    assert "charge.unmapped" in service.because
    assert [(query.because, query.of.value) for query in visit.queries] == [("charge.unmapped", "coder")]
    assert "96413" not in visit.queries[0].ask


def test_without_a_charge_master_nothing_waits() -> None:
    visit = infliximab(None)
    assert {charge.status for charge in visit.charges} == {ChargeStatus.BILLABLE}
    assert visit.queries == ()
    assert total(visit.charges) == 0


def test_what_is_not_billed_has_the_price_of_a_unit(file: Path) -> None:
    dose = (DrugGiven(text="infliximab", dose=Quantity(Decimal(5), "mL")),)
    visit = coded(given("A1", "09:00-10:00", drugs=dose), tables=site_tables(None, file))
    (left,) = [one for one in visit.not_billed if one.code == "J1745"]
    assert (left.because, left.amount) == ("drug.unit-mismatch", Decimal("91.25"))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("96365,,0260,1,,,,", "charges.csv:2: charge_code: said '', wanted a value"),
        (",X,0260,1,,,,", "charges.csv:2: code: said '', wanted a value"),
        ("9636,X,0260,1,,,,", "charges.csv:2: code: said '9636', wanted a CPT"),
        ("96365,X,260,1,,,,", "charges.csv:2: revenue_code: said '260', wanted four digits"),
        ("96365,X,0260,1 $,,,,", "charges.csv:2: price: said '1 \\$', wanted an amount of money"),
        ("96365,X,0260,1,,,2026-13-01,", "charges.csv:2: since: said '2026-13-01', wanted a day"),
        ("96365,X,0260,1,,,2026-03-01,2026-02-01", "charges.csv:2: until: said '2026-02-01', wanted a day not before"),
        ("96365,X,0260,1", "charges.csv:2: said 4 columns, wanted 8"),
        ("96365,X,0260,1,,,,\n96365,Y,0260,2,,,,", r"charges.csv:3: code: said '96365', wanted each line once \(row 2"),
    ],
)
def test_a_bad_file_is_refused_naming_row_and_column(tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "charges.csv"
    path.write_text(HEADER + row + "\n")
    with pytest.raises(CsvError, match=said):
        load_charge_master(path)


def test_a_bad_header_or_no_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "charges.csv"
    path.write_text("code,price\n")
    with pytest.raises(CsvError, match="said the columns code, price, wanted code, charge_code"):
        load_charge_master(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CsvError, match="wanted a CSV file in UTF-8"):
        load_charge_master(path)
    with pytest.raises(CsvError, match="said nothing readable"):
        load_charge_master(tmp_path / "none.csv")


def test_the_shipped_tables_have_no_charge_master() -> None:
    assert load_tables().charge_master is None


def test_what_has_no_code_has_no_price_and_questions_come_in_order(file: Path) -> None:
    tables = site_tables(None, file)
    visit = coded(
        given("A1", "09:00-10:00", "wonder drug"),
        given("A2", "08:00-08:30", "cefazolin"),
        push("A3", "10:30", "morphine"),
        tables=tables,
    )
    assert [left.amount for left in visit.not_billed if left.code is None] == [None] * len(visit.not_billed)
    since = [query.since for query in visit.queries]
    assert since == sorted(since)
    assert {query.because for query in visit.queries} >= {"drug.unknown", "charge.unmapped"}
