"""Visits to explain, from message logs or from case files; each is loaded where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from console.explain.visits import Explanation, Unread
from console.site.loading import Site

CASE_SUFFIXES = frozenset({".yaml", ".yml"})


def explain(paths: Sequence[str], site: Site) -> Explanation:
    """Code the cases of every case file, then the visits of all logs taken together."""
    case_files = [path for path in paths if Path(path).suffix.lower() in CASE_SUFFIXES]
    logs = [path for path in paths if path not in case_files]
    explained = Explanation((), Unread({}, ()))
    if case_files:
        from console.explain.from_cases import explain_cases

        explained = Explanation(tuple(explain_cases(case_files)), explained.unread)
    if logs:
        from console.explain.from_logs import explain_logs

        told = explain_logs(logs, site)
        explained = Explanation(explained.visits + told.visits, told.unread)
    return explained
