"""`hangtime dead-letters`: what was refused is listed without patient data, shown when asked, and fed again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.cli import app, main
from console.dead_letters.feeding import read_again
from console.posting.logs import posting_context
from console.site.loading import load_site
from ledger.dead_letters import KeptLetter, count_standing, kept_letters, notices
from ledger.delivery import backlog, claim
from ledger.ledger import Ledger, open_ledger
from ledger.posting import post
from ledger.reading_back import DeadLetter, charges_in_force
from ledger.settling import Refused, settle
from mappers import reading as readers
from mappers.record import Record
from mappers.refused import refused
from tests.small_logs import administration, encounter, write_site

CANARY = "Quetzalcoatl"
BROKEN = {"resourceType": "MedicationAdministration", "id": "bad", "status": CANARY}
NO_MESSAGE = f"{CANARY} is not a message"


def visit(number: str) -> list[Mapping[str, object]]:
    return [encounter(number), administration(number, "09:00", "09:45")]


def bundle(*resources: object) -> dict[str, object]:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def told_by_kafka(*values: object) -> str:
    """A record log, each value at the next offset, a minute after the one before."""
    lines = []
    for offset, value in enumerate(values):
        text = value if isinstance(value, str) else json.dumps(value)
        time = f"2026-03-03T15:{offset:02}:00-06:00"
        lines.append({"topic": "mar.fhir", "partition": 2, "offset": offset, "timestamp": time, "value": text})
    return "".join(f"{json.dumps(line)}\n" for line in lines)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(tmp_path, "[ledger]\nurl = 'sqlite:///ledger.db'\n")


def post_log(site: Path, log: str) -> None:
    (site.parent / "log.ndjson").write_text(log, encoding="utf-8")
    arguments = ["replay", site.parent / "log.ndjson", "--site", site, "--out", site.parent / "out"]
    assert main([str(word) for word in [*arguments, "--ledger", f"sqlite:///{site.parent}/ledger.db"]]) == 0


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    capsys.readouterr()
    assert main(["dead-letters", *map(str, arguments)]) == 0
    return capsys.readouterr().out


@contextmanager
def ledger_of(site: Path) -> Iterator[Ledger]:
    loaded = load_site(site)
    with open_ledger(loaded.ledger_url(), facility=loaded.facility, identity_key=loaded.identity_key()) as ledger:
        yield ledger


def codes(site: Path) -> list[str]:
    with ledger_of(site) as ledger:
        return sorted(one.charge.code for one in charges_in_force(ledger) if one.charge.code.startswith("9"))


@pytest.fixture
def not_understood(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Readers with a fault of their own: they refuse every FHIR document; undo() is the fix."""

    def refuse(value: bytes, *_: object) -> tuple[object, ...]:
        return (refused("not understood", "document", value[:60].decode(), "what comes with the fix").fault,)

    monkeypatch.setattr(readers, "read_fhir", refuse)
    return monkeypatch


