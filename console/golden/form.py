"""Golden files: the charges a message log is expected to give, as YAML that a person reads and edits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from coder.charges import Charge, CodedVisit, NotBilled, Query
from console.golden.reading import Entry, read_golden_text

CHARGE_FIELDS = ("date", "code", "units", "modifiers", "status", "because")
NOT_BILLED_FIELDS = ("code", "minutes", "because")
QUERY_FIELDS = ("of", "because", "ask")


@dataclass(frozen=True, slots=True)
class GoldenVisit:
    """What one visit is expected to come out as; every value is text or a list of texts."""

    patient_class: str
    charges: tuple[Entry, ...] = ()
    not_billed: tuple[Entry, ...] = ()
    queries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Golden:
    """What a log is expected to give: its visits, what is ignored by kind, how many dead letters."""

    visits: Mapping[str, GoldenVisit]
    ignored: Mapping[str, int]
    dead_letters: int


def golden_of(visits: Iterable[CodedVisit], ignored: Mapping[str, int], dead_letters: int) -> Golden:
    """The golden form of what a replay gave."""
    shown = {visit.visit: _golden_visit(visit) for visit in visits}
    return Golden(dict(sorted(shown.items())), dict(sorted(ignored.items())), dead_letters)


def read_golden(path: Path) -> Golden:
    """Read a golden file; raises GoldenError naming the place, what was said and what was wanted."""
    read = read_golden_text(path)
    visits = {
        name: GoldenVisit(
            str(fields.get("class", "")),
            read.entries(f"visits.{name}", fields, "charges", CHARGE_FIELDS),
            read.entries(f"visits.{name}", fields, "not_billed", NOT_BILLED_FIELDS),
            read.entries(f"visits.{name}", fields, "queries", QUERY_FIELDS),
        )
        for name, fields in read.visits.items()
    }
    return Golden(visits, read.ignored, read.dead_letters)


def write_golden(path: Path, golden: Golden) -> None:
    """Write a golden file, one line for each charge, so that a change is a readable difference."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in _lines(golden)), encoding="utf-8")


def _golden_visit(visit: CodedVisit) -> GoldenVisit:
    charges = sorted((_charge_entry(charge) for charge in visit.charges), key=_order)
    not_billed = sorted((_not_billed_entry(line) for line in visit.not_billed), key=_order)
    queries = sorted((_query_entry(query) for query in visit.queries), key=_order)
    return GoldenVisit(visit.patient_class, tuple(charges), tuple(not_billed), tuple(queries))


def _charge_entry(charge: Charge) -> Entry:
    return {
        "date": charge.key.service_date.isoformat(),
        "code": charge.code,
        "units": "" if charge.units is None else str(charge.units),
        "modifiers": charge.modifiers,
        "status": charge.status.value,
        "because": charge.because,
    }


def _not_billed_entry(line: NotBilled) -> Entry:
    minutes = "" if line.minutes is None else str(line.minutes)
    return {"code": line.code or "", "minutes": minutes, "because": line.because}


def _query_entry(query: Query) -> Entry:
    return {"of": query.of.value, "because": query.because, "ask": query.ask}


def _order(entry: Entry) -> tuple[str, ...]:
    return tuple(str(value) for value in entry.values())


def _lines(golden: Golden) -> Iterable[str]:
    yield "# What this log is expected to give. Write it anew with: pytest --hangtime-accept"
    yield "visits:" if golden.visits else "visits: {}"
    for name, visit in golden.visits.items():
        yield f"  {_flow(name)}:"
        yield f"    class: {_flow(visit.patient_class)}"
        yield from _entry_lines("charges", visit.charges)
        yield from _entry_lines("not_billed", visit.not_billed)
        yield from _entry_lines("queries", visit.queries)
    yield "ignored:" if golden.ignored else "ignored: {}"
    yield from (f"  {_flow(kind)}: {count}" for kind, count in golden.ignored.items())
    yield f"dead_letters: {golden.dead_letters}"


def _entry_lines(title: str, entries: Sequence[Entry]) -> Iterable[str]:
    if entries:
        yield f"    {title}:"
        yield from (f"      - {_flow(_plain(entry))}" for entry in entries)


def _plain(entry: Entry) -> dict[str, str | list[str]]:
    return {field: value if isinstance(value, str) else list(value) for field, value in entry.items()}


def _flow(value: object) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10_000, allow_unicode=True)
    return text.removesuffix("...\n").strip()
