"""Puts a mutant into the running process: for a forked child, which ends with it."""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from tests.mutation.mutants import FUTURE, Mutant

OURS = ("coder.", "mappers.", "tests.")


def put_in(mutant: Mutant) -> None:
    """From now on the mutant stands in place of what it changes, wherever that is used."""
    module = sys.modules[mutant.module]
    fresh = dict(vars(module))
    exec(mutant.code, fresh)
    changed = {name for name, value in fresh.items() if value is not vars(module).get(name)}
    for name in changed - {"annotations"}:
        was, now = vars(module).get(name), fresh[name]
        if isinstance(was, type):
            _swap_methods(was, now)
        elif function := _function(was):
            _swap(function, _function(now))
        else:
            _set(module, {name: now}, mutant.top + 1)


def _function(value: Any) -> FunctionType | None:
    if isinstance(value, property):
        value = value.fget
    elif isinstance(value, cached_property):
        value = value.func
    elif isinstance(value, classmethod | staticmethod):
        value = value.__func__
    while not isinstance(value, FunctionType) and hasattr(value, "__wrapped__"):
        value = value.__wrapped__
    return value if isinstance(value, FunctionType) else None


def _swap(was: FunctionType, now: FunctionType | None) -> None:
    if now is not None and was.__code__.co_freevars == now.__code__.co_freevars:
        _swap_made(was.__code__, now.__code__)
        was.__code__ = now.__code__
        was.__defaults__, was.__kwdefaults__ = now.__defaults__, now.__kwdefaults__


def _swap_made(was: CodeType, now: CodeType) -> None:
    """The functions that a function made already, when its module was imported, change with it."""
    inside, instead = ([one for one in code.co_consts if isinstance(one, CodeType)] for code in (was, now))
    for old, new in zip(inside, instead, strict=False):
        for function in MADE.get(old, ()):
            if old.co_freevars == new.co_freevars:
                function.__code__ = new


def _swap_methods(was: type, now: type) -> None:
    for name, value in vars(now).items():
        old, new = _function(vars(was).get(name)), _function(value)
        if old and new and old.__code__.co_filename == new.__code__.co_filename:
            _swap(old, new)


def _set(module: ModuleType, values: dict[str, Any], after: int) -> None:
    """Sets names of a module, then what it makes of them further down, then the same where they are imported."""
    vars(module).update(values)
    assigned = _tree(module)[after:]
    for statement in assigned:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value and _names(statement) & values.keys():
            before = dict(vars(module))
            code = ast.fix_missing_locations(ast.Module(body=[FUTURE, statement], type_ignores=[]))
            exec(compile(code, str(module.__file__), "exec", dont_inherit=True), vars(module))
            values |= {name: value for name, value in vars(module).items() if value is not before.get(name)}
    for other in _importing(module):
        imported = {
            alias.asname or alias.name: values[alias.name]
            for statement in _tree(other)
            if isinstance(statement, ast.ImportFrom) and statement.module == module.__name__
            for alias in statement.names
            if alias.name in values
        }
        if imported:
            _set(other, imported, 0)


def _names(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _importing(module: ModuleType) -> Iterable[ModuleType]:
    for name, other in list(sys.modules.items()):
        if name.startswith(OURS) and any(
            isinstance(statement, ast.ImportFrom) and statement.module == module.__name__ for statement in _tree(other)
        ):
            yield other


TREES: dict[str, list[ast.stmt]] = {}
MADE: dict[CodeType, list[FunctionType]] = {}


def read_all() -> None:
    """Read the files of all modules that may import a rule's names, and find what functions have made functions."""
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and "<locals>" in one.__qualname__ and one.__module__.startswith(OURS):
            MADE.setdefault(one.__code__, []).append(one)
    for name, module in list(sys.modules.items()):
        if name.startswith(OURS):
            _tree(module)


def _tree(module: ModuleType) -> list[ast.stmt]:
    """The statements of a module's file, read once."""
    if module.__name__ not in TREES:
        path = Path(module.__file__ or "")
        TREES[module.__name__] = ast.parse(path.read_text(encoding="utf-8")).body if path.suffix == ".py" else []
    return TREES[module.__name__]
