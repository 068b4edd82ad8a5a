"""A site under test: a ledger that is told one thing after the other, and what it then holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from coder.policy import Policy
from ledger.counting import Posted
from ledger.ledger import Ledger, open_ledger
from ledger.posting import PostingContext, post
from ledger.reading_back import (
    ChargeVersion,
    charges_in_force,
    coded_visits,
    mark_delivered,
    not_billed,
    open_queries,
    undelivered,
)
from mappers.tables import load_tables
from mappers.telling import Item
from tests.told import DAY, readings

KEY, FACILITY, TARGET = b"a key for tests alone", "Sample General", "files"
Line = tuple[str, int | None, str]


@cache
def posting_context() -> PostingContext:
    """The site's settings, with the real coder and tables."""
    return PostingContext(FACILITY, KEY, Policy(ZoneInfo("America/Chicago")), load_tables(), (TARGET,))


@contextmanager
def opened_site() -> Iterator[Site]:
    """A site with a temporary ledger."""
    with open_ledger("sqlite://", facility=FACILITY, identity_key=KEY) as ledger:
        yield Site(ledger, posting_context())


class Site:
    """A ledger that is told one thing after the other, and what it then holds."""

    def __init__(self, ledger: Ledger, context: PostingContext) -> None:
        self.ledger, self.context, self.next = ledger, context, 0

    def hear(self, *items: Item | tuple[Item, ...]) -> Posted:
        """Post each item as a record of one batch."""
        batch = readings(items, first=self.next)
        self.next += len(batch)
        return post(self.ledger, batch, self.context)

    def charges(self) -> dict[str, ChargeVersion]:
        """The services in force, by code; drugs are left to tests of the coder."""
        return {one.charge.code: one for one in charges_in_force(self.ledger) if one.charge.code[0] == "9"}

    def lines(self) -> list[Line]:
        """Code, units and status of the services in force."""
        return sorted((code, one.charge.units, one.status) for code, one in self.charges().items())

    def published(self) -> list[ChargeVersion]:
        """What a publisher would send now; it is marked as sent."""
        due = list(undelivered(self.ledger, TARGET))
        mark_delivered(self.ledger, TARGET, due)
        return due

    def services_published(self) -> list[tuple[str, str, int]]:
        """Of what is sent now, the services: code, status, version."""
        return [(one.charge.code, one.status, one.version) for one in self.published() if one.charge.code[0] == "9"]


def holds(site: Site) -> tuple[Any, ...]:
    """What a site holds, but for when its questions were first raised."""
    ledger = site.ledger
    return (
        [(one.charge, one.status) for one in charges_in_force(ledger)],
        [replace(query, since=DAY) for _, query in open_queries(ledger)],
        list(not_billed(ledger)),
        list(coded_visits(ledger)),
    )
