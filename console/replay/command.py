"""`hangtime replay`: message logs through the ledger into files, with a summary on the screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter

from rich.console import Console

from console.posting.logs import LogPosting, posting_context, rule_set
from console.replay.files import ReplayFiles
from console.replay.output_files import OutputFiles
from console.replay.progress import Progress
from console.replay.results import Results
from console.replay.screen import print_next, print_results
from console.replay.stopping import Stopping
from console.site.loading import TEMPORARY_LEDGER, Site
from ledger.ledger import open_ledger
from listeners.logs import open_logs
from mappers.telling import Reading
from publishers.files import TARGET, FileTarget

EXIT_REFUSED = 1


@dataclass(frozen=True, slots=True)
class ReplayOrder:
    """What a replay reads, where it writes, where the ledger is kept (None: nowhere), and as of when."""

    paths: tuple[str, ...]
    site_file: Path | None
    out: Path
    ledger_url: str | None
    as_of: datetime | None


def replay_to_files(order: ReplayOrder, site: Site, *, strict: bool) -> int:
    """Replay and show; gives the exit code."""
    with Stopping() as stopping:
        results = _replay(order, site, stopping)
    console = Console(highlight=False, markup=False, emoji=False)
    print_results(console, results)
    print_next(console, order.out, order.paths, order.site_file)
    if stopping.asked():
        return stopping.exit_code
    refused = results.counts.items.dead_letters or results.held
    return EXIT_REFUSED if strict and refused else 0


def _replay(order: ReplayOrder, site: Site, stopping: Stopping) -> Results:
    readings = open_logs(order.paths, site.reading())
    context = posting_context(site, (TARGET,))
    profile = site.profile(rule_set(context.tables))
    url = order.ledger_url or TEMPORARY_LEDGER
    with (
        OutputFiles(order.out) as files,
        open_ledger(url, facility=site.facility, identity_key=site.identity_key()) as ledger,
    ):
        began = perf_counter()
        target = FileTarget(files.open("changes.ndjson").write, profile)
        posting = LogPosting(ledger, context, as_of=order.as_of, stop_asked=stopping.asked)
        _post(posting, target, readings)
        results = Results(posting.counts, posting.clock, not stopping.asked(), perf_counter() - began)
        ReplayFiles(ledger, files, profile, site.zone).write(results)
        files.publish()
    return results


def _post(posting: LogPosting, target: FileTarget, readings: Iterable[Reading]) -> None:
    with Progress() as progress:

        def after_posting() -> None:
            target.deliver(posting.ledger)
            progress.show(posting.counts.records.read)

        posting.after_posting = after_posting
        posting.post_all(readings)
