"""`docs/site.md`: every key of the site file with its meaning and default, made from the settings models."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from inspect import cleandoc

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from console.site.documentation import DocumentationTable
from console.site.policy import FamilyRow, OverrideTable, PolicyKeys, PolicyTable
from console.site.reading import ReadingTable
from console.site.settings import (
    ChargeMasterFile,
    ConsoleTable,
    CoverageFiles,
    DeadLettersTable,
    DeadlinesTable,
    FhirTarget,
    FormularyFile,
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
    ("[[policy.override]]", OverrideTable),
    ("[documentation]", DocumentationTable),
    ("[formulary]", FormularyFile),
    ("[chargemaster]", ChargeMasterFile),
    ("[coverage]", CoverageFiles),
    ("[deadlines]", DeadlinesTable),
    ("[reading]", ReadingTable),
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
`[site]`, `[policy]`, `[documentation]`, `[formulary]`, `[chargemaster]`, `[coverage]`, `[deadlines]`,
`[reading]` and the formats of topics; `serve` reads all. This page is made from the settings themselves.
"""


def site_reference() -> str:
    """The page as Markdown."""
    return "\n".join([HEAD, *(line for name, table in TABLES for line in _table(name, table))])


def _table(name: str, table: type[BaseModel]) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"{cleandoc(table.__doc__ or '')}\n"
    yield "| key | meaning | default |"
    yield "|---|---|---|"
    for key, field in _own_fields(table):
        yield f"| `{key}` | {field.description} | {_default(field)} |"
    yield ""


def _own_fields(table: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """The keys of a table; of an override those it does not share with [policy]."""
    for key, field in table.model_fields.items():
        if table is not OverrideTable or key not in PolicyKeys.model_fields:
            yield key, field


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.default
    if default in (None, (), {}) or isinstance(default, BaseModel):
        return ""
    if isinstance(default, tuple):
        return ", ".join(f"`{one}`" for one in default)
    return f"`{default.value if isinstance(default, StrEnum) else default}`"
