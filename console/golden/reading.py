"""Strict reading of golden files: every value is text, and an unknown or repeated key is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mappers.strict_yaml import StrictYamlError, read_yaml

Entry = Mapping[str, str | tuple[str, ...]]
TOP_KEYS = ("visits", "ignored", "dead_letters")
VISIT_KEYS = ("class", "charges", "not_billed", "queries")


class GoldenError(ValueError):
    """A golden file says something it cannot say; the text names the place, what was said and what was wanted."""


@dataclass(frozen=True, slots=True)
class GoldenText:
    """A golden file's three parts, checked for their keys."""

    source: str
    visits: Mapping[str, Mapping[str, object]]
    ignored: Mapping[str, int]
    dead_letters: int

    def entries(self, path: str, fields: Mapping[str, object], title: str, known: Sequence[str]) -> tuple[Entry, ...]:
        """The entries under `title`, each holding exactly the known fields."""
        rows = fields.get(title) or []
        if not isinstance(rows, list):
            raise GoldenError(f"{self.source}: {path}.{title}: said {_kind(rows)}, wanted a list")
        return tuple(_entry(f"{self.source}: {path}.{title}[{place}]", row, known) for place, row in enumerate(rows))


def read_golden_text(path: Path) -> GoldenText:
    """Read a golden file into its parts."""
    source = str(path)
    try:
        document = read_yaml(path)
    except StrictYamlError as error:
        raise GoldenError(str(error)) from None
    except OSError as error:
        raise GoldenError(f"{source}: {error.strerror}") from None
    parts = _mapping(source, document, TOP_KEYS)
    visits = _mapping(f"{source}: visits", parts.get("visits") or {}, None)
    ignored = _mapping(f"{source}: ignored", parts.get("ignored") or {}, None)
    return GoldenText(
        source,
        {name: _mapping(f"{source}: visits.{name}", fields, VISIT_KEYS) for name, fields in visits.items()},
        {kind: _count(f"{source}: ignored.{kind}", said) for kind, said in ignored.items()},
        _count(f"{source}: dead_letters", parts.get("dead_letters", "0")),
    )


def _mapping(path: str, value: object, known: Sequence[str] | None) -> dict[str, object]:
    if not isinstance(value, dict):
        raise GoldenError(f"{path}: said {_kind(value)}, wanted keys with values")
    for key in value:
        if known is not None and key not in known:
            raise GoldenError(f"{path}: said {key!r}, wanted one of {', '.join(known)}")
    return value


def _entry(path: str, row: object, known: Sequence[str]) -> Entry:
    fields = _mapping(path, row, known)
    lacking = [field for field in known if field not in fields]
    if lacking:
        raise GoldenError(f"{path}: said no {', '.join(lacking)}, wanted {', '.join(known)}")
    return {field: _text(f"{path}.{field}", fields[field]) for field in known}


def _text(path: str, value: object) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise GoldenError(f"{path}: said {_kind(value)}, wanted text or a list of texts")


def _count(path: str, said: object) -> int:
    if isinstance(said, str) and said.isascii() and said.isdigit():
        return int(said)
    raise GoldenError(f"{path}: said {said!r}, wanted a count")


def _kind(value: object) -> str:
    kinds = {"dict": "keys with values", "list": "a list", "str": "text", "NoneType": "nothing"}
    return kinds.get(type(value).__name__, type(value).__name__)
