"""`hangtime explain`: a visit from a kept ledger, with every version of its charges and what caused each."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.cli import main
from console.site.loading import load_site
from ledger.ledger import open_ledger
from ledger.reading_back import charges_in_force

DAY = Path(__file__).resolve().parents[1] / "examples" / "sample-day"
SITE = str(DAY / "site.toml")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("kept")
    url = f"sqlite:///{folder / 'ledger.db'}"
    assert main(["replay", str(DAY / "logs"), "--site", SITE, "--out", str(folder / "out"), "--ledger", url]) == 0
    return url


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_it_says_every_version_and_its_cause(ledger: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "VN|701601", "--site", SITE, "--ledger", ledger]) == 0
    words = said(capsys)
    assert "Visit VN|701601" in words
    assert "version 1: 96365, units 1, planned; by the record " in words
    assert "version 2: 96365, units 1, billable; by the record " in words
    assert "asserted 2026-03-03" in words
    assert "ras.hl7:0:" in words


def test_a_visit_that_is_not_there_is_refused(ledger: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "nobody", "--site", SITE, "--ledger", ledger]) == 2
    assert "holds no visit of that name" in capsys.readouterr().err


def test_it_wants_a_ledger(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "VN|701601"]) == 2
    assert "explain: said neither, wanted --site FILE or --ledger URL" in capsys.readouterr().err


def test_a_charge_with_a_version_before_says_so(ledger: str) -> None:
    site = load_site(Path(SITE))
    with open_ledger(ledger, facility=site.facility, identity_key=site.identity_key()) as kept:
        changed = {one.version: one.changed for one in charges_in_force(kept) if one.charge.visit == "VN|701601"}
    assert changed.keys() == {2} or 2 in changed
    assert changed[2] is not None
    assert changed[2].startswith("Version 2, by the record ")
    assert "; version 1 was " in changed[2]
