"""What is explained: coded visits, and what of their logs was not read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from coder.charges import ChargeKey, CodedVisit
from coder.tables import Authority


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
