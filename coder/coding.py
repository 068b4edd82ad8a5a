"""The coder: charges as a pure function of facts, policy, tables and an as-of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from coder.answers.applying import with_answers
from coder.answers.settling import settled
from coder.charges import Coded, CodedVisit
from coder.edits.applying import apply
from coder.edits.owned import keep_owned
from coder.facts import PatientFacts
from coder.lines.visit import code_visit
from coder.policies.overrides import Policies
from coder.policy import Policy
from coder.pricing import price
from coder.repeated_hour import both_readings, possible
from coder.tables import Tables
from coder.visits.deriving import derive
from coder.visits.visit import Visit


def code(facts: PatientFacts, policy: Policy | Policies, tables: Tables, as_of: datetime) -> Coded:
    """Code all visits of one patient as of `as_of`; `due_at` is when time alone would change the result.

    A site's policies are resolved once for each visit; what lies before visits (the clock, the gap that parts
    the days of a series account) is the site's own.
    """
    policies = policy if isinstance(policy, Policies) else Policies(policy)
    zone = policies.base.zone
    facts = possible(with_answers(facts, tables.formulary))
    visits, edited, due = _edited(facts, policies, tables, as_of)
    edited = both_readings(facts, edited, lambda read: _edited(read, policies, tables, as_of)[1], zone)
    if facts.answers:
        edited = settled(edited, facts, zone)
    kept = [keep_owned(visit, policies.of(of)) for visit, of in zip(edited, visits, strict=True)]
    return Coded(visits=price(visits, kept, zone, tables), due_at=due)


def _edited(
    facts: PatientFacts, policies: Policies, tables: Tables, as_of: datetime
) -> tuple[Sequence[Visit], Sequence[CodedVisit], datetime | None]:
    """The visits, coded and edited, and when time alone would change them."""
    visits = derive(facts, policies.base)
    own = [policies.of(visit) for visit in visits]
    coded = [code_visit(visit, its, tables, as_of) for visit, its in zip(visits, own, strict=True)]
    edited = apply(visits, [visit for visit, _ in coded], facts.procedures, own, tables)
    return visits, edited, min((due for _, due in coded if due is not None), default=None)
