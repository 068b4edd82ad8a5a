"""Visits to explain, from case files: facts told by hand, coded as they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from coder.coding import code
from console.explain.visits import ExplainedVisit
from mappers.cases import load_cases
from mappers.tables import load_tables


def explain_cases(paths: Iterable[str]) -> Iterator[ExplainedVisit]:
    """Every visit of every case, in the order of the files."""
    tables = load_tables()
    for case in (case for path in paths for case in load_cases(Path(path))):
        coded = code(case.facts, case.policies, case.tables(tables), case.as_of)
        for visit in coded.visits:
            yield ExplainedVisit(visit, case.policy.zone, case.as_of, case.name, case.about, tables.authorities)
