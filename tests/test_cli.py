"""The commands as a person meets them: clear lines, right exit codes, nothing half written, no traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from console.cli import app, main
from tests.small_logs import write_day, write_site

COMMANDS = ("replay", "code", "rulebook", "check")


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> list[str]:
    """The lines of a command that must refuse, and refuse without writing to standard output."""
    assert main([str(argument) for argument in arguments]) == 2
    said = capsys.readouterr()
    lines = [line for line in said.err.splitlines() if not line.startswith("Without --site")]
    assert said.out == ""
    assert all(line.startswith("hangtime: ") for line in lines)
    assert "Traceback" not in said.err
    return lines


class TestHelp:
    @pytest.mark.parametrize("command", COMMANDS)
    def test_each_command_shows_an_example(self, command: str) -> None:
        shown = CliRunner().invoke(app, [command, "--help"])
        assert shown.exit_code == 0
        assert f"Example: hangtime {command}" in shown.output

    def test_without_a_command_the_commands_are_named(self) -> None:
        shown = CliRunner().invoke(app, [])
        assert shown.exit_code == 0
        assert all(command in shown.output for command in COMMANDS)

    def test_version(self) -> None:
        assert CliRunner().invoke(app, ["--version"]).output.startswith("hangtime ")

    def test_help_waits_for_nothing_heavy(self) -> None:
        heavy = ("hl7apy", "fhir", "sqlalchemy", "pydantic")
        loaded = f"import sys, console.cli; print([name for name in {heavy} if name in sys.modules])"
        done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"


class TestRefusals:
    def test_no_path(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert refused(capsys, "replay") == ["hangtime: Missing argument 'PATH'. (see hangtime replay --help)"]

    def test_unknown_command(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert "replay" in refused(capsys, "replai")[0]

    def test_unknown_option(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert "--stric" in refused(capsys, "replay", "x", "--stric")[0]

    def test_no_workers(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert "--workers" in refused(capsys, "replay", "x", "--workers", "0")[0]

    @pytest.mark.parametrize("command", ["replay", "code"])
    def test_every_wrong_path_has_its_line(
        self, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        lines = refused(capsys, command, tmp_path / "none.hl7", tmp_path / "no*.json")
        assert len(lines) == 2
        assert "none.hl7" in lines[0]

    def test_a_link_to_itself(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
        assert "loop" in refused(capsys, "replay", tmp_path / "loop")[0]

    def test_an_empty_folder(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert len(refused(capsys, "replay", tmp_path)) == 1

    def test_an_unknown_site_key_names_the_nearest(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        site = write_site(tmp_path, "time_zon = 'UTC'\n")
        lines = refused(capsys, "replay", write_day(tmp_path), "--site", site, "--out", tmp_path / "out")
        assert "time_zone" in lines[0]
        assert not (tmp_path / "out").exists()

    def test_a_site_file_that_is_not_there(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert "none.toml" in refused(capsys, "replay", write_day(tmp_path), "--site", tmp_path / "none.toml")[0]

    def test_an_unknown_ledger(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        lines = refused(
            capsys, "replay", write_day(tmp_path), "--ledger", "mysql://secret@x/y", "--out", tmp_path / "o"
        )
        assert len(lines) == 1
        assert "sqlite:///" in lines[0]
        assert "secret" not in lines[0]
        assert not (tmp_path / "o").exists()

    def test_a_ledger_that_is_none(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "text").write_text("no ledger at all, only a few words of text")
        refused(
            capsys, "replay", write_day(tmp_path), "--ledger", f"sqlite:///{tmp_path}/text", "--out", tmp_path / "o"
        )
        assert not (tmp_path / "o").exists()

    @pytest.mark.parametrize("said", ["yesterday", "2026-03-03", "2026-13-03T10:00"])
    def test_an_as_of_that_is_no_time(self, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        lines = refused(capsys, "replay", write_day(tmp_path), "--as-of", said)
        assert len(lines) == 1
        assert said in lines[0]
        assert "2026-03-03T18:00" in lines[0]

    @pytest.mark.parametrize("out", ["file", "file/below"])
    def test_an_out_that_is_a_file(self, out: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "file").write_text("kept")
        assert "file" in refused(capsys, "replay", write_day(tmp_path), "--out", tmp_path / out)[0]
        assert (tmp_path / "file").read_text() == "kept"

    def test_a_case_file_that_is_none(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "case.yaml").write_text("- case: x\n  unknown: y\n")
        assert len(refused(capsys, "code", tmp_path / "case.yaml")) == 1

    def test_a_fault_of_our_own_is_one_line_without_its_text(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise RuntimeError("Jane Doe, born 1970")

        monkeypatch.setattr("console.replay.command.open_logs", fail)
        lines = refused(capsys, "replay", write_day(tmp_path), "--out", tmp_path / "out")
        assert len(lines) == 1
        assert "RuntimeError" in lines[0]
        assert "Jane" not in lines[0]


class TestCode:
    def test_explains_the_visits_of_a_log(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["code", str(write_day(tmp_path))]) == 0
        said = capsys.readouterr()
        assert said.out.count("Visit ") == 3
        assert all(code in said.out for code in ("96365", "96366", "96374"))
        assert "built-in sample site" in said.err

    def test_json_is_one_document_and_the_same_each_time(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        outputs = []
        for _ in range(2):
            assert main(["code", str(write_day(tmp_path)), "--json"]) == 0
            outputs.append(capsys.readouterr().out)
        assert outputs[0] == outputs[1]
        visits = orjson.loads(outputs[0])["visits"]
        assert [[line["code"] for line in visit["charges"] if line["system"] == "cpt"] for visit in visits] == [
            ["96365"],
            ["96365", "96366"],
            ["96374"],
        ]

    def test_svg_is_written_for_the_owner_only(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        svg = tmp_path / "drawn" / "visits.svg"
        assert main(["code", str(write_day(tmp_path)), "--svg", str(svg)]) == 0
        assert svg.read_bytes().startswith(b"<?xml")
        assert svg.stat().st_mode & 0o777 == 0o600
        assert str(svg) in capsys.readouterr().err

    def test_explains_the_cases_of_a_case_file(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        case = tmp_path / "case.yaml"
        case.write_text(
            "- case: Sixteen minutes\n  about: One more than a push.\n  on: '2026-03-03'\n"
            "  given:\n    - {id: A1, at: 09:00-09:16, drug: ceftriaxone}\n"
        )
        assert main(["code", str(case)]) == 0
        said = capsys.readouterr().out
        assert "Sixteen minutes" in said
        assert "96365" in said

    def test_what_was_refused_and_left_out_is_said(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        log = tmp_path / "bad.ndjson"
        log.write_text('{"resourceType": "Patient", "id": "p1"}\n{"resourceType": "Medic\n')
        assert main(["code", str(log)]) == 0
        said = capsys.readouterr().out
        assert "Left out: 1" in said
        assert "Refused: " in said


class TestCheck:
    def test_the_sample_site_is_well(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check"]) == 0
        said = capsys.readouterr().out
        assert "All is well." in said
        assert "problem" not in said

    def test_all_problems_at_once(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        site = write_site(
            tmp_path, "place_of_service = '2'\n[ledger]\nurl = 'mysql://x'\n[policy]\nmidnigt = 'start'\n"
        )
        assert main(["check", "--site", str(site)]) == 1
        said = capsys.readouterr().out
        assert all(key in said for key in ("site.place_of_service", "ledger.url", "policy.midnigt"))
        assert "3 problem(s)" in said

    def test_a_choice_for_a_drug_that_nobody_knows_is_a_problem(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = "".join(
            f"[[policy.chemo_family]]\ndrug = '{drug}'\nfamily = 'therapeutic'\n" for drug in ("rituximab", "snake oil")
        )
        assert main(["check", "--site", str(write_site(tmp_path, rows))]) == 1
        said = capsys.readouterr().out
        assert "policy.chemo_family[2].drug: said 'snake oil', wanted the name of a drug in the formulary" in said
        assert "1 problem(s)" in said

    def test_a_ledger_of_another_key_is_a_problem(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        site = write_site(tmp_path, "[ledger]\nurl = 'sqlite:///ledger.db'\n")
        ledger = f"sqlite:///{tmp_path}/ledger.db"
        log, out = str(write_day(tmp_path)), str(tmp_path / "out")
        assert main(["check", "--site", str(site)]) == 0
        assert not (tmp_path / "ledger.db").exists()
        assert main(["replay", log, "--site", str(site), "--ledger", ledger, "--out", out]) == 0
        assert main(["check", "--site", str(site)]) == 0
        (tmp_path / "site.key").write_text("another key\n")
        capsys.readouterr()
        assert main(["check", "--site", str(site)]) == 1
        assert "another site key" in capsys.readouterr().out

    @pytest.mark.parametrize("text", [None, "[site", b"\xff\xfe"])
    def test_a_site_file_that_cannot_be_read(
        self, text: str | bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        site = tmp_path / "site.toml"
        if text is not None:
            site.write_bytes(text if isinstance(text, bytes) else text.encode())
        assert len(refused(capsys, "check", "--site", site)) == 1


def test_the_installed_command_ends_quietly_when_its_reader_does(tmp_path: Path) -> None:
    command = f"'{sys.executable}' -m console.cli code '{write_day(tmp_path)}' | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("Visit")
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
