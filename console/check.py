"""`hangtime check`: settings, tables, code sets and connections, with all problems at once."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from coder.tables import Tables
from console.problems import problem_lines
from console.site.loading import TEMPORARY_LEDGER, Site, SiteError, load_site
from ledger.errors import LedgerError
from ledger.ledger import open_ledger
from mappers.coverage_tables import CoverageTableError
from mappers.csv_rows import CsvError
from mappers.strict_yaml import StrictYamlError
from mappers.tables import TableError, load_tables

EXIT_FOUND = 1
SQLITE_FILE = "sqlite:///"


@dataclass(slots=True)
class Findings:
    """What a check found: what is well, and every problem."""

    well: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def check_site(path: Path | None) -> int:
    """Check everything and print it; a site file that cannot be read at all raises SiteError."""
    findings = Findings()
    site = _settings(path, findings)
    tables = _tables(findings)
    if site is not None:
        own = _own_tables(site, findings) if tables else None
        findings.problems += _unknown_drugs(site, own) if own else []
        _ledger(site, findings)
        _connections(site, findings)
    _print(findings)
    return EXIT_FOUND if findings.problems else 0


def _settings(path: Path | None, findings: Findings) -> Site | None:
    try:
        site = load_site(path)
    except SiteError as error:
        if not _holds_toml(path):
            raise
        findings.problems += [f"{path}: {line}" for line in error.problems]
        return None
    where = path or "built-in sample site (no --site)"
    findings.well.append(f"settings: {where}: {site.name}, {site.zone}")
    return site


def _holds_toml(path: Path | None) -> bool:
    if path is None:
        return False
    try:
        tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    return True


def _tables(findings: Findings) -> Tables | None:
    try:
        tables = load_tables()
    except (TableError, CsvError, CoverageTableError, StrictYamlError, OSError) as error:
        findings.problems.append(f"tables: {error}")
        return None
    drugs = tables.formulary.drugs
    codes = {unit.hcpcs for drug in drugs.values() for unit in drug.billing}
    findings.well.append(
        f"tables: edition {tables.edition}, {len(tables.numbers)} numbers, {len(tables.authorities)} authorities"
    )
    findings.well.append(
        f"code sets: {len(drugs)} drugs with {len(codes)} HCPCS codes, "
        f"{len(tables.formulary.by_code)} codes that name a drug"
    )
    return tables


def _unknown_drugs(site: Site, tables: Tables) -> list[str]:
    """The rows of [[policy.chemo_family]] and of overrides that can never decide anything."""
    policy = site.settings.policy
    where = {"policy": policy.chemo_family}
    where |= {f"policy.override[{place}]": one.chemo_family for place, one in enumerate(policy.override, start=1)}
    return [
        f"{site.path}: {table}.chemo_family[{place}].drug: said {row.drug!r}, wanted the name of a drug "
        "in the formulary"
        for table, rows in where.items()
        for place, row in enumerate(rows, start=1)
        if row.drug not in tables.formulary.drugs
    ]


def _own_tables(site: Site, findings: Findings) -> Tables | None:
    """The tables with the site's own formulary, charge master and coverage, each row of which must mean something."""
    settings = site.settings
    try:
        tables = site.tables()
    except SiteError as error:
        findings.problems += [f"tables of the site: {line}" for line in error.problems]
        return None
    own = [settings.formulary.file, settings.chargemaster.file, *settings.coverage.files]
    if any(own):
        priced = len(tables.charge_master.rows) if tables.charge_master else 0
        findings.well.append(
            f"tables of the site: {sum(map(bool, own))} file(s): {len(tables.formulary.drugs)} drugs, "
            f"{priced} charge codes, {len(tables.coverage.rows)} rows of coverage"
        )
    return tables


def _ledger(site: Site, findings: Findings) -> None:
    url = site.ledger_url()
    if url == TEMPORARY_LEDGER:
        findings.well.append("ledger: none named, so each run has a temporary one")
        return
    try:
        if _would_be_new(url):
            findings.well.append(f"ledger: {url}: not there yet, its folder can be written to")
            return
        with open_ledger(url, facility=site.facility, identity_key=site.identity_key()):
            findings.well.append(f"ledger: {url}: opens")
    except (LedgerError, OSError) as error:
        findings.problems += [f"ledger: {line}" for line in problem_lines(error)]


def _would_be_new(url: str) -> bool:
    """Whether the ledger's file is still to be made, where it could be; a check makes none."""
    if not url.startswith(SQLITE_FILE):
        return False
    file = Path(url.removeprefix(SQLITE_FILE))
    folder = next(parent for parent in file.absolute().parents if parent.exists())
    return not file.exists() and folder.is_dir() and os.access(folder, os.W_OK)


def _connections(site: Site, findings: Findings) -> None:
    settings = site.settings
    if not (settings.kafka or settings.publish or settings.dead_letters):
        return
    from console.connections import try_connections
    from console.serve.targets import unwritable

    findings.problems += [f"{site.path}: {line}" for line in unwritable(site)]
    for tried in try_connections(site):
        findings.well += [tried.well] if tried.well else []
        findings.problems += tried.problems


def _print(findings: Findings) -> None:
    for line in findings.well:
        print(f"ok       {line}")
    for line in findings.problems:
        print(f"problem  {line}")
    print(f"{len(findings.problems)} problem(s)" if findings.problems else "All is well.")
