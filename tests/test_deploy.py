"""What deploy/ shows a site is true of this code."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.check import check_site
from console.site.loading import load_site

EXAMPLE = Path(__file__).resolve().parents[1] / "deploy" / "site.example.toml"


def test_the_example_site_file_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANGTIME_KEY", "a secret of this test")
    site = load_site(EXAMPLE)
    assert site.facility == "Example General"
    assert site.ledger_url().endswith("deploy/var/ledger.db")


def test_without_its_secret_the_check_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HANGTIME_KEY", raising=False)
    assert check_site(EXAMPLE) == 1
    assert "HANGTIME_KEY" in capsys.readouterr().out + capsys.readouterr().err
