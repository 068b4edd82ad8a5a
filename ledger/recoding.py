"""Recoding patients inside a posting: link what was told, code it, write only what differs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from coder import coding
from coder.charges import Charge, Coded, CodedVisit
from coder.facts import PatientFacts
from coder.policies.overrides import Policies
from coder.policy import Policy
from coder.tables import Tables
from ledger import rows
from ledger.bodies import CHARGE, CODED_VISIT, NOT_BILLED, QUERY
from ledger.errors import LedgerError
from ledger.identity import charge_identity, query_identity
from ledger.linking import Linked, link
from ledger.stored import StoredTelling
from ledger.versions import ChargeChange, changes

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Coder = Callable[[PatientFacts, Policy | Policies, Tables, datetime], Coded]


@dataclass(frozen=True, slots=True)
class PostingContext:
    """What posting needs to know of a site: whose ledger it is, how it codes, and who wants the charges.

    Charges dated before `first_service_date` are kept and never wanted by any target.
    """

    facility: str
    identity_key: bytes
    policy: Policy | Policies
    tables: Tables
    targets: tuple[str, ...] = ()
    first_service_date: date | None = None
    code: Coder = coding.code

    def identity_of(self, charge: Charge) -> str:
        """The identity of a charge at this site."""
        return charge_identity(self.identity_key, self.facility, charge.key)


@dataclass(slots=True)
class Recoded:
    """The outcome of recoding: what each patient came to, and which patients' coding failed, by kind of fault."""

    linked: Linked
    coded: dict[str, Coded] = field(default_factory=dict)
    owed: dict[str, Charge] = field(default_factory=dict)
    visits: dict[tuple[str, str], bytes] = field(default_factory=dict)
    due_at: dict[str, datetime | None] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)


def recode(
    connection: sqlite3.Connection, patients: Collection[str], context: PostingContext, heard: Sequence[StoredTelling]
) -> Recoded:
    """Code these patients as of the newest time heard for each, and write what became different.

    A patient whose coding fails is held: everything of it stays as it was.
    """
    linked = link(rows.tellings_of(connection, patients))
    times = rows.as_of_times(connection, patients)
    recoded = Recoded(linked)
    for patient, facts in linked.patients.items():
        _code(patient, facts, times.get(patient) or _newest_charted(facts), context, recoded)
    _write_charges(connection, recoded, context, _Causes(linked, heard, times))
    _write_visits(connection, recoded)
    _write_queries(connection, recoded, context)
    rows.set_outlook(connection, _outlook(recoded))
    return recoded


def _newest_charted(facts: PatientFacts) -> datetime:
    charted = [time for fact in facts.administrations for time in (fact.start, fact.end) if time]
    return max(charted, default=EPOCH)


def _code(patient: str, facts: PatientFacts, as_of: datetime, context: PostingContext, recoded: Recoded) -> None:
    try:
        coded = context.code(facts, context.policy, context.tables, as_of)
        owed = _owed(coded, context, recoded.owed.keys())
        visits = {(patient, visit.visit): CODED_VISIT.dump(visit) for visit in coded.visits}
    except Exception as fault:  # noqa: BLE001  whatever one patient's coding does, the others go on
        recoded.held[patient] = type(fault).__name__
        return
    recoded.coded[patient] = coded
    recoded.owed.update(owed)
    recoded.visits.update(visits)
    recoded.due_at[patient] = coded.due_at if coded.due_at and coded.due_at > as_of else None


def _owed(coded: Coded, context: PostingContext, taken: Collection[str]) -> dict[str, Charge]:
    """The charges by identity, as they will be read back: their times at fixed offsets, so that equal is equal."""
    owed: dict[str, Charge] = {}
    for visit in coded.visits:
        for charge in visit.charges:
            identity = context.identity_of(charge)
            if identity in owed or identity in taken:
                raise LedgerError("two charges have one identity")
            owed[identity] = CHARGE.load(CHARGE.dump(charge))
    return owed