class TestListing:
    def test_nothing_of_what_was_said_is_listed(self, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
        unknown = administration("1", "09:00", "09:45", **{f"x{CANARY}": "1"})
        post_log(site, told_by_kafka(BROKEN, NO_MESSAGE, unknown))
        listed = run(capsys, "list", "--site", site)
        assert CANARY not in listed
        assert "3 dead letter(s) stand." in listed
        assert listed.count("mar.fhir") == 3
        assert all(f"2:{offset}" in listed for offset in range(3))

    def test_none(self, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
        post_log(site, told_by_kafka(encounter("1")))
        assert run(capsys, "list", "--site", site) == "No dead letter stands.\n"

    def test_showing_says_all(self, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
        post_log(site, told_by_kafka(NO_MESSAGE))
        shown = run(capsys, "show", 1, "--site", site)
        assert shown.count(CANARY) == 2
        assert "2026-03-03T21:00:00+00:00" in shown
        assert "the message as text (MSH or {...}), or as whole base64" in shown

    def test_showing_says_what_the_strict_lane_has_against_it(
        self, site: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        post_log(site, told_by_kafka(NO_MESSAGE, "MSH|^~~&|MAR|H|X|Y|20260303||RAS^O17|1|P|2.5.1\rPID|1||7"))
        assert "  strict   resourceType: no such resource" in run(capsys, "show", 1, "--site", site)
        assert "  strict   MSH-2: not encoding characters" in run(capsys, "show", 2, "--site", site)

    def test_a_sender_cannot_steer_the_terminal(self, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
        post_log(site, told_by_kafka(f"\x1b[2J{NO_MESSAGE}"))
        shown = run(capsys, "show", 1, "--site", site)
        assert "\x1b" not in shown


class TestFeedingAgain:
    def test_after_the_fix_the_charges_are_as_if_it_had_never_failed(
        self, site: Path, not_understood: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        post_log(site, told_by_kafka(encounter("1"), administration("1", "09:00", "09:45")))
        assert codes(site) == []
        not_understood.undo()
        said = run(capsys, "replay", "--site", site)
        assert "Fed again: 2 record(s). Refused no longer: 2. Still refused: 0." in said
        assert codes(site) == ["96365"]
        with ledger_of(site) as ledger:
            assert count_standing(ledger) == 0
            assert all(notice.settled_at for notice in notices(ledger, settled=True))
            told = ledger.reader.execute("SELECT source, partition, offset FROM telling ORDER BY offset").fetchall()
        assert told == [("mar.fhir", 2, 0), ("mar.fhir", 2, 1)]

    def test_the_record_keeps_the_time_of_its_envelope(
        self, site: Path, not_understood: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        post_log(site, told_by_kafka(encounter("1")))
        not_understood.undo()
        run(capsys, "replay", "--site", site)
        with ledger_of(site) as ledger:
            (as_of,) = ledger.reader.execute("SELECT as_of FROM patient").fetchone()
        assert datetime.fromisoformat(as_of) == datetime(2026, 3, 3, 21, 0, tzinfo=UTC)

    def test_deadlines_that_have_passed_meanwhile_pass(
        self, site: Path, not_understood: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        running = administration("1", "09:00", None)
        post_log(site, told_by_kafka(encounter("1"), running))
        not_understood.undo()
        later = json.loads(told_by_kafka(encounter("2")))
        post_log(site, json.dumps(later | {"offset": 9, "timestamp": "2026-03-09T15:00:00-06:00"}))
        run(capsys, "replay", "--site", site)
        with ledger_of(site) as ledger:
            (due,) = ledger.reader.execute("SELECT count(*) FROM patient WHERE due_at < '2026-03-09'").fetchone()
            (asked,) = ledger.reader.execute("SELECT count(*) FROM charge_query").fetchone()
        assert (due, asked) == (0, 1)

    def test_what_is_still_refused_stands_once(self, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
        post_log(site, told_by_kafka(NO_MESSAGE, bundle(encounter("1"), BROKEN, administration("1", "09:00", "09:45"))))
        for _ in range(2):
            said = run(capsys, "replay", "--site", site)
            assert "Fed again: 2 record(s). Refused no longer: 0. Still refused: 2." in said
            assert CANARY not in said
        with ledger_of(site) as ledger:
            assert [notice.id for notice in notices(ledger, settled=True)] == [1, 2]
        assert codes(site) == ["96365"]

    def test_another_fault_takes_the_place_of_the_first(
        self, site: Path, not_understood: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        post_log(site, told_by_kafka(bundle(encounter("1"), BROKEN)))
        not_understood.undo()
        said = run(capsys, "replay", "--site", site)
        assert "Refused no longer: 0. Still refused: 1." in said
        with ledger_of(site) as ledger:
            assert [(notice.id, notice.reason) for notice in notices(ledger, settled=False)] == [(2, "not valid FHIR")]
            assert kept_letters(ledger, [2])[0].timestamp == datetime(2026, 3, 3, 21, 0, tzinfo=UTC)

    def test_one_alone(
        self, site: Path, not_understood: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        post_log(site, told_by_kafka(encounter("1"), encounter("2")))
        not_understood.undo()
        assert "Fed again: 1 record(s)" in run(capsys, "replay", 2, "--site", site)
        with ledger_of(site) as ledger:
            assert [notice.id for notice in notices(ledger, settled=False)] == [1]
        assert "dim" not in run(capsys, "list", "--all", "--site", site)

    def test_a_charge_that_a_target_refused_is_delivered_again(
        self, site: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with site.open("a") as file:
            file.write("[[publish]]\nname = 'ehr'\nkind = 'fhir'\nurl = 'https://ehr.example/fhir'\n")
        now = datetime(2026, 3, 3, 22, 0, tzinfo=UTC)
        with ledger_of(site) as ledger:
            told = [Record("mar", 0, at, json.dumps(one).encode()) for at, one in enumerate(visit("1"))]
            context = posting_context(load_site(site), ("ehr",))
            post(ledger, [readers.read(record, load_site(site).reading()) for record in told], context)
            (claimed,) = claim(ledger, "ehr", "a worker", now, 30, 10)
            settle(ledger, [Refused(owed, "ChargeItem", CANARY, "another", b"{}") for owed in claimed.items])
            refused_charges = backlog(ledger, "ehr").refused
            assert refused_charges == len(claimed.items) > 0
        assert CANARY not in run(capsys, "list", "--site", site)
        assert f"To be delivered again: {refused_charges} charge(s)." in run(capsys, "replay", "--site", site)
        with ledger_of(site) as ledger:
            assert count_standing(ledger) == 0
            waiting = backlog(ledger, "ehr")
            assert (waiting.undelivered, waiting.refused) == (refused_charges, 0)

    def test_a_line_of_a_record_log_is_taken_out_of_its_envelope(self, site: Path) -> None:
        line = told_by_kafka(encounter("1")).encode()
        stood = DeadLetter(
            "day.ndjson", "0:7", "a record log's line that cannot be read", "line 8: topic", "", "", line
        )
        reading = read_again(KeptLetter(1, None, None, stood), load_site(site).reading())
        assert (reading.record.source, reading.record.partition, reading.record.offset) == ("mar.fhir", 2, 0)
        assert len(reading.items) == 1
        still = json.dumps(json.loads(line) | {"topic": ""}).encode()
        stood = DeadLetter("day.ndjson", "0:7", "", "line 8: topic", "", "", still)
        reading = read_again(KeptLetter(1, None, None, stood), load_site(site).reading())
        assert [getattr(item, "path", None) for item in reading.items] == ["line 8: topic"]


class TestReplayIntoAKeptLedger:
    """Every record read is counted exactly once, whatever the ledger holds from before."""

    def refusals(self, site: Path) -> list[str]:
        """Why letters stand in the file that a replay wrote; as many as its summary counts."""
        out = site.parent / "out"
        reasons = [json.loads(line)["reason"] for line in (out / "dead-letters.ndjson").read_text().splitlines()]
        assert json.loads((out / "summary.json").read_text())["dead_letters"] == len(reasons)
        return reasons

    def test_what_was_settled_is_left_out(self, site: Path, not_understood: pytest.MonkeyPatch) -> None:
        log = told_by_kafka(encounter("1"), NO_MESSAGE)
        post_log(site, log)
        assert len(self.refusals(site)) == 2
        not_understood.undo()
        assert main(["dead-letters", "replay", "--site", str(site)]) == 0
        post_log(site, log)
        assert self.refusals(site) == ["a record log's line that cannot be read"]

    def test_what_a_live_target_refused_is_left_out(self, site: Path) -> None:
        with ledger_of(site) as ledger:
            told = [Record("mar", 0, at, json.dumps(one).encode()) for at, one in enumerate(visit("1"))]
            context = posting_context(load_site(site), ("ehr",))
            post(ledger, [readers.read(record, load_site(site).reading()) for record in told], context)
            (claimed,) = claim(ledger, "ehr", "a worker", datetime(2026, 3, 3, 22, 0, tzinfo=UTC), 30, 10)
            settle(ledger, [Refused(owed, "ChargeItem", "", "another", b"{}") for owed in claimed.items])
            assert count_standing(ledger) == len(claimed.items) > 0
        post_log(site, told_by_kafka(*visit("1"), NO_MESSAGE))
        assert self.refusals(site) == ["a record log's line that cannot be read"]


class TestHelp:
    @pytest.mark.parametrize("command", ["list", "show", "replay"])
    def test_each_command_shows_an_example(self, command: str) -> None:
        shown = CliRunner().invoke(app, ["dead-letters", command, "--help"])
        assert shown.exit_code == 0
        assert f"Example: hangtime dead-letters {command}" in shown.output

    def test_without_a_command_the_commands_are_named(self) -> None:
        shown = CliRunner().invoke(app, ["dead-letters"])
        assert shown.exit_code == 0
        assert all(command in shown.output for command in ("list", "show", "replay"))


class TestRefusals:
    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (["list"], "wanted --site FILE or --ledger URL"),
            (["list", "--ledger", "sqlite:///none.db"], "none.db: there is no ledger"),
            (["list", "--ledger", "sqlite://"], "wanted sqlite:///PATH"),
            (["show", "7", "--site", "{site}"], "dead letter 7: there is none"),
            (["replay", "7", "8", "--site", "{site}"], "dead letter 7: there is none that stands"),
            (["show", "seven", "--site", "{site}"], "a valid integer"),
        ],
    )
    def test_each_has_its_line(
        self, arguments: list[str], says: str, site: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        post_log(site, told_by_kafka(encounter("1")))
        capsys.readouterr()
        assert main(["dead-letters", *(word.format(site=site) for word in arguments)]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert says in said.err
        assert re.fullmatch(r"(hangtime: .*\n)+", said.err)
        assert not Path("none.db").exists()

    def test_a_ledger_of_another_site(self, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
        post_log(site, told_by_kafka(encounter("1")))
        assert main(["dead-letters", "list", "--ledger", f"sqlite:///{site.parent}/ledger.db"]) == 2
        assert "another site key" in capsys.readouterr().err
