"""What the documents say is so: their commands run, their output is the program's, their pages are fresh."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from console.site.reference import site_reference

ROOT = Path(__file__).resolve().parents[1]
HANGTIME = Path(sys.executable).with_name("hangtime")
PAGES = ("README.md", "examples/sample-day/README.md", "examples/one_visit.yaml")
COMMAND = re.compile(r"^(?:    |.*: )(hangtime (?:replay|code|check|rulebook) [^\n|`]*)$", re.MULTILINE)


def _commands() -> list[str]:
    return [command for page in PAGES for command in COMMAND.findall((ROOT / page).read_text(encoding="utf-8"))]


def _run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a documented command in a folder that sees the examples, so that what it writes stays there."""
    link = folder / "examples"
    if not link.exists():
        link.symlink_to(ROOT / "examples")
    words = [str(HANGTIME), *command.split()[1:]]
    environment = {"COLUMNS": "80", "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"}
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, env=environment)


def test_the_pages_have_commands() -> None:
    assert len(_commands()) >= 4


@pytest.mark.parametrize("command", _commands())
def test_a_documented_command_runs(command: str, tmp_path: Path) -> None:
    done = _run(command, tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_readme_shows_what_is_printed(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"```text\n(.*?)```", readme, re.DOTALL)
    assert shown
    printed = [line.rstrip() for line in _run("hangtime code examples/one_visit.yaml", tmp_path).stdout.splitlines()]
    for part in shown.group(1).split("  ...\n"):
        lines = part.rstrip("\n").split("\n")
        assert any(printed[at : at + len(lines)] == lines for at in range(len(printed))), part


def test_the_drawing_is_fresh(tmp_path: Path) -> None:
    assert _run("hangtime code examples/one_visit.yaml --svg visit.svg", tmp_path).returncode == 0
    assert (tmp_path / "visit.svg").read_bytes() == (ROOT / "docs" / "one-visit.svg").read_bytes()


def test_the_site_page_is_fresh() -> None:
    assert (ROOT / "docs" / "site.md").read_text(encoding="utf-8") == site_reference()


def test_a_newcomer_reads_where_the_command_is_before_the_first_one() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first = COMMAND.search(readme)
    assert first
    assert 0 < readme.index('export PATH="$PWD/.venv/bin:$PATH"') < first.start()


def test_no_sentence_of_the_readme_is_wider_than_120_letters() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 120 and not line.startswith("|")] == []


def test_the_three_lines_of_the_plugin_work(pytester: pytest.Pytester) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```python\n(.*?)```", readme, re.DOTALL)
    assert example
    logs = pytester.mkdir("logs")
    day = (ROOT / "examples" / "sample-day" / "logs" / "fhir.ndjson").read_bytes().splitlines(keepends=True)
    (logs / "day.ndjson").write_bytes(b"".join(day[:6]))
    pytester.makepyfile(example.group(1))
    pytester.runpytest_subprocess("--hangtime-accept").assert_outcomes(passed=1)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
    assert "96365" in (logs / "day.golden.yaml").read_text()
