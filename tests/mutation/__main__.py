"""`python -m tests.mutation [MODULE or FOLDER ...]`: see the package for what it does."""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coder.tables import Formulary, Tables
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.patching import read_all
from tests.mutation.trial import Verdict, tried
from tests.mutation.witnesses import ORACLE_SEEDS, WITNESSES, Witnesses

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ROOT / "coder" / "rulebook"
REMEMBERED = 6


def rule_modules(said: list[str]) -> list[Path]:
    """The rule modules in these folders or files."""
    found: list[Path] = []
    for name in said:
        path = ROOT / name
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return [path for path in found if path.name != "__init__.py" and TEXTS not in path.parents]


class Trials:
    """A pytest plugin: in place of running the tests it collected, it runs the mutants against them."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.paths = rule_modules(options.modules)
        self.tally: dict[str, Counter[str]] = defaultdict(Counter)
        self.killers: dict[tuple[str, str], list[pytest.Item]] = defaultdict(list)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Everything, once the tests are collected."""
        if session.testsfailed:
            return True
        mutants = list(self._chosen())
        print(f"{len(mutants)} mutants of {len(self.paths)} modules, {len(session.items)} tests", flush=True)
        witnesses = Witnesses(session.items)
        began = time.monotonic()
        witnesses.note({ROOT / mutant.path for mutant in mutants})
        print(f"which tests run which lines: {time.monotonic() - began:.0f} s", flush=True)
        read_all()
        memories = _memories()
        gc.collect()
        gc.freeze()

        def fresh() -> None:
            for forget in memories:
                forget()

        with Path(self.options.out).open("a", encoding="utf-8") as out:
            for mutant in mutants:
                tests = self._ordered(mutant, witnesses)
                verdict = tried(mutant, tests, witnesses, self.options.seconds, fresh)
                self._count(mutant, verdict, tests)
                out.write(json.dumps(_told(mutant, verdict)) + "\n")
                out.flush()
        self._sum_up(time.monotonic() - began)
        return True

    def _chosen(self) -> Iterator[Mutant]:
        again = {_key(row) for row in _rows(self.options.again) if row["alive"]} if self.options.again else None
        drawing = random.Random(self.options.seed)
        for path in self.paths:
            mutants = mutants_of(path, ROOT)
            if again is not None:
                mutants = [mutant for mutant in mutants if mutant.key in again]
            elif self.options.sample and len(mutants) > self.options.sample:
                mutants = sorted(drawing.sample(mutants, self.options.sample), key=lambda mutant: mutant.line)
            yield from mutants

    def _ordered(self, mutant: Mutant, witnesses: Witnesses) -> list[pytest.Item]:
        tests = witnesses.of(ROOT / mutant.path, mutant.lines)
        runs = set(tests)
        first = [item for item in self.killers[mutant.path, mutant.rule] if item in runs]
        return first + [item for item in tests if item not in first]

    def _count(self, mutant: Mutant, verdict: Verdict, tests: list[pytest.Item]) -> None:
        self.tally[mutant.path]["alive" if verdict.alive else "killed"] += 1
        if verdict.said == "killed" and verdict.tests:
            killers = self.killers[mutant.path, mutant.rule]
            killer = tests[verdict.tests - 1]
            if killer in killers:
                killers.remove(killer)
            killers.insert(0, killer)
            del killers[REMEMBERED:]
        if verdict.alive:
            print(
                f"{mutant.path}:{mutant.line}: {verdict.said}: {mutant.what}: {mutant.before} -> {mutant.after}",
                flush=True,
            )

    def _sum_up(self, seconds: float) -> None:
        for path, counts in sorted(self.tally.items()):
            print(f"{path}: {counts['killed']} of {counts.total()} killed")
        killed = sum(counts["killed"] for counts in self.tally.values())
        total = sum(counts.total() for counts in self.tally.values())
        print(f"{killed} of {total} killed ({killed / max(total, 1):.1%}) in {seconds:.0f} s")


def _memories() -> list[Any]:
    """What forgets what was worked out before a change: caches of functions, of tables and of the formulary."""
    functions = [
        value.cache_clear
        for name, module in list(sys.modules.items())
        if name.startswith(("coder.", "tests."))
        for value in vars(module).values()
        if hasattr(value, "cache_clear") and value.__module__.startswith(("coder.", "tests."))
    ]
    held = gc.get_objects()
    tables = [one.cache.clear for one in held if isinstance(one, Tables)]
    return functions + tables + [one.remembered.clear for one in held if isinstance(one, Formulary)]


def _told(mutant: Mutant, verdict: Verdict) -> dict[str, Any]:
    return {
        "path": mutant.path,
        "line": mutant.line,
        "rule": mutant.rule,
        "what": mutant.what,
        "before": mutant.before,
        "after": mutant.after,
        "alive": verdict.alive,
        **verdict._asdict(),
    }


def _rows(name: str) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, Path(name).read_text(encoding="utf-8").splitlines())


def _key(row: dict[str, Any]) -> tuple[str, ...]:
    return row["path"], row["rule"], row["what"], row["before"], row["after"]


def main() -> int:
    """Run the mutants; 0 when they could be run, whatever became of them."""
    parser = argparse.ArgumentParser(prog="make mutants", description=sys.modules["tests.mutation"].__doc__)
    parser.add_argument("modules", nargs="*", default=["coder"])
    parser.add_argument("--out", default="out/mutants.jsonl")
    parser.add_argument("--again", default="")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.chdir(ROOT)
    Path(options.out).parent.mkdir(parents=True, exist_ok=True)
    os.environ["HANGTIME_ORACLE_SEEDS"] = ORACLE_SEEDS
    quiet = ["-q", "--no-header", "--tb=no", "--assert=plain", "--capture=no", "-W", "ignore"]
    without = [word for name in ("cacheprovider", "hangtime", "xdist") for word in ("-p", f"no:{name}")]
    return int(pytest.main([*quiet, *without, *WITNESSES], plugins=[Trials(options)]))


if __name__ == "__main__":
    sys.exit(main())
