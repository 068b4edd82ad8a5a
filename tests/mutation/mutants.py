"""The mutants of a module: each place of its rules with each change, compiled."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import CodeType
from typing import Any

from tests.mutation.operators import changes

FUTURE = ast.parse("from __future__ import annotations").body[0]
SAID = 100


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed rule: where, what, and the top-level statement that holds the change, compiled.

    `lines` are those of the statement changed, of what uses it where it is a constant; none where only other
    modules do.
    """

    module: str
    path: str
    rule: str
    line: int
    what: str
    before: str
    after: str
    lines: tuple[int, ...]
    top: int
    code: CodeType

    @property
    def key(self) -> tuple[str, ...]:
        """What names the mutant while its own text stays as it is."""
        return self.path, self.rule, self.what, self.before, self.after


def mutants_of(path: Path, root: Path) -> list[Mutant]:
    """All mutants of a module, in order of its lines."""
    name = ".".join(path.relative_to(root).with_suffix("").parts)
    names = vars(import_module(name))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: list[Mutant] = []
    seen: set[CodeType] = set()
    for top, statement in enumerate(tree.body):
        if _declares(statement):
            continue
        seen.add(_compiled(statement, path))
        used = () if isinstance(statement, ast.FunctionDef | ast.ClassDef) else _uses(statement, tree)
        for site in _sites(statement):
            lines = site.lines if site.rule else used
            for what, other in changes(site.node, names, site.returns, site.decides):
                before = ast.unparse(site.node)[:SAID]
                site.put(ast.copy_location(other, site.node))
                code = _compiled(statement, path)
                site.put(site.node)
                if code in seen:
                    continue
                seen.add(code)
                after = ast.unparse(other)[:SAID]
                place = path.relative_to(root).as_posix()
                rule = site.rule or f"line {statement.lineno}"
                found.append(Mutant(name, place, rule, site.line, what, before, after, lines, top, code))
    return found


def _compiled(statement: ast.stmt, path: Path) -> CodeType:
    module = ast.Module(body=[FUTURE, statement], type_ignores=[])
    return compile(ast.fix_missing_locations(module), str(path), "exec", dont_inherit=True)


def _declares(statement: ast.stmt) -> bool:
    """Whether a top-level statement says nothing that a rule decides."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return False
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return True
    value = statement.value
    makes_a_type = isinstance(value, ast.Call) and ast.unparse(value.func) in ("TypeVar", "NewType")
    return makes_a_type or isinstance(value, ast.Subscript) or "__all__" in ast.unparse(statement)


@dataclass(slots=True)
class _Site:
    """A node with where it hangs, the lines of its statement and the function it is in."""

    node: ast.AST
    parent: ast.AST
    field: str
    place: int | None
    rule: str
    returns: str
    line: int
    lines: tuple[int, ...]

    @property
    def decides(self) -> bool:
        """Whether it is a condition of a decision, a filter or a longer condition."""
        return isinstance(self.parent, ast.If | ast.IfExp | ast.BoolOp | ast.comprehension) and self.field in (
            "test",
            "values",
            "ifs",
        )

    def put(self, node: ast.AST) -> None:
        if self.place is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.place] = node


def _sites(top: ast.stmt) -> Iterator[_Site]:
    whole = ast.Module(body=[top], type_ignores=[])
    yield from _within(whole, "body", 0, top, _Site(top, whole, "", None, "", "", top.lineno, _lines(top)))


def _within(parent: ast.AST, field: str, place: int | None, node: ast.AST, around: _Site) -> Iterator[_Site]:
    if _is_no_rule(parent, field, node):
        return
    rule, returns, lines = around.rule, around.returns, around.lines
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        rule = f"{rule}.{node.name}".lstrip(".")
    if isinstance(node, ast.FunctionDef):
        returns = ast.unparse(node.returns) if node.returns else ""
    if isinstance(node, ast.stmt):
        lines = _lines(node)
    site = _Site(node, parent, field, place, rule, returns, getattr(node, "lineno", around.line), lines)
    yield site
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            yield from _within(node, name, None, value, site)
        elif isinstance(value, list):
            for index, one in enumerate(list(value)):
                if isinstance(one, ast.AST):
                    yield from _within(node, name, index, one, site)


def _lines(statement: ast.stmt) -> tuple[int, ...]:
    """The lines of a statement itself, without those of the block it opens; of a function all, for its defaults."""
    if isinstance(statement, ast.FunctionDef):
        return tuple(range(statement.body[0].lineno, (statement.end_lineno or statement.lineno) + 1))
    block: Any = getattr(statement, "body", None)
    last = statement.end_lineno or statement.lineno
    return tuple(range(statement.lineno, max(block[0].lineno if block else last + 1, statement.lineno + 1)))


def _uses(constant: ast.stmt, tree: ast.Module) -> tuple[int, ...]:
    """The lines of the functions that use a constant, or a constant made of it."""
    names = _names(constant, ast.Store)
    used: set[int] = set()
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            inner = (one for one in ast.walk(statement) if isinstance(one, ast.stmt) and one is not statement)
            used.update(line for one in inner if _names(one, ast.Load) & names for line in _lines(one))
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and _names(statement, ast.Load) & names:
            names |= _names(statement, ast.Store)
    return tuple(sorted(used))


def _names(statement: ast.stmt, use: type[ast.expr_context]) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, use)}


def _is_no_rule(parent: ast.AST, field: str, node: ast.AST) -> bool:
    if field in ("decorator_list", "annotation", "returns", "bases", "keywords") and not isinstance(parent, ast.Call):
        return True
    if isinstance(node, ast.JoinedStr | ast.Raise | ast.Assert):
        return True
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return True
    if isinstance(parent, ast.ClassDef) and not isinstance(node, ast.FunctionDef):
        return True
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
