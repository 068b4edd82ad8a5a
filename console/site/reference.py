"""`docs/site.md`: every key of the site file with its meaning and default, made from the settings models."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from console.site.policy import FamilyRow, PolicyTable
from console.site.settings import (
    ConsoleTable,
    DeadLettersTable,
    DeadlinesTable,
    FhirTarget,
    KafkaInput,
    KafkaTarget,
    LedgerTable,
    Security,
    SiteTable,
    Topic,
)

TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("[site]", SiteTable),
    ("[ledger]", LedgerTable),
    ("[policy]", PolicyTable),
    ("[[policy.chemo_family]]", FamilyRow),
    ("[deadlines]", DeadlinesTable),
    ("[[kafka]]", KafkaInput),
    ("topics of a [[kafka]]", Topic),
    ("security of a [[kafka]], [[publish]] or [dead_letters]", Security),
    ("[[publish]] of kind kafka", KafkaTarget),
    ("[[publish]] of kind fhir", FhirTarget),
    ("[dead_letters]", DeadLettersTable),
    ("[console]", ConsoleTable),
)
HEAD = """# The site file

TOML. Unknown keys are refused with the nearest known one, and all problems are said at once by
`hangtime check --site FILE`, which also tries every connection and writes nothing to it. A secret is written as
`env:NAME` or `file:PATH`, never in the file itself; relative paths are relative to the file. `replay` and `code` read
`[site]`, `[policy]`, `[deadlines]` and the formats of topics; `serve` reads everything. This page is made from the
settings themselves.
"""


def site_reference() -> str:
    """The page as Markdown."""
    return "\n".join([HEAD, *(line for name, table in TABLES for line in _table(name, table))])


def _table(name: str, table: type[BaseModel]) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"{table.__doc__}\n"
    yield "| key | meaning | default |"
    yield "|---|---|---|"
    for key, field in table.model_fields.items():
        yield f"| `{key}` | {field.description} | {_default(field)} |"
    yield ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.default
    if default is None or default == () or isinstance(default, BaseModel):
        return ""
    return f"`{default.value if isinstance(default, StrEnum) else default}`"