class _Causes:
    """Which record led to a change: the last heard of what is charged for, else of the patient."""

    def __init__(self, linked: Linked, heard: Sequence[StoredTelling], times: Mapping[str, datetime]) -> None:
        fresh = {(one.telling.kind, one.telling.digest) for one in heard}
        self._of_fact = {
            key: _place(stored)
            for key, tellings in linked.tellings.items()
            for stored in tellings
            if (stored.telling.kind, stored.telling.digest) in fresh
        }
        self._of_patient = {
            patient: _place(one)
            for one in heard
            for patient in linked.owners.get(one.telling.digest, (one.telling.patient,))
        }
        self._times = times

    def of(self, charge: Charge) -> str:
        """The record's place, or the deadline that passed."""
        facts = [self._of_fact[key] for key in charge.service if key in self._of_fact]
        if facts:
            return facts[-1]
        if self._of_patient:
            return self._of_patient.get(charge.patient) or next(iter(self._of_patient.values()))
        return f"deadline {rows.time_text(self._times[charge.patient])}"


def _place(stored: StoredTelling) -> str:
    return "{}:{}:{}".format(*stored.position.record)


def _write_charges(connection: sqlite3.Connection, recoded: Recoded, context: PostingContext, causes: _Causes) -> None:
    previous = rows.charges_of(connection, recoded.coded.keys(), recoded.owed.keys())
    made = changes(previous, recoded.owed)
    if not made:
        return
    posting = rows.next_posting(connection)
    common = {"posting": posting, "rule_set": context.tables.edition}
    rows.write_charges(
        connection, [_charge_row(one) | common | {"caused_by": causes.of(one.state.charge)} for one in made]
    )
    rows.want(
        connection,
        [
            (target, one.state.identity, one.state.version)
            for target in context.targets
            for one in made
            if one.due and _is_published(one.state.charge, context)
        ],
    )


def _is_published(charge: Charge, context: PostingContext) -> bool:
    return context.first_service_date is None or charge.key.service_date >= context.first_service_date


def _charge_row(change: ChargeChange) -> dict[str, Any]:
    state, charge = change.state, change.state.charge
    return {
        "identity": state.identity,
        "patient": charge.patient,
        "visit": charge.visit,
        "service_date": charge.key.service_date.isoformat(),
        "code": charge.code,
        "version": state.version,
        "revision": state.revision,
        "status": state.status,
        "body": CHARGE.dump(charge),
    }


def _write_visits(connection: sqlite3.Connection, recoded: Recoded) -> None:
    before = rows.bodies_of(connection, "coded_visit", "visit", recoded.coded.keys())
    visits = {(patient, visit.visit): visit for patient, coded in recoded.coded.items() for visit in coded.visits}
    changed = [name for name, body in recoded.visits.items() if before.get(name) != body]
    rows.replace_visits(
        connection,
        gone=[name for name in before if name not in visits],
        coded=[(*name, recoded.visits[name]) for name in changed],
        not_billed=[row for name in changed for row in _not_billed_rows(name, visits[name])],
    )


def _not_billed_rows(name: tuple[str, str], visit: CodedVisit) -> Iterable[tuple[str, str, int, bytes]]:
    return ((*name, place, NOT_BILLED.dump(one)) for place, one in enumerate(visit.not_billed))


def _write_queries(connection: sqlite3.Connection, recoded: Recoded, context: PostingContext) -> None:
    before = rows.bodies_of(connection, "charge_query", "identity", recoded.coded.keys())
    asked: dict[tuple[str, str], tuple[str, bytes]] = {}
    for patient, coded in recoded.coded.items():
        for query in (query for visit in coded.visits for query in visit.queries):
            name = (patient, query_identity(context.identity_key, context.facility, query))
            known = before.get(name)
            since = QUERY.load(known).since if known else query.since
            asked[name] = (query.visit, QUERY.dump(replace(query, since=since)))
    rows.replace_queries(
        connection,
        gone=[name[1] for name in before if name not in asked],
        raised=[
            (identity, patient, visit, body)
            for (patient, identity), (visit, body) in asked.items()
            if before.get((patient, identity)) != body
        ],
    )


def _outlook(recoded: Recoded) -> list[tuple[str | None, str | None, str]]:
    ahead = [(rows.time_text(due) if due else None, None, patient) for patient, due in recoded.due_at.items()]
    return [*ahead, *((None, kind, patient) for patient, kind in recoded.held.items())]
