"""Replays logs in memory's reach of a test and gives what they came to in golden form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from console.golden.form import Golden, golden_of
from console.instants import read_instant
from console.posting.logs import LogPosting, posting_context
from console.site.loading import load_site
from ledger.ledger import open_ledger
from ledger.reading_back import coded_visits
from listeners.logs import open_logs


def replay_golden(paths: Sequence[str], site_file: Path | None, as_of: str | None) -> Golden:
    """Replay the logs into a temporary ledger; without a site file the built-in sample site serves."""
    site = load_site(site_file)
    readings = open_logs(paths, site.reading())
    instant = read_instant("as_of", as_of, site.zone) if as_of else None
    with open_ledger("sqlite://", facility=site.facility, identity_key=site.identity_key()) as ledger:
        posting = LogPosting(ledger, posting_context(site, ()), as_of=instant)
        posting.post_all(readings)
        return golden_of(coded_visits(ledger), posting.counts.items.ignored, posting.counts.items.dead_letters)
