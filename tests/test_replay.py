"""Replay: the files of the contract, counted record by record, whole or not at all, the same every time."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from console.cli import main
from console.replay.output_files import OutputError, OutputFiles
from tests.small_logs import administration, day_log, encounter, write_day, write_site

FILES = ("changes.ndjson", "charge-items.ndjson", "dead-letters.ndjson", "not-billed.ndjson", "queries.ndjson")
CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
UNEQUAL = ("seconds", "messages_per_second")


def replay(out: Path, *arguments: str | Path) -> int:
    return main(["replay", *map(str, arguments), "--out", str(out)])


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def summary(out: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return said


def codes(out: Path) -> list[str]:
    return [str(item["code"]["coding"][0]["code"]) for item in lines(out / "charge-items.ndjson")]


def services(out: Path) -> list[str]:
    return [code for code in codes(out) if code.startswith("96")]


class TestFiles:
    def test_all_are_there_for_the_owner_only(self, tmp_path: Path) -> None:
        out = tmp_path / "new" / "out"
        assert replay(out, write_day(tmp_path)) == 0
        assert sorted(path.name for path in out.iterdir()) == sorted([*FILES, "summary.json"])
        assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}

    def test_hold_the_charges_of_the_log(self, tmp_path: Path) -> None:
        replay(tmp_path / "out", write_day(tmp_path))
        assert services(tmp_path / "out") == ["96365", "96365", "96366", "96374"]
        assert {item["resourceType"] for item in lines(tmp_path / "out" / "changes.ndjson")} == {"ChargeItem"}

    def test_are_the_same_bytes_each_time(self, tmp_path: Path) -> None:
        log = write_day(tmp_path)
        outs = [tmp_path / "one", tmp_path / "two"]
        replay(outs[0], log)
        replay(outs[1], log, "--workers", "3")
        for name in FILES:
            assert (outs[0] / name).read_bytes() == (outs[1] / name).read_bytes()
        first, second = ({key: value for key, value in summary(out).items() if key not in UNEQUAL} for out in outs)
        assert first == second

    def test_take_the_place_of_those_of_an_earlier_run(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        replay(out, write_day(tmp_path))
        (tmp_path / "day.ndjson").write_text(json.dumps(encounter("1")) + "\n")
        replay(out, tmp_path / "day.ndjson")
        assert codes(out) == []

    def test_dead_letters_keep_the_bytes(self, tmp_path: Path) -> None:
        log = tmp_path / "bad.ndjson"
        log.write_bytes(b'{"resourceType": "Medication\xff\n' + day_log().encode())
        assert replay(tmp_path / "out", log) == 0
        (letter,) = lines(tmp_path / "out" / "dead-letters.ndjson")
        assert set(letter) == {"source", "position", "reason", "path", "said", "wanted", "raw"}
        assert b64decode(letter["raw"]).startswith(b'{"resourceType": "Medication\xff')
        assert services(tmp_path / "out") == ["96365", "96365", "96366", "96374"]

    def test_queries_and_not_billed_have_the_keys_of_the_contract(self, tmp_path: Path) -> None:
        log = tmp_path / "log.ndjson"
        told = [
            encounter("1"),
            administration("1", "09:00", "09:00"),
            administration("1", "11:00", "11:25", drug="sodium chloride 0.9 %", id="a9"),
        ]
        log.write_text("".join(f"{json.dumps(one)}\n" for one in told))
        replay(tmp_path / "out", log)
        queries = lines(tmp_path / "out" / "queries.ndjson")
        assert queries
        assert set(queries[0]) == {"id", "visit", "administrations", "ask", "of", "because", "since", "due"}
        not_billed = lines(tmp_path / "out" / "not-billed.ndjson")
        assert not_billed
        assert set(not_billed[0]) == {
            "visit",
            "administrations",
            "code",
            "minutes",
            "amount",
            "curable",
            "because",
            "says",
        }


class TestSummary:
    def test_counts_every_record_and_item_once(self, tmp_path: Path) -> None:
        bundle = {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [
                {"resource": encounter("1")},
                {"resource": administration("1", "09:00", "09:45")},
                {"resource": {"resourceType": "Patient", "id": "p1"}},
                {"resource": {"resourceType": "Encounter"}},
            ],
        }
        log = tmp_path / "log.ndjson"
        log.write_text(f'{json.dumps(bundle)}\n{{"resourceType": "Patient", "id": "p2"}}\nnot json\n')
        assert replay(tmp_path / "out", log) == 0
        said = summary(tmp_path / "out")
        assert said["records"] == {"read": 3, "mapped": 1, "ignored": 1, "dead_letters": 1}
        assert said["items"] == {"read": 6, "mapped": 2, "ignored": 2, "dead_letters": 2}
        assert said["ignored"] == {"fhir Patient": 1}
        assert said["complete"] is True

    def test_repeats_change_nothing_and_are_counted(self, tmp_path: Path) -> None:
        write_day(tmp_path, "a.ndjson")
        write_day(tmp_path, "b.ndjson")
        replay(tmp_path / "one", tmp_path / "a.ndjson")
        replay(tmp_path / "two", tmp_path / "a.ndjson", tmp_path / "b.ndjson")
        assert summary(tmp_path / "two")["repeats"] == 6
        assert codes(tmp_path / "one") == codes(tmp_path / "two")

    def test_a_withdrawn_charge_is_counted_as_such(self, tmp_path: Path) -> None:
        log = tmp_path / "log.ndjson"
        filler = [encounter(f"x{place}") for place in range(120)]
        filler = [{**one, "meta": {"versionId": "1", "lastUpdated": "2026-03-03T15:00:00-06:00"}} for one in filler]
        taken = administration("1", "09:00", "09:45", version="2", told="16:00", status="entered-in-error")
        told = [encounter("1"), administration("1", "09:00", "09:45"), *filler, taken]
        log.write_text("".join(f"{json.dumps(one)}\n" for one in told))
        replay(tmp_path / "out", log)
        said = summary(tmp_path / "out")["charges"]
        assert (said["billable"], said["planned"]) == (0, 0)
        assert said["entered-in-error"] == len(lines(tmp_path / "out" / "changes.ndjson")) / 2
        assert {item["status"] for item in lines(tmp_path / "out" / "changes.ndjson")} == {
            "billable",
            "entered-in-error",
        }


class TestExit:
    @pytest.mark.parametrize(("strict", "code"), [((), 0), (("--strict",), 1)])
    def test_dead_letters_fail_only_where_asked(self, strict: tuple[str, ...], code: int, tmp_path: Path) -> None:
        (tmp_path / "bad.ndjson").write_text("{\n")
        assert replay(tmp_path / "out", tmp_path / "bad.ndjson", *strict) == code

    def test_strict_passes_a_clean_log(self, tmp_path: Path) -> None:
        assert replay(tmp_path / "out", write_day(tmp_path), "--strict") == 0

    def test_a_failure_half_way_leaves_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object, **__: object) -> Iterator[object]:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("console.replay.files.version_line", fail)
        assert replay(tmp_path / "new" / "out", write_day(tmp_path)) == 2
        assert not (tmp_path / "new").exists()

    def test_a_failure_half_way_keeps_an_earlier_run(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        out = tmp_path / "out"
        replay(out, write_day(tmp_path))
        before = {path.name: path.read_bytes() for path in out.iterdir()}
        monkeypatch.setattr("console.posting.logs.post", lambda *_: 1 / 0)
        assert replay(out, write_day(tmp_path)) == 2
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before


class TestAsOf:
    def test_later_records_are_not_heard(self, tmp_path: Path) -> None:
        log = tmp_path / "log.ndjson"
        told = [
            encounter("1"),
            administration("1", "09:00", None, told="09:01"),
            administration("1", "09:00", "09:45", version="2", told="09:46"),
        ]
        log.write_text("".join(f"{json.dumps(one)}\n" for one in told))
        replay(tmp_path / "out", log, "--as-of", "2026-03-03T09:30")
        said = summary(tmp_path / "out")
        assert said["as_of"] == "2026-03-03T09:30:00-06:00"
        assert said["ignored"] == {"after as-of": 1}
        assert [
            item["status"]
            for item in lines(tmp_path / "out" / "charge-items.ndjson")
            if item["code"]["coding"][0]["code"] == "96365"
        ] == ["planned"]

    def test_a_deadline_passes_by_the_as_of_time(self, tmp_path: Path) -> None:
        log = tmp_path / "log.ndjson"
        told = [encounter("1"), administration("1", "09:00", None, told="09:01")]
        log.write_text("".join(f"{json.dumps(one)}\n" for one in told))
        replay(tmp_path / "early", log)
        replay(tmp_path / "late", log, "--as-of", "2026-03-05T00:00-06:00")
        assert lines(tmp_path / "early" / "queries.ndjson") == []
        assert [query["of"] for query in lines(tmp_path / "late" / "queries.ndjson")] == ["nurse"]


class TestInputs:
    def test_standard_input(self, tmp_path: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "console.cli", "replay", "-", "--out", str(tmp_path / "out")],
            input=gzip.compress(day_log().encode()),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert services(tmp_path / "out") == ["96365", "96365", "96366", "96374"]

    def test_logs_of_one_partition_read_out_of_order_lose_nothing(self, tmp_path: Path) -> None:
        resources = [json.loads(line) for line in day_log().splitlines()]
        for name, offsets in (("a.log", (3, 4, 5)), ("b.log", (0, 1, 2))):
            envelopes: list[dict[str, object]] = [
                {
                    "topic": "mar",
                    "partition": 0,
                    "offset": offset,
                    "timestamp": 1772550000000,
                    "key": None,
                    "headers": [],
                    "value": json.dumps(resources[offset]),
                }
                for offset in offsets
            ]
            (tmp_path / name).write_text("".join(f"{json.dumps(one)}\n" for one in envelopes))
        replay(tmp_path / "out", tmp_path / "a.log", tmp_path / "b.log")
        assert summary(tmp_path / "out")["records"]["mapped"] == 6
        assert services(tmp_path / "out") == ["96365", "96365", "96366", "96374"]

    def test_a_kept_ledger_counts_what_it_has_heard_before(self, tmp_path: Path) -> None:
        log, ledger = write_day(tmp_path), f"sqlite:///{tmp_path}/ledger.db"
        replay(tmp_path / "one", log, "--ledger", ledger)
        replay(tmp_path / "two", log, "--ledger", ledger)
        assert summary(tmp_path / "two")["repeats"] == 6
        assert codes(tmp_path / "one") == codes(tmp_path / "two")
        assert lines(tmp_path / "two" / "changes.ndjson") == []

    def test_another_log_of_the_same_name_is_heard_and_a_dead_letter_is_kept_once(self, tmp_path: Path) -> None:
        log, ledger = write_day(tmp_path), f"sqlite:///{tmp_path}/ledger.db"
        whole = log.read_bytes()
        log.write_bytes(whole[: len(whole) // 2])
        replay(tmp_path / "one", log, "--ledger", ledger)
        log.write_bytes(whole)
        replay(tmp_path / "two", log, "--ledger", ledger)
        replay(tmp_path / "three", log, "--ledger", ledger)
        assert services(tmp_path / "three") == services(tmp_path / "two") == ["96365", "96365", "96366", "96374"]
        letters = (tmp_path / "two" / "dead-letters.ndjson").read_bytes()
        assert (tmp_path / "three" / "dead-letters.ndjson").read_bytes() == letters

    def test_the_site_file_serves(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        log = write_day(tmp_path)
        replay(tmp_path / "one", log)
        assert "built-in sample site serves" in capsys.readouterr().err
        replay(tmp_path / "two", log, "--site", write_site(tmp_path))
        assert "built-in" not in capsys.readouterr().err
        first, second = (
            {item["id"] for item in lines(tmp_path / out / "charge-items.ndjson")} for out in ("one", "two")
        )
        assert not first & second


class TestScreen:
    def test_shows_charges_counts_files_and_what_to_try_next(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        log = write_day(tmp_path)
        replay(tmp_path / "out", log)
        said = capsys.readouterr().out
        assert said.count("2026-03-03") == len(codes(tmp_path / "out"))
        assert f"Files: {tmp_path / 'out'}/" in said
        assert f"hangtime code {log}" in said
        assert "6  records read" in said

    def test_many_charges_are_not_shown_one_by_one(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("console.replay.results.CHARGES_SHOWN", 2)
        replay(tmp_path / "out", write_day(tmp_path))
        assert "2026-03-03 " not in capsys.readouterr().out


class TestStopping:
    @pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
    def test_finishes_the_batch_in_hand_and_writes_what_it_heard(
        self, number: signal.Signals, code: int, tmp_path: Path
    ) -> None:
        out, fifo = tmp_path / "out", tmp_path / "fifo"
        os.mkfifo(fifo)
        command = [sys.executable, "-m", "console.cli", "replay", str(fifo), "--out", str(out)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
            with fifo.open("wb", buffering=0) as pipe:
                pipe.write(day_log().encode())
                self._wait_for_start(running, out)
                running.send_signal(number)
                with suppress(BrokenPipeError):
                    pipe.write(day_log().encode() * 50)
            shown, errors = running.communicate(timeout=60)
        assert running.returncode == code, errors
        assert "Traceback" not in errors
        assert "Stopped after the batch in hand" in shown
        assert summary(out)["complete"] is False
        assert summary(out)["records"]["read"] < 300

    def test_a_second_signal_stops_at_once_and_leaves_nothing(self, tmp_path: Path) -> None:
        out, fifo = tmp_path / "out", tmp_path / "fifo"
        os.mkfifo(fifo)
        command = [sys.executable, "-m", "console.cli", "replay", str(fifo), "--out", str(out)]
        with (
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running,
            fifo.open("wb", buffering=0),
        ):
            self._wait_for_start(running, out)
            running.send_signal(signal.SIGTERM)
            sleep(0.3)
            running.send_signal(signal.SIGINT)
            _, errors = running.communicate(timeout=60)
        assert running.returncode == 130
        assert errors.splitlines()[-1] == "hangtime: stopped at once; no file was written"
        assert not out.exists()

    @staticmethod
    def _wait_for_start(running: subprocess.Popen[str], out: Path) -> None:
        for _ in range(600):
            if out.exists() and any(out.iterdir()):
                return
            with suppress(subprocess.TimeoutExpired):
                running.wait(timeout=0.1)
        pytest.fail("the replay did not start")


class TestOutputFiles:
    def test_nothing_has_its_name_before_all_is_published(self, tmp_path: Path) -> None:
        with OutputFiles(tmp_path) as files:
            files.open("a").write(b"1")
            assert not (tmp_path / "a").exists()
            files.publish()
        assert (tmp_path / "a").read_bytes() == b"1"

    def test_a_folder_in_the_place_of_a_file_is_a_clear_line(self, tmp_path: Path) -> None:
        (tmp_path / "a" / "b").mkdir(parents=True)
        with OutputFiles(tmp_path) as files:
            files.open("a")
            with pytest.raises(OutputError, match="wanted a folder to write to"):
                files.publish()
        assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.skipif(not CORPUS.exists(), reason="the shared corpus is not beside this checkout")
def test_every_message_of_the_corpus_is_counted_once(tmp_path: Path) -> None:
    assert replay(tmp_path / "out", CORPUS) == 0
    said = summary(tmp_path / "out")
    for level in ("records", "items"):
        counts = said[level]
        assert counts["read"] == counts["mapped"] + counts["ignored"] + counts["dead_letters"]
    assert sum(said["ignored"].values()) == said["records"]["ignored"]
    assert said["items"]["dead_letters"] == len(lines(tmp_path / "out" / "dead-letters.ndjson"))
    assert said["held"] == 0
