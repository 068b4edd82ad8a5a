"""Visits to explain, from message logs or from case files; only logs need a ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from coder.coding import code
from console.explain.visits import ExplainedVisit, Explanation, Unread
from console.site.loading import Site
from mappers.cases import load_cases
from mappers.tables import load_tables

CASE_SUFFIXES = frozenset({".yaml", ".yml"})


def explain(paths: Sequence[str], site: Site) -> Explanation:
    """Code the cases of every case file, then the visits of all logs taken together."""
    case_files = [path for path in paths if Path(path).suffix.lower() in CASE_SUFFIXES]
    logs = [path for path in paths if path not in case_files]
    cases = tuple(visit for path in case_files for visit in _cases(Path(path)))
    if not logs:
        return Explanation(cases, Unread({}, ()))
    from console.explain.from_logs import explain_logs

    told = explain_logs(logs, site)
    return Explanation(cases + told.visits, told.unread)


def _cases(path: Path) -> Iterator[ExplainedVisit]:
    tables = load_tables()
    for case in load_cases(path):
        coded = code(case.facts, case.policies, case.tables(tables), case.as_of)
        for visit in coded.visits:
            yield ExplainedVisit(visit, case.policy.zone, case.as_of, case.name, case.about, tables.authorities)
