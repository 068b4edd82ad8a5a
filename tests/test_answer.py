"""`hangtime answer`: every query of the sample day is answered from the command line, and the charges follow."""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from coder.answers.forms import FORMS
from console.cli import main

DAY = Path("examples/sample-day")
SITE = ("--site", DAY / "site.toml")
ANSWERS = {
    "time.stop-missing": "19:30",
    "visit.class-unknown": "outpatient",
    "drug.waste-undocumented": "opened 500 mg + 100 mg + 100 mg, discarded 0 mg",
}
LAST_MINUTE = "2026-03-05T08:00"


class Told:
    """A ledger that the sample day was replayed into, and what a command said of it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.ledger = ("--ledger", f"sqlite:///{folder / 'ledger.db'}")
        self.minute = 0

    def run(self, *arguments: object, fails: bool = False) -> str:
        assert main([str(one) for one in arguments]) == (2 if fails else 0), self.capsys.readouterr().err
        said = self.capsys.readouterr()
        return said.err if fails else said.out

    def replay(self, *paths: object, ledger: bool = True, out: str = "out") -> None:
        kept = self.ledger if ledger else ()
        self.run("replay", *paths, *SITE, "--out", self.folder / out, *kept)

    def answer(self, *words: object, fails: bool = False) -> str:
        self.minute += 1
        at = f"{LAST_MINUTE}:{self.minute:02}"
        return self.run("answer", *words, "--by", "RN Kim", "--at", at, *SITE, *self.ledger, fails=fails)

    def lines(self, name: str, out: str = "out") -> list[Mapping[str, Any]]:
        text = (self.folder / out / f"{name}.ndjson").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def charges(self, out: str = "out") -> dict[str, tuple[object, ...]]:
        return {one["id"]: _line(one) for one in self.lines("charge-items", out)}


def _line(item: Mapping[str, Any]) -> tuple[object, ...]:
    return item["status"], item["code"]["coding"][0]["code"], item.get("quantity", {}).get("value")


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers")
    arguments = ["replay", DAY / "logs", *SITE, "--out", folder / "out", "--ledger", f"sqlite:///{folder}/ledger.db"]
    assert main([str(one) for one in arguments]) == 0
    return folder


@pytest.fixture
def told(replayed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    for name in ("ledger.db", "ledger.db-wal"):
        if (replayed / name).exists():
            (tmp_path / name).write_bytes((replayed / name).read_bytes())
    (tmp_path / "out").mkdir()
    for file in (replayed / "out").iterdir():
        (tmp_path / "out" / file.name).write_bytes(file.read_bytes())
    capsys.readouterr()
    return Told(tmp_path, capsys)


def test_every_query_of_the_day_can_be_answered_and_the_charges_follow(told: Told) -> None:
    queries = told.lines("queries")
    before = told.charges()
    assert queries
    for query in queries:
        said = told.answer(query["id"], *ANSWERS[query["because"]].split())
        assert "Answered: " in said
        assert "still asked" not in said
    told.run("answer", "--export", told.folder / "answers.ndjson", *SITE, *told.ledger)
    told.replay(told.folder / "answers.ndjson", out="live")
    told.replay(DAY / "logs", told.folder / "answers.ndjson", ledger=False, out="again")
    assert told.lines("queries", "live") == []
    assert told.charges("live") != before
    assert "planned" not in {status for status, *_ in told.charges("live").values()}
    for name in ("queries", "not-billed"):
        assert told.lines(name, "again") == told.lines(name, "live")
    assert told.charges("again") == told.charges("live")


def test_an_answer_is_taken_back_and_the_query_is_asked_again(told: Told) -> None:
    query = next(one for one in told.lines("queries") if one["because"] == "time.stop-missing")
    told.answer(query["id"], "19:30")
    said = told.answer(query["id"], "--withdraw")
    assert "The query is asked again." in said
    told.run("answer", "--export", told.folder / "answers.ndjson", *SITE, *told.ledger)
    told.replay(told.folder / "answers.ndjson", out="live")
    assert told.lines("queries", "live") == told.lines("queries")
    assert told.charges("live") == told.charges()


def test_a_later_answer_stands_in_place_of_an_earlier_one(told: Told) -> None:
    query = next(one for one in told.lines("queries") if one["because"] == "time.stop-missing")
    told.answer(query["id"], "19:30")
    assert "2026-03-03T20:30" in told.answer(query["id"], "20:30")
    told.run("answer", "--export", told.folder / "answers.ndjson", *SITE, *told.ledger)
    told.replay(told.folder / "answers.ndjson", out="live")
    assert [one for one in told.charges("live").values() if one[1] == "96366"] != [
        one for one in told.charges().values() if one[1] == "96366"
    ]


def test_exported_answers_are_for_the_owner_alone(told: Told) -> None:
    path = told.folder / "answers.ndjson"
    told.run("answer", "--export", path, *SITE, *told.ledger)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_does_not_fit_is_refused_with_what_was_wanted(told: Told) -> None:
    query = next(one for one in told.lines("queries") if one["because"] == "time.stop-missing")
    wanted = FORMS["time.stop-missing"].wanted
    for words in (["soon"], ["push"], []):
        said = told.answer(query["id"], *words, fails=True)
        assert wanted in said
        assert said.count("\n") == 1
    assert "no such query" in told.answer("0000", "10:15", fails=True)
    assert "no answer to withdraw" in told.answer(query["id"], "--withdraw", fails=True)
    assert "--by WHO" in told.run("answer", query["id"], "19:30", *SITE, *told.ledger, fails=True)


def test_an_answer_that_does_not_fit_becomes_a_dead_letter(told: Told) -> None:
    query = next(one for one in told.lines("queries") if one["because"] == "time.stop-missing")
    told.answer(query["id"], "19:30")
    path = told.folder / "answers.ndjson"
    told.run("answer", "--export", path, *SITE, *told.ledger)
    path.write_text(path.read_text().replace("T19:30:00", "TEATIME"), encoding="utf-8")
    told.replay(path, ledger=False, out="bad")
    (letter,) = told.lines("dead-letters", "bad")
    assert (letter["reason"], letter["wanted"]) == ("not an answer", FORMS["time.stop-missing"].wanted)
