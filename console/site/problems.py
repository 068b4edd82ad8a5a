"""What is wrong with a site file, a line for each: the key, what it said, what was wanted."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from console.site.settings import SiteSettings
from console.site.values import SECRET_ERROR

Tables = Sequence[type[BaseModel]]

_WANTED = {
    "string_type": "text in quotes",
    "string_too_short": "some text",
    "int_type": "a whole number",
    "tuple_type": "a list",
    "path_type": "a path in quotes",
    "model_type": "a table",
    "date_type": "a date such as 2026-01-01, without quotes",
}
_SAID_CHARACTERS_MOST = 80


def problems_of(error: ValidationError) -> list[str]:
    """One line for each problem, in the order of the settings; lists are counted from 1."""
    return list(dict.fromkeys(_problem(detail) for detail in error.errors(include_url=False)))


def _problem(detail: ErrorDetails) -> str:
    path, tables = _place(detail["loc"])
    kind, key = detail["type"], _last_key(detail)
    if kind == "extra_forbidden":
        return f"{path}: an unknown key; the nearest known one is {_nearest(key, tables)}"
    if kind == "missing":
        return f"{path}: missing, wanted {_meaning(key, tables)}"
    if kind == SECRET_ERROR:
        return f"{path}: wanted {detail['msg']}"
    if kind.startswith("union_tag"):
        kinds = " or ".join(str(_kind(table)) for table in _within(tables, _last_key(detail)))
        return f"{path}.kind: said {detail.get('ctx', {}).get('tag', 'nothing')}, wanted {kinds}"
    return f"{path}: said {_said(detail['input'])}, wanted {_wanted(detail)}"


def _last_key(detail: ErrorDetails) -> str:
    return next(step for step in reversed(detail["loc"]) if isinstance(step, str))


def _place(loc: Sequence[int | str]) -> tuple[str, Tables]:
    """The path of a problem as one writes it, and the tables that its last key could stand in."""
    path = ""
    tables: Tables = [SiteSettings]
    within: Tables = [SiteSettings]
    for step in loc:
        kinds = [table for table in within if _kind(table) == step]
        if isinstance(step, int):
            path += f"[{step + 1}]"
        elif len(within) > 1 and kinds:
            within = kinds
        else:
            path += f".{step}"
            tables, within = within, _within(within, step)
    return path.removeprefix("."), tables


def _kind(table: type[BaseModel]) -> object:
    """The kind that tells a table from others under the same name, if there are others."""
    field = table.model_fields.get("kind")
    return get_args(field.annotation)[0] if field else None


def _within(tables: Tables, key: str) -> list[type[BaseModel]]:
    fields = [table.model_fields[key] for table in tables if key in table.model_fields]
    return [found for field in fields for found in _tables_in(field.annotation)]


def _tables_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _tables_in(part)]


def _nearest(key: str, tables: Tables) -> str:
    known = [name for table in tables for name in table.model_fields]
    return difflib.get_close_matches(key, known, n=1, cutoff=0.0)[0]


def _meaning(key: str, tables: Tables) -> str:
    return next(str(table.model_fields[key].description) for table in tables if key in table.model_fields)


def _said(said: object) -> str:
    """The value, but for whole tables, which may hold a secret."""
    if isinstance(said, dict):
        return "a table"
    if isinstance(said, list | tuple):
        return "a list"
    return repr(said)[:_SAID_CHARACTERS_MOST] if isinstance(said, str) else str(said)


def _wanted(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    if "expected" in context:
        return str(context["expected"])
    if "ge" in context:
        return f"a whole number from {context['ge']}"
    return _WANTED.get(detail["type"], detail["msg"])
