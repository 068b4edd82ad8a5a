"""Which tests run which lines of the rules, noted once; and how a child runs those of one mutant."""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from _pytest.outcomes import Failed
from _pytest.tmpdir import tmppath_result_key

WITNESSES = (
    "tests/test_cases.py",
    "tests/test_every_case.py",
    "tests/test_coder_details.py",
    "tests/test_coder_order.py",
    "tests/test_answer_forms.py",
    "tests/test_beside_fluid.py",
    "tests/test_answer_words.py",
    "tests/test_charge_item.py",
    "tests/test_charge_master.py",
    "tests/test_checklist.py",
    "tests/test_circumstances.py",
    "tests/test_coverage_tables.py",
    "tests/test_drug_choice.py",
    "tests/test_drug_facts.py",
    "tests/test_drug_lines.py",
    "tests/test_drug_units.py",
    "tests/test_drug_waste.py",
    "tests/test_drug_words.py",
    "tests/test_edits.py",
    "tests/test_edits_between_lines.py",
    "tests/test_explain.py",
    "tests/test_explaining.py",
    "tests/test_first_of_several.py",
    "tests/test_formulary.py",
    "tests/test_inpatient.py",
    "tests/test_line_sentences.py",
    "tests/test_minutes.py",
    "tests/test_necessity.py",
    "tests/test_one_of_two.py",
    "tests/test_policies.py",
    "tests/test_reasons.py",
    "tests/test_repeated_hour.py",
    "tests/test_rows_of_tables.py",
    "tests/test_runs.py",
    "tests/test_site_tables.py",
    "tests/test_stating_answers.py",
    "tests/test_surroundings.py",
    "tests/test_tables.py",
    "tests/test_visits.py",
    "tests/test_which_is_said.py",
    "tests/test_who_said_what.py",
    "tests/test_oracle.py",
)
ORACLE_SEEDS = "0-399"
LONG = 0.1
Tracer = Callable[[FrameType, str, Any], Any]


@dataclass(slots=True)
class Witnesses:
    """The tests, how long each takes, the lines of each module that each runs, and the tests of each line."""

    items: list[pytest.Item]
    seconds: dict[pytest.Item, float] = field(default_factory=dict)
    paths: dict[tuple[str, pytest.Item], frozenset[int]] = field(default_factory=dict)
    of_line: dict[tuple[str, int], list[pytest.Item]] = field(default_factory=lambda: defaultdict(list))

    def note(self, files: Iterable[Path]) -> None:
        """Run each test once, and note the lines of these files it runs; raises if one fails."""
        lines: dict[str, set[int]] = {str(path): set() for path in files}
        tracer = _tracer(lines)
        for item in self.items:
            began = time.process_time()
            sys.settrace(tracer)
            try:
                passes = passed(item)
            finally:
                sys.settrace(None)
            if not passes:
                raise RuntimeError(f"{item.nodeid} fails without any mutant")
            self.seconds[item] = time.process_time() - began
            for name, run in lines.items():
                if run:
                    self.paths[name, item] = frozenset(run)
                for line in run:
                    self.of_line[name, line].append(item)
                run.clear()

    def of(self, path: Path, lines: Collection[int]) -> list[pytest.Item]:
        """The tests that run one of these lines, or all tests where there are none.

        First one of each way through the module, the quickest, then another of each, and so on: tests that go
        the same way seldom tell more. What takes long by itself comes last.
        """
        found = {item for line in lines for item in self.of_line.get((str(path), line), ())} if lines else self.items
        taken: Counter[frozenset[int]] = Counter()
        turns: dict[pytest.Item, int] = {}
        quickest = sorted(found, key=lambda item: (self.seconds[item], item.nodeid))
        for item in quickest:
            way = self.paths.get((str(path), item), frozenset())
            turns[item] = taken[way]
            taken[way] += 1
        return sorted(quickest, key=lambda item: (self.seconds[item] > LONG, turns[item]))


def _tracer(lines: dict[str, set[int]]) -> Tracer:
    local: dict[str, Tracer] = {}
    for name, run in lines.items():

        def noted(frame: FrameType, event: str, _arg: Any, run: set[int] = run) -> Any:
            run.add(frame.f_lineno)
            return local[frame.f_code.co_filename]

        local[name] = noted

    def called(frame: FrameType, _event: str, _arg: Any) -> Any:
        return local.get(frame.f_code.co_filename)

    return called


def passed(item: pytest.Item) -> bool:
    """Whether a test passes, with its fixtures set up and taken down; pytest's own reports would take longer."""
    run: Any = item
    run._initrequest()
    run.stash[tmppath_result_key] = {}
    try:
        with suppress(Exception, Failed):
            run.session._setupstate.setup(run)
            run.runtest()
            return True
        return False
    finally:
        run.session._setupstate.teardown_exact(None)
        run._request, run.funcargs = False, None
