"""The sample day comes out as its stories say; the table of stories was written by hand, from the rules."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from fhir.resources.R4B.chargeitem import ChargeItem

from console.posting.logs import posting_context
from console.site.loading import load_site
from ledger.ledger import open_ledger
from ledger.posting import post
from listeners.logs import open_logs
from publishers.files import TARGET, FileTarget

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
DAY = EXAMPLES / "sample-day"
LOG_FOLDER = DAY / "logs"
LOGS = ("fhir.ndjson", "ras.hl7")
ZONE = ZoneInfo("America/Chicago")
VISIT = re.compile(r"\b70\d{4}\b")

Story = Mapping[str, Any]
Item = dict[str, Any]


@dataclass(frozen=True)
class Replayed:
    """What a replay of the sample day wrote."""

    charges: tuple[Item, ...]
    not_billed: tuple[Item, ...]
    queries: tuple[Item, ...]
    dead_letters: tuple[Item, ...]
    summary: Item

    def lines(self, visit: str) -> list[str]:
        """The charges in force of a visit, in the words of the table of stories."""
        return sorted(line_of(item) for item in self.charges if visit_of(item) == visit)


def visit_of(item: Item) -> str:
    found = VISIT.search(json.dumps(item.get("context", item.get("visit"))))
    return found.group() if found else ""


def code_of(item: Item) -> str:
    return str(item["code"]["coding"][0]["code"])


def line_of(item: Item) -> str:
    """One charge in the words of the table of stories."""
    words = [code_of(item)]
    if "quantity" in item:
        words.append(f"x{item['quantity']['value']}")
    words += [
        extension["valueCoding"]["code"]
        for extension in item["extension"]
        if extension["url"].endswith("/charge-modifier")
    ]
    day = datetime.fromisoformat(item["occurrencePeriod"]["start"]).astimezone(ZONE).date().isoformat()
    words += [] if day == "2026-03-03" else ["on", day]
    words += ["planned"] if item["status"] == "planned" else []
    return " ".join(words)


def stories() -> list[Story]:
    """The table of stories; every value is text."""
    table: list[Story] = yaml.load((DAY / "stories.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return table


def by_story() -> Iterator[Any]:
    for story in stories():
        waits = story.get("waits_for")
        marks = [pytest.mark.xfail(strict=True, reason=f"waits for the issue: {waits}")] if waits else []
        yield pytest.param(story, id=f"story {story['story']}", marks=marks)


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    out = tmp_path_factory.mktemp("sample-day")
    hangtime = Path(sys.executable).with_name("hangtime")
    command: list[str | Path] = [hangtime, "replay", LOG_FOLDER, "--site", DAY / "site.toml", "--out", out]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Replayed(
        charges=read_lines(out / "charge-items.ndjson"),
        not_billed=read_lines(out / "not-billed.ndjson"),
        queries=read_lines(out / "queries.ndjson"),
        dead_letters=read_lines(out / "dead-letters.ndjson"),
        summary=json.loads((out / "summary.json").read_text(encoding="utf-8")),
    )


def read_lines(path: Path) -> tuple[Item, ...]:
    return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="module")
def published() -> tuple[Item, ...]:
    """Every ChargeItem version, in order, when the day is heard message by message as it happened."""
    site = load_site(DAY / "site.toml")
    context = posting_context(site, (TARGET,))
    lines: list[bytes] = []
    with open_ledger("sqlite://", facility=site.facility, identity_key=site.identity_key()) as ledger:
        target = FileTarget(lines.append, site.profile("sample day|2026-03-03"))
        for reading in open_logs([str(LOG_FOLDER / log) for log in LOGS], site.reading()):
            post(ledger, [reading], context)
            target.deliver(ledger)
    return tuple(json.loads(line) for line in lines)


def versions(published: tuple[Item, ...], visit: str, code: str) -> list[str]:
    """The versions of one charge of a visit, in the order they were published."""
    told = [item for item in published if visit_of(item) == visit and code_of(item) == code]
    assert len({item["id"] for item in told}) == 1
    return [f"{item['status']} x{item['quantity']['value']}" if "quantity" in item else item["status"] for item in told]


@pytest.mark.parametrize("story", tuple(by_story()))
def test_the_story_comes_out_as_the_table_says(story: Story, replayed: Replayed) -> None:
    given = {visit: replayed.lines(visit) for visit in story["visits"]}
    assert given == {visit: sorted(lines) for visit, lines in story["visits"].items()}
    assert_said(story.get("not_billed", {}), replayed.not_billed)
    assert_said(story.get("asks", {}), replayed.queries)


def assert_said(wanted: Mapping[str, str], given: tuple[Item, ...]) -> None:
    for visit, word in wanted.items():
        said = [json.dumps(item) for item in given if visit_of(item) == visit]
        assert [one for one in said if word in one], f"{visit}: {said} says nothing of {word!r}"


def test_no_visit_is_charged_that_the_table_does_not_name(replayed: Replayed) -> None:
    named = {visit for story in stories() for visit in story["visits"]}
    assert {visit_of(item) for item in replayed.charges} - named == set()


def test_nothing_is_asked_that_the_table_does_not_name(replayed: Replayed) -> None:
    waiting = {visit for story in stories() if story.get("waits_for") for visit in story["visits"]}
    named = {visit for story in stories() for visit in story.get("asks", {})}
    assert {visit_of(item) for item in replayed.queries} - waiting == named - waiting


def test_story_16_is_one_run_of_six_rates(replayed: Replayed) -> None:
    drip = [item for item in replayed.charges if visit_of(item) == "701601"]
    assert [len(item["service"]) for item in drip] == [6, 6, 6]


def test_story_20_is_planned_before_it_is_billable(published: tuple[Item, ...]) -> None:
    assert versions(published, "702001", "96365") == ["planned", "billable x1"]


def test_story_22_gives_a_new_version_and_takes_back_what_was_withdrawn(published: tuple[Item, ...]) -> None:
    assert versions(published, "702201", "J1756") == ["billable x300", "billable x200"]
    assert versions(published, "702202", "96374") == ["billable x1", "entered-in-error x1"]
    assert versions(published, "702203", "J2405") == ["billable x4", "entered-in-error x4"]


def test_story_23_is_told_three_times_and_published_once(published: tuple[Item, ...]) -> None:
    assert versions(published, "702301", "96374") == ["billable x1"]


def test_message_by_message_ends_with_the_charges_of_the_replay(
    published: tuple[Item, ...], replayed: Replayed
) -> None:
    newest = {item["id"]: item for item in published}
    in_force = sorted(line_of(item) for item in newest.values() if item["status"] != "entered-in-error")
    assert in_force == sorted(line_of(item) for item in replayed.charges)
    assert {item["id"] for item in replayed.charges} <= set(newest)


def test_every_version_is_a_valid_charge_item_with_what_is_never_unknown(
    published: tuple[Item, ...], replayed: Replayed
) -> None:
    for item in (*published, *replayed.charges):
        ChargeItem.model_validate(item)
        urls = {extension["url"].rpartition("/")[2] for extension in item["extension"]}
        assert {"version", "because"} <= urls
        assert {"identifier", "code", "subject", "occurrencePeriod", "service", "note", "definitionCanonical"} <= set(
            item
        )
        assert item["id"] == item["identifier"][0]["value"]
        assert ("minutes" in urls) == ("productCodeableConcept" not in item)
        assert "quantity" in item or item["status"] in {"planned", "entered-in-error"}
    identities = {item["id"] for item in published}
    parts = {part["identifier"]["value"] for item in published for part in item.get("partOf", ())}
    assert parts <= identities


def test_story_24_counts_what_is_ignored_by_kind(replayed: Replayed) -> None:
    kinds = replayed.summary["ignored"]
    assert kinds["oral route"] == 1
    assert kinds["test message"] >= 1


def test_story_25_keeps_what_cannot_be_read(replayed: Replayed) -> None:
    sources = [Path(letter["source"]).name for letter in replayed.dead_letters]
    assert sorted(sources) == sorted(LOGS)


def test_the_golden_file_of_the_day(replay_log: Any) -> None:
    replay_log(
        *(f"../examples/sample-day/logs/{log}" for log in LOGS),
        golden="../examples/sample-day/expected.golden.yaml",
        site="../examples/sample-day/site.toml",
    )


def test_the_logs_are_what_the_stories_write(tmp_path: Path) -> None:
    subprocess.run([sys.executable, EXAMPLES / "write_sample_day.py", tmp_path], check=True)
    for log in LOGS:
        fresh = (tmp_path / log).read_bytes()
        assert fresh == (LOG_FOLDER / log).read_bytes(), f"write {log} anew with examples/write_sample_day.py"


def test_the_day_has_forty_visits_and_every_story() -> None:
    visits = {visit for story in stories() for visit in story["visits"]}
    fhir, hl7 = ((LOG_FOLDER / log).read_text(encoding="utf-8") for log in LOGS)
    told = {visit for visit in visits if visit in fhir or visit in hl7}
    assert told == visits
    assert len(told) >= 40
    assert {story["story"].split()[0] for story in stories()} == {*map(str, range(1, 26)), "everyday"}


def test_the_readme_names_every_visit() -> None:
    readme = (DAY / "README.md").read_text(encoding="utf-8")
    assert [visit for story in stories() for visit in story["visits"] if visit not in readme] == []
