"""Deletions that name no patient: each is taken to be of whoever the thing was last told of.

A deletion stays with the ledger until its name is heard, so that it does not matter which of the two came first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from coder.facts import Administration, AdministrationStatus, Answer, Person
from ledger.link_keys import chronological
from ledger.stored import StoredTelling
from mappers.telling import NOBODY, Action, Fact, Telling


def is_of_nobody(patient: str) -> bool:
    """Whether this stands in the patient's place where a deletion names none."""
    return patient.startswith(NOBODY)


def adopted(tellings: Iterable[StoredTelling]) -> tuple[list[StoredTelling], dict[str, list[str]]]:
    """The tellings with each deletion as a withdrawal of what it names, and whose these are by their digests.

    A deletion of what nobody has told yet is left out.
    """
    told: list[StoredTelling] = []
    deletions: list[StoredTelling] = []
    for one in tellings:
        (deletions if is_of_nobody(one.telling.patient) else told).append(one)
    if not deletions:
        return told, {}
    newest = {name: one.telling for one in sorted(told, key=chronological) for name in _names(one.telling)}
    named = [(one, newest[name]) for one in deletions for name in _names(one.telling) if name in newest]
    taken_back = [StoredTelling(_withdrawal(one.telling, last), one.position) for one, last in named]
    return told + taken_back, {one.telling.digest: [one.telling.patient] for one in taken_back}


def _names(telling: Telling) -> list[tuple[str, str, str]]:
    return [(telling.source, telling.kind, name) for name in telling.identifiers]


def _withdrawal(deletion: Telling, last: Telling) -> Telling:
    return replace(
        last,
        fact=_taken_back(last.fact),
        action=Action.DELETE,
        asserted=deletion.asserted,
        message_id=deletion.message_id,
        digest=deletion.digest,
    )


def _taken_back(fact: Fact) -> Fact:
    if isinstance(fact, Administration):
        return replace(fact, status=AdministrationStatus.ENTERED_IN_ERROR)
    return fact if isinstance(fact, Person | Answer) else replace(fact, cancelled=True)
