"""The mutation tool itself: what it changes, what it leaves alone, and that a change takes hold and is noticed."""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.patching import put_in

SOURCE = '''"""A rule."""

from __future__ import annotations

from enum import Enum

FLOOR = 16
DOUBLED = FLOOR * 2


class Mode(Enum):
    """How."""

    PUSH = "push"
    INFUSION = "infusion"


def mode(minutes: int, attended: bool = False) -> Mode:
    """By minutes."""
    if minutes < FLOOR and not attended:
        return Mode.PUSH
    return Mode.INFUSION


def doubled(said: list[int]) -> list[int]:
    """Those that count."""
    if not said:
        raise ValueError("nothing said")
    return [one * 2 for one in sorted(said) if one]
'''


@pytest.fixture
def rules(tmp_path: Path) -> Iterator[types.ModuleType]:
    path = tmp_path / "rules_to_change.py"
    path.write_text(SOURCE, encoding="utf-8")
    module = types.ModuleType(path.stem)
    module.__file__ = str(path)
    sys.modules[path.stem] = module
    exec(compile(SOURCE, str(path), "exec"), vars(module))
    yield module
    del sys.modules[path.stem]


def mutants(module: types.ModuleType) -> list[Mutant]:
    path = Path(str(module.__file__))
    return mutants_of(path, path.parent)


def test_each_place_of_a_rule_is_changed_in_each_way(rules: types.ModuleType) -> None:
    said = {(mutant.rule, mutant.what) for mutant in mutants(rules)}
    assert said == {
        ("line 7", "+1"),
        ("line 7", "-1"),
        ("line 8", "Mult to Div"),
        ("line 8", "+1"),
        ("line 8", "-1"),
        ("mode", "always True"),
        ("mode", "always False"),
        ("mode", "without condition 1"),
        ("mode", "without condition 2"),
        ("mode", "Lt to LtE"),
        ("mode", "without Not"),
        ("mode", "other truth"),
        ("mode", "return None"),
        ("mode", "PUSH to INFUSION"),
        ("mode", "INFUSION to PUSH"),
        ("doubled", "always True"),
        ("doubled", "always False"),
        ("doubled", "without Not"),
        ("doubled", "return []"),
        ("doubled", "sorted to list"),
        ("doubled", "without filter 1"),
        ("doubled", "Mult to Div"),
        ("doubled", "+1"),
        ("doubled", "-1"),
    }


def test_the_tests_of_a_constant_are_those_of_what_uses_it(rules: types.ModuleType) -> None:
    lines = {mutant.rule: mutant.lines for mutant in mutants(rules) if mutant.rule.startswith("line")}
    assert lines == {"line 7": (20,), "line 8": ()}


def test_a_mutant_takes_hold_in_place_of_what_it_changes(rules: types.ModuleType) -> None:
    """In a child, so that nothing of it is left."""
    mode = rules.mode
    assert (mode(15), mode(16), mode(31)) == (rules.Mode.PUSH, rules.Mode.INFUSION, rules.Mode.INFUSION)
    edge = next(mutant for mutant in mutants(rules) if mutant.what == "Lt to LtE")
    more = next(mutant for mutant in mutants(rules) if (mutant.rule, mutant.what) == ("line 7", "+1"))
    child = os.fork()
    if child == 0:
        put_in(edge)
        by_edge = mode(16) is rules.Mode.PUSH and mode(17) is rules.Mode.INFUSION
        put_in(more)
        by_number = mode(17) is rules.Mode.PUSH and rules.DOUBLED == 34
        os._exit(0 if by_edge and by_number else 1)
    _, status = os.waitpid(child, 0)
    assert status == 0
    assert mode(16) is rules.Mode.INFUSION
