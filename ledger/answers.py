"""Answers in the ledger: the questions they belong to, those that were given, and what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from coder.charges import Query
from coder.facts import Answer, PatientFacts, Reference
from ledger import rows
from ledger.bodies import QUERY, TELLING
from ledger.ledger import Ledger
from ledger.link_keys import chronological
from ledger.linking import link
from ledger.stored import Position, StoredTelling

KIND = "answer"


@dataclass(frozen=True, slots=True)
class Question:
    """A question that stands or was answered: what was asked about, of whom, and the answer there is."""

    identity: str
    rule: str
    visit: str
    patient: Reference
    administrations: tuple[str, ...]
    since: datetime | None
    drug: str = ""
    ask: str | None = None
    answer: Answer | None = None


def question(ledger: Ledger, identity: str) -> Question | None:
    """The question with this id; one that was answered is known by its answer."""
    found = ledger.reader.execute("SELECT patient, body FROM charge_query WHERE identity = ?", (identity,)).fetchone()
    answered = _answered(ledger, identity)
    if found is None:
        return answered
    patient, query = found[0], QUERY.load(found[1])
    return _asked(identity, query, _reference(ledger, patient), answered)


def _asked(identity: str, query: Query, patient: Reference, answered: Question | None) -> Question:
    return Question(
        identity=identity,
        rule=query.because,
        visit=query.visit,
        patient=patient,
        administrations=query.administrations,
        since=query.since,
        drug=query.drug,
        ask=query.ask,
        answer=answered.answer if answered else None,
    )


def _answered(ledger: Ledger, identity: str) -> Question | None:
    told = [one for one in answers_told(ledger) if one.telling.identifiers == (f"{KIND}|{identity}",)]
    if not told or not isinstance(told[-1].telling.fact, Answer):
        return None
    telling, fact = told[-1].telling, told[-1].telling.fact
    starts = _starts(ledger, telling.patient, fact.administrations)
    return Question(
        identity=identity,
        rule=fact.rule,
        visit=fact.visit,
        patient=telling.patient_reference,
        administrations=fact.administrations,
        since=min(starts, default=None),
        drug=fact.drug,
        answer=fact,
    )


def _starts(ledger: Ledger, patient: str, keys: Iterable[str]) -> list[datetime]:
    facts = _linked(ledger, patient)[patient]
    return [one.start for one in facts.administrations if one.key in set(keys) and one.start]


def _reference(ledger: Ledger, patient: str) -> Reference:
    return _linked(ledger, patient)[patient].reference


def _linked(ledger: Ledger, patient: str) -> Mapping[str, PatientFacts]:
    patients = rows.linked_patients(ledger.reader, [patient])
    return link(rows.tellings_of(ledger.reader, patients)).patients


def answers_told(ledger: Ledger) -> list[StoredTelling]:
    """Every answer given, and every one taken back, as asserted."""
    found = ledger.reader.execute(f"SELECT {rows.TELLING_COLUMNS} FROM telling WHERE kind = ?", (KIND,))
    told = [StoredTelling(TELLING.load(body), Position(*place)) for *place, body in found]
    return sorted(told, key=chronological)


def postings(ledger: Ledger) -> int:
    """How many postings there were that changed a charge."""
    row: tuple[int] = ledger.reader.execute("SELECT postings FROM ledger_meta").fetchone()
    return row[0]


def charges_changed_since(ledger: Ledger, posting: int) -> int:
    """How many charges have a version or revision of a later posting."""
    row: tuple[int] = ledger.reader.execute(
        "SELECT count(DISTINCT identity) FROM charge_version WHERE posting > ?", (posting,)
    ).fetchone()
    return row[0]


def is_open(ledger: Ledger, identity: str) -> bool:
    """Whether this question stands."""
    return ledger.reader.execute("SELECT 1 FROM charge_query WHERE identity = ?", (identity,)).fetchone() is not None


def open_questions(ledger: Ledger) -> int:
    """How many questions stand."""
    row: tuple[int] = ledger.reader.execute("SELECT count(*) FROM charge_query").fetchone()
    return row[0]
