"""Visits to explain, from message logs: by way of a ledger, as a replay goes."""

from __future__ import annotations

from collections.abc import Sequence

from console.explain.visits import ExplainedVisit, Explanation, Unread
from console.posting.logs import LogPosting, posting_context
from console.site.loading import Site
from ledger.ledger import open_ledger
from ledger.reading_back import DeadLetter, charges_in_force, coded_visits, dead_letters
from listeners.logs import open_logs


def explain_logs(paths: Sequence[str], site: Site) -> Explanation:
    """Post the logs to a ledger that is gone afterwards, and explain what it holds."""
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
