"""What can be changed at one place of a rule: each change as what stands there instead."""

from __future__ import annotations

import ast
import copy
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any

Change = tuple[str, ast.AST]

EDGES: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
OTHER_FUNCTIONS = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list"}
OTHER_ENDS = {"start": "end", "end": "start"}
A_SENTENCE = re.compile(r"\s|[.:?!,]$|^$")
EMPTY = {"tuple": "()", "list": "[]", "dict": "{}", "set": "set()"}


def changes(node: ast.AST, names: Mapping[str, Any], returns: str, decides: bool) -> Iterator[Change]:
    """The changes of a node; `names` are those of its module, `returns` the annotation of its function.

    `decides` says that it is a condition: left out or always true it is told from its opposite, too.
    """
    if decides and isinstance(node, ast.Compare):
        yield from _edges(node)
        return
    if isinstance(node, ast.Return):
        yield from _other_return(node, returns)
    for kind, of_kind in BY_KIND.items():
        if isinstance(node, kind):
            yield from of_kind(node, names)


def _expression(text: str) -> ast.expr:
    """An expression without a place of its own, so that the same code in the same place is the same."""
    made = ast.parse(text, mode="eval").body
    for node in ast.walk(made):
        for name in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
            if hasattr(node, name):
                delattr(node, name)
    return made


def _replaced(node: ast.AST, **fields: Any) -> Any:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def _comparison(node: ast.Compare, _names: Mapping[str, Any]) -> Iterator[Change]:
    yield from _edges(node)
    yield from _compared(node, OPPOSITES)


def _edges(node: ast.Compare) -> Iterator[Change]:
    yield from _compared(node, EDGES)


def _compared(node: ast.Compare, others: Mapping[type[ast.cmpop], type[ast.cmpop]]) -> Iterator[Change]:
    for place, op in enumerate(node.ops):
        if other := others.get(type(op)):
            ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
            yield f"{type(op).__name__} to {other.__name__}", _replaced(node, ops=ops)


def _condition(node: ast.BoolOp, _names: Mapping[str, Any]) -> Iterator[Change]:
    """Without one of its conditions; what tells these from the whole tells `and` from `or`."""
    for place in range(len(node.values)):
        left = [*node.values[:place], *node.values[place + 1 :]]
        yield f"without condition {place + 1}", left[0] if len(left) == 1 else _replaced(node, values=left)


def _sign(node: ast.UnaryOp, _names: Mapping[str, Any]) -> Iterator[Change]:
    if isinstance(node.op, ast.Not | ast.USub):
        yield f"without {type(node.op).__name__}", node.operand


def _sum(node: ast.BinOp, _names: Mapping[str, Any]) -> Iterator[Change]:
    if other := ARITHMETIC.get(type(node.op)):
        yield f"{type(node.op).__name__} to {other.__name__}", _replaced(node, op=other())


def _constant(node: ast.Constant, _names: Mapping[str, Any]) -> Iterator[Change]:
    said = node.value
    if isinstance(said, bool):
        yield "other truth", _replaced(node, value=not said)
    elif isinstance(said, int):
        for by in (1, -1):
            yield f"{by:+}", _replaced(node, value=said + by)
    elif isinstance(said, str) and not A_SENTENCE.search(said):
        yield "other word", _replaced(node, value=f"{said}X")


def _decision(node: ast.If | ast.IfExp, _names: Mapping[str, Any]) -> Iterator[Change]:
    for truth in (True, False):
        yield f"always {truth}", _replaced(node, test=ast.Constant(truth))


def _loop(node: ast.While, _names: Mapping[str, Any]) -> Iterator[Change]:
    yield "never", _replaced(node, test=ast.Constant(False))


def _filter(node: ast.comprehension, _names: Mapping[str, Any]) -> Iterator[Change]:
    for place in range(len(node.ifs)):
        yield f"without filter {place + 1}", _replaced(node, ifs=[*node.ifs[:place], *node.ifs[place + 1 :]])


def _left_out(node: ast.stmt, _names: Mapping[str, Any]) -> Iterator[Change]:
    if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Call):
        return
    if isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Attribute | ast.Subscript):
        return
    yield "left out", ast.copy_location(ast.Pass(), node)


def _call(node: ast.Call, names: Mapping[str, Any]) -> Iterator[Change]:
    if isinstance(node.func, ast.Name) and (other := OTHER_FUNCTIONS.get(node.func.id)):
        keywords = [] if other == "list" else node.keywords
        yield f"{node.func.id} to {other}", _replaced(node, func=ast.Name(other, ast.Load()), keywords=keywords)
    owed = _owed(node.func, names)
    for place, keyword in enumerate(node.keywords):
        if keyword.arg and keyword.arg not in owed | {"strict"}:
            keywords = [*node.keywords[:place], *node.keywords[place + 1 :]]
            yield f"without {keyword.arg}=", _replaced(node, keywords=keywords)


def _owed(function: ast.expr, names: Mapping[str, Any]) -> set[str]:
    """The arguments that a call cannot do without, so that leaving one out proves nothing."""
    called = names.get(function.id) if isinstance(function, ast.Name) else None
    if called is None:
        return set()
    try:
        parameters = inspect.signature(called).parameters.values()
    except (TypeError, ValueError):
        return set()
    return {one.name for one in parameters if one.default is one.empty}


def _elements(node: ast.Tuple | ast.List | ast.Set, _names: Mapping[str, Any]) -> Iterator[Change]:
    if isinstance(node, ast.Set) or isinstance(node.ctx, ast.Load):
        for place in sorted({0, len(node.elts) - 1} if node.elts else set()):
            left = [*node.elts[:place], *node.elts[place + 1 :]]
            empty = isinstance(node, ast.Set) and not left
            yield (
                f"without element {place + 1}",
                _expression("set()") if empty else _replaced(node, elts=left),
            )


def _member(node: ast.Attribute, names: Mapping[str, Any]) -> Iterator[Change]:
    if not isinstance(node.ctx, ast.Load):
        return
    if other := OTHER_ENDS.get(node.attr):
        yield f"{node.attr} to {other}", _replaced(node, attr=other)
    kind = names.get(node.value.id) if isinstance(node.value, ast.Name) else None
    if isinstance(kind, type) and issubclass(kind, Enum) and node.attr in kind.__members__:
        members = list(kind.__members__)
        other = members[(members.index(node.attr) + 1) % len(members)]
        yield f"{node.attr} to {other}", _replaced(node, attr=other)


def _other_return(node: ast.Return, returns: str) -> Iterator[Change]:
    if node.value is None:
        return
    wanted = ("True", "False") if returns == "bool" else (EMPTY.get(returns.split("[", maxsplit=1)[0], "None"),)
    for said in wanted:
        if said == ast.unparse(node.value):
            continue
        yield f"return {said}", _replaced(node, value=_expression(said))


BY_KIND: dict[type[ast.AST] | tuple[type[ast.AST], ...], Callable[[Any, Mapping[str, Any]], Iterator[Change]]] = {
    ast.Compare: _comparison,
    ast.BoolOp: _condition,
    ast.UnaryOp: _sign,
    ast.BinOp: _sum,
    ast.Constant: _constant,
    (ast.If, ast.IfExp): _decision,
    ast.While: _loop,
    ast.comprehension: _filter,
    (ast.Expr, ast.Assign, ast.AugAssign, ast.Continue, ast.Break, ast.Delete): _left_out,
    ast.Call: _call,
    (ast.Tuple, ast.List, ast.Set): _elements,
    ast.Attribute: _member,
}
