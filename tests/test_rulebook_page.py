"""`hangtime rulebook`: every rule of a day beside what it rests on, and none that is not in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from typing import Any

import orjson
import pytest
from rich.console import Console

from coder.rulebook import FIRST_DAY, RULES, Rule
from coder.tables import DatedNumber
from console.cli import main
from console.rulebook import contents
from console.rulebook.as_json import rulebook_json
from console.rulebook.contents import Rulebook, rulebook_on
from console.rulebook.text import print_rulebook
from mappers.cases import load_cases
from mappers.tables import DATA, load_tables

DAY = date(2026, 3, 3)
TABLES = load_tables()
CASES = DATA.parent / "cases"


@pytest.fixture(scope="module")
def today() -> Rulebook:
    return rulebook_on(DAY, TABLES)


def text_of(rulebook: Rulebook, width: int = 100) -> str:
    stream = StringIO()
    print_rulebook(Console(file=stream, width=width, highlight=False, markup=False, emoji=False), rulebook)
    return stream.getvalue()


def json_of(rulebook: Rulebook) -> Mapping[str, Any]:
    read: Mapping[str, Any] = orjson.loads(rulebook_json(rulebook))
    return read


def test_every_rule_has_its_sentence_its_authority_and_cases(today: Rulebook) -> None:
    assert [shown.rule for shown in today.rules] == [rule for rule in RULES.values() if rule.in_force(DAY)]
    assert [shown.rule.id for shown in today.rules if not (shown.authorities and shown.cases)] == []


def test_every_number_stands_beside_a_rule_with_its_value_and_the_cases_at_its_edge(today: Rulebook) -> None:
    named = {number.number.name for shown in today.rules for number in shown.numbers}
    assert sorted(set(TABLES.numbers) - named) == []
    assert {shown.number.name: shown.value for shown in today.numbers} == dict(TABLES.on(DAY))
    sides = {shown.number.name: {side for side, _ in shown.edges} for shown in today.numbers}
    assert [name for name, shown in sides.items() if "at" not in shown or not shown & {"below", "above"}] == []


def test_the_text_and_the_document_hold_the_same(today: Rulebook) -> None:
    text, document = " ".join(text_of(today, 4000).split()), json_of(today)
    assert document["on"] == "2026-03-03"
    assert [rule["id"] for rule in document["rules"]] == [shown.rule.id for shown in today.rules]
    for rule in document["rules"]:
        cases = [one["case"] for one in rule["cases"][:1]]
        for words in (rule["id"], rule["says"], *(one["says"] for one in rule["authorities"]), *cases):
            assert " ".join(words.split()) in text
    for number in document["numbers"]:
        assert f"{number['name']} = {number['value']} " in text
        assert number["cases"]


def test_known_and_read_are_told_apart(today: Rulebook) -> None:
    text = text_of(today, 400)
    assert "(known): " in text
    assert "(read): " in text


def test_every_case_that_was_written_for_a_rule_stands_beside_it(today: Rulebook) -> None:
    shown = next(rule for rule in today.rules if rule.rule.id == "mode.infusion")
    wanting = {
        (path.name, case.name)
        for path in CASES.glob("*.yaml")
        for case in load_cases(path)
        if any("mode.infusion" in charge.because for charge in case.charges)
    }
    assert len(wanting) > 5
    assert {(case.file, case.name) for case in shown.cases} == wanting
    assert len(shown.cases) == len(wanting)


def test_before_the_first_day_nothing_is_in_force() -> None:
    before = rulebook_on(FIRST_DAY - timedelta(days=1), TABLES)
    assert (before.rules, before.numbers, before.edits) == ((), (), None)
    assert "0 rules, 0 numbers" in text_of(before)
    assert "no edition in force" in text_of(before)


def test_rules_and_numbers_come_and_go_with_their_days(monkeypatch: pytest.MonkeyPatch) -> None:
    later, gone = date(2026, 7, 1), date(2026, 2, 28)
    monkeypatch.setattr(
        contents,
        "RULES",
        {
            "a": Rule("a", "It has begun.", ("hangtime",), numbers=("n", "m")),
            "b": Rule("b", "It has not.", ("hangtime",), since=later),
            "c": Rule("c", "It is over.", ("hangtime",), until=gone),
        },
    )
    numbers = {
        "n": DatedNumber("n", "A number", "day", ("hangtime",), ((FIRST_DAY, 3), (later, 5))),
        "m": DatedNumber("m", "A later one", "day", ("hangtime",), ((later, 9),)),
    }
    monkeypatch.setattr(contents, "_shipped_cases", lambda: iter(()))
    tables = replace(TABLES, numbers=numbers)
    assert [(one.rule.id, [(n.value, n.since) for n in one.numbers]) for one in rulebook_on(DAY, tables).rules] == [
        ("a", [(3, FIRST_DAY)])
    ]
    assert [(one.rule.id, [n.value for n in one.numbers]) for one in rulebook_on(later, tables).rules] == [
        ("a", [5, 9]), ("b", []),
    ]  # fmt: skip
    assert [one.rule.id for one in rulebook_on(gone, tables).rules] == ["a", "c"]


@pytest.mark.parametrize("width", [60, 80, 132])
def test_no_line_is_wider_than_the_terminal(today: Rulebook, width: int) -> None:
    assert max(len(line) for line in text_of(today, width).splitlines()) <= width


def test_the_command_prints_either(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rulebook", "--on", "2026-03-03"]) == 0
    assert capsys.readouterr().out.startswith("Rulebook on 2026-03-03: ")
    assert main(["rulebook", "--json"]) == 0
    assert date.fromisoformat(orjson.loads(capsys.readouterr().out)["on"]) >= DAY


@pytest.mark.parametrize("said", ["soon", "2026-02-30", "03/03/2026"])
def test_a_day_that_is_none_is_refused(said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rulebook", "--on", said]) == 2
    assert capsys.readouterr().err == f"hangtime: --on: said '{said}', wanted a date such as 2026-03-03\n"
