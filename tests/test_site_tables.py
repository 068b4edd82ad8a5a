"""A site's own formulary and charge master: read from beside the site file, refused by row and column, in money."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from coder.tables import Tables
from console.cli import main
from mappers.coverage_tables import CoverageTableError
from mappers.csv_rows import CsvError
from mappers.strict_yaml import StrictYamlError
from mappers.tables import TableError

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "chargemaster.md").read_text(encoding="utf-8")
SITE = '[site]\nname = "S"\ntime_zone = "America/Chicago"\nidentifier_key = "env:TEST_SITE_KEY"\n'
VISIT = ROOT / "examples" / "sample-day" / "logs"
PRICES = {"IV0001": Decimal(450), "IV0002": Decimal(480), "IV0001D": Decimal(450), "RX0696": Decimal("4.10")}


def _examples() -> tuple[str, str, str]:
    """The settings, the charge master and the formulary that the page shows."""
    settings, charge_master, formulary = re.findall(r"```(?:toml|csv)\n(.*?)```", PAGE, re.S)
    return settings, charge_master, formulary


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    """The exit code of a command, and everything it said."""
    code = main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return code, said.out + said.err


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEST_SITE_KEY", "a key for tests alone, of some length")
    settings, charge_master, formulary = _examples()
    (tmp_path / "site.toml").write_text(SITE + settings)
    (tmp_path / "chargemaster.csv").write_text(charge_master)
    (tmp_path / "formulary.csv").write_text(formulary)
    return tmp_path / "site.toml"


def test_what_the_page_shows_passes_the_check(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, "check", "--site", site)
    assert code == 0, said
    assert "tables of the site: 2 file(s)" in said


def test_a_replay_speaks_in_money(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    code, said = run(capsys, "replay", VISIT, "--site", site, "--out", out)
    assert code == 0, said
    amounts = json.loads((out / "summary.json").read_text())["amounts"]
    items = [json.loads(line) for line in (out / "charge-items.ndjson").read_text().splitlines()]
    mapped = [item for item in items if "priceOverride" in item and item["status"] == "billable"]
    worth = [Decimal(item["quantity"]["value"]) * PRICES[item["code"]["coding"][1]["code"]] for item in mapped]
    assert mapped
    assert Decimal(amounts["billable"]) == sum(worth)
    assert "by the charge master" in said


@pytest.mark.parametrize(
    ("name", "row", "said"),
    [
        ("chargemaster.csv", "96365,IV9,0260,many,,,,\n", r":\d+: price: said 'many', wanted an amount of money"),
        ("chargemaster.csv", "9636,IV9,0260,1.00,,,,\n", r":\d+: code: said '9636', wanted a CPT, HCPCS or"),
        ("chargemaster.csv", "96365,IV9\n", r":\d+: said 2 columns, wanted 8"),
        ("chargemaster.csv", '96365,"IV9\n', r": said nothing readable .*, wanted a CSV file in UTF-8"),
        ("formulary.csv", "nosuchdrug,list,,,\n", r":\d+: family: said '', wanted one of allergen"),
        ("coverage.yaml", "rows:\n- drug: nosuchdrug\n", r": rows\[1\]: verdict: said None, wanted one of covered"),
        ("coverage.yaml", "rows: [\n", r":\d+: "),
    ],
)
def test_a_row_that_means_nothing_is_named_and_nothing_else_runs(
    site: Path, name: str, row: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if name == "coverage.yaml":
        with site.open("a") as settings:
            settings.write('[coverage]\nfiles = ["coverage.yaml"]\n')
    with (site.parent / name).open("a") as file:
        file.write(row)
    code, checked = run(capsys, "check", "--site", site)
    assert code == 1
    assert re.search(rf"problem  tables of the site: {re.escape(str(site.parent / name))}{said}", checked)
    code, replayed = run(capsys, "replay", VISIT, "--site", site, "--out", site.parent / "o")
    assert code == 2
    assert re.search(rf"hangtime: {re.escape(str(site.parent / name))}{said}", replayed)


@pytest.mark.parametrize("fault", [CsvError, CoverageTableError, TableError, StrictYamlError])
def test_a_table_that_ships_and_does_not_hold_together_is_a_line_of_the_check(
    fault: type[ValueError], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def load() -> Tables:
        raise fault("drugs.csv:7: family: said 'pills', wanted one of fluid")

    monkeypatch.setattr("console.check.load_tables", load)
    code, checked = run(capsys, "check")
    assert code == 1
    assert "problem  tables: drugs.csv:7: family: said 'pills', wanted one of fluid" in checked.splitlines()
    monkeypatch.setattr("console.rulebook.command.load_tables", load)
    code, told = run(capsys, "rulebook")
    assert (code, told) == (2, "hangtime: drugs.csv:7: family: said 'pills', wanted one of fluid\n")


def test_a_file_that_is_not_there_is_said(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site.parent / "formulary.csv").unlink()
    code, checked = run(capsys, "check", "--site", site)
    assert code == 1
    assert "formulary.csv" in checked
