"""What a live day came to, as `hangtime replay` would show it."""

from __future__ import annotations

from pathlib import Path

from console.replay.results import Results
from examples.live.checking import site_ledger
from examples.live.replaying import Replayed
from ledger import reading_back
from ledger.heard import newest_time
from ledger.versions import WITHDRAWN


def results_of(site_file: Path, replayed: Replayed, seconds: float) -> Results:
    """The charges, visits and questions of the live ledger; the fates of the records are those of the replay.

    So are the charges withdrawn: what comes and goes between two batches depends on where they end.
    """
    with site_ledger(site_file) as (_, ledger):
        results = Results(replayed.counts(), newest_time(ledger), complete=True, seconds=seconds)
        for version in reading_back.charges_in_force(ledger):
            results.note(version.charge)
        results.visits = reading_back.count_visits(ledger)
        results.queries = sum(1 for _ in reading_back.open_queries(ledger))
        results.not_billed = sum(1 for _ in reading_back.not_billed(ledger))
        results.withdrawn = replayed.summary["charges"][WITHDRAWN]
        results.held = reading_back.count_held(ledger)
    return results
