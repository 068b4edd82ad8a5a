"""Opens the ledger that a site file or a url names; one that is not there is refused, never made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console.problems import UsageError
from console.site.loading import TEMPORARY_LEDGER, Site, load_site
from ledger.ledger import Ledger, open_ledger

SQLITE_FILE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Kept:
    """An open ledger and the site it belongs to."""

    ledger: Ledger
    site: Site


@contextmanager
def opened(site_file: Path | None, ledger_url: str | None, command: str = "dead-letters") -> Iterator[Kept]:
    """The ledger of a site file, or the one at `ledger_url`; without a site file it is the sample site's."""
    if site_file is None and ledger_url is None:
        raise UsageError(f"{command}: said neither, wanted --site FILE or --ledger URL")
    site = load_site(site_file)
    url = site.ledger_url(ledger_url)
    _refuse_none(url, site_file)
    with open_ledger(url, facility=site.facility, identity_key=site.identity_key()) as ledger:
        yield Kept(ledger, site)


def _refuse_none(url: str, site_file: Path | None) -> None:
    if url == TEMPORARY_LEDGER:
        raise UsageError(f"{site_file or '--ledger'}: names no ledger that is kept; wanted sqlite:///PATH")
    file = url.removeprefix(SQLITE_FILE)
    if url.startswith(SQLITE_FILE) and not Path(file).exists():
        raise UsageError(f"{file}: there is no ledger")
