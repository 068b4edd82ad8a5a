"""Visits to explain, from message logs or from case files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from coder.charges import ChargeKey, CodedVisit
from coder.coding import code
from coder.tables import Authority
from console.posting.logs import LogPosting, posting_context
from console.site.loading import Site
from ledger.ledger import open_ledger
from ledger.reading_back import DeadLetter, charges_in_force, coded_visits, dead_letters
from listeners.logs import open_logs
from mappers.cases import load_cases
from mappers.tables import load_tables

CASE_SUFFIXES = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class ExplainedVisit:
    """A coded visit with the clock it is shown in; a case file adds its name and what it is about.

    `authorities` are those that rules rest on, `changed` what became of charges that have more than one version.
    """

    visit: CodedVisit
    zone: tzinfo
    as_of: datetime | None
    case: str | None = None
    about: str | None = None
    authorities: Mapping[str, Authority] = field(default_factory=dict)
    changed: Mapping[ChargeKey, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unread:
    """What of the logs is not in any visit: refused records, and kinds left out with their counts."""

    ignored: Mapping[str, int]
    dead_letters: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every visit of the files, and what was not read."""

    visits: tuple[ExplainedVisit, ...]
    unread: Unread


def explain(paths: Sequence[str], site: Site) -> Explanation:
    """Code the cases of every case file, then the visits of all logs taken together."""
    case_files = [path for path in paths if Path(path).suffix.lower() in CASE_SUFFIXES]
    logs = [path for path in paths if path not in case_files]
    cases = tuple(visit for path in case_files for visit in _cases(Path(path)))
    if not logs:
        return Explanation(cases, Unread({}, ()))
    told = _logs(logs, site)
    return Explanation(cases + told.visits, told.unread)


def _cases(path: Path) -> Iterator[ExplainedVisit]:
    tables = load_tables()
    for case in load_cases(path):
        coded = code(case.facts, case.policies, case.tables(tables), case.as_of)
        for visit in coded.visits:
            yield ExplainedVisit(visit, case.policy.zone, case.as_of, case.name, case.about, tables.authorities)


def _logs(paths: Sequence[str], site: Site) -> Explanation:
    readings = open_logs(paths, site.reading())
    with open_ledger("sqlite://", facility=site.facility, identity_key=site.identity_key()) as ledger:
        posting = LogPosting(ledger, posting_context(site, ()))
        posting.post_all(readings)
        changed = {one.charge.key: one.changed for one in charges_in_force(ledger) if one.changed}
        authorities = posting.context.tables.authorities
        visits = tuple(
            ExplainedVisit(visit, site.zone, posting.clock, authorities=authorities, changed=changed)
            for visit in coded_visits(ledger)
        )
        letters = tuple(_refusal(letter) for letter in dead_letters(ledger))
    return Explanation(visits, Unread(posting.counts.items.ignored, letters))


def _refusal(letter: DeadLetter) -> dict[str, str]:
    return {
        "source": letter.source,
        "position": letter.position,
        "reason": letter.reason,
        "path": letter.path,
        "wanted": letter.wanted,
    }
