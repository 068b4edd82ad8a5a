"""Replay in tests: `replay_log` holds a message log against a golden file of the charges it should give.

    def test_day(replay_log):
        replay_log("logs/day.ndjson", golden="logs/day.golden.yaml")

Paths are relative to the test's own file. `pytest --hangtime-accept` writes the golden file anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from console.golden.form import Golden

ACCEPTED = "hangtime-accepted"
ACCEPT_OPTION = "--hangtime-accept"


@dataclass(frozen=True, slots=True)
class ReplayLog:
    """What the fixture gives: call it with the logs, and the golden file they are held against."""

    request: pytest.FixtureRequest

    def __call__(
        self, *logs: str | Path, golden: str | Path, site: str | Path | None = None, as_of: str | None = None
    ) -> Golden:
        """Replay the logs together and fail, visit by visit, where they part from the golden file."""
        __tracebackhide__ = True
        given = self._replay(logs, site, as_of)
        path = self._beside_test(golden)
        if self.request.config.getoption(ACCEPT_OPTION):
            self._accept(path, given)
        else:
            self._compare(path, given)
        return given

    def _replay(self, logs: tuple[str | Path, ...], site: str | Path | None, as_of: str | None) -> Golden:
        from console.golden.replay import replay_golden
        from console.problems import problem_lines

        try:
            return replay_golden(
                [str(self._beside_test(log)) for log in logs], self._beside_test(site) if site else None, as_of
            )
        except Exception as error:  # noqa: BLE001 - a wrong path or site file fails the test in clear lines
            pytest.fail("\n".join(problem_lines(error)), pytrace=False)

    def _accept(self, path: Path, given: Golden) -> None:
        from console.golden.form import write_golden

        write_golden(path, given)
        self.request.node.user_properties.append((ACCEPTED, str(path)))

    def _compare(self, path: Path, given: Golden) -> None:
        from console.golden.differences import differences
        from console.golden.form import read_golden
        from console.golden.reading import GoldenError

        if not path.exists():
            pytest.fail(f"no golden file {path}; `pytest {ACCEPT_OPTION}` writes it", pytrace=False)
        try:
            lines = differences(read_golden(path), given)
        except GoldenError as error:
            pytest.fail(str(error), pytrace=False)
        if lines:
            head = f"the replay parts from {path} (`pytest {ACCEPT_OPTION}` accepts it as it is now):"
            pytest.fail("\n".join([head, *lines]), pytrace=False)

    def _beside_test(self, path: str | Path) -> Path:
        return self.request.path.parent / path


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that accepts what replays give now."""
    parser.getgroup("hangtime").addoption(
        ACCEPT_OPTION, action="store_true", help="write the golden files of replay_log anew"
    )


@pytest.fixture
def replay_log(request: pytest.FixtureRequest) -> ReplayLog:
    """Hold a message log against a golden file: replay_log("day.ndjson", golden="day.golden.yaml")."""
    return ReplayLog(request)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name every golden file that was written."""
    reports = terminalreporter.getreports("passed")
    accepted = sorted({str(value) for report in reports for name, value in report.user_properties if name == ACCEPTED})
    for path in accepted:
        terminalreporter.write_line(f"hangtime: accepted {path}", yellow=True)
