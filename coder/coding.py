"""The coder: charges as a pure function of facts, policy, tables and an as-of time."""

from __future__ import annotations

from datetime import datetime

from coder.answers.applying import with_answers
from coder.answers.settling import settled
from coder.charges import Coded
from coder.edits.applying import apply
from coder.edits.owned import keep_owned
from coder.facts import PatientFacts
from coder.lines.visit import code_visit
from coder.policies.overrides import Policies
from coder.policy import Policy
from coder.pricing import price
from coder.tables import Tables
from coder.visits.deriving import derive


def code(facts: PatientFacts, policy: Policy | Policies, tables: Tables, as_of: datetime) -> Coded:
    """Code all visits of one patient as of `as_of`; `due_at` is when time alone would change the result.

    A site's policies are resolved once for each visit; what lies before visits (the clock, the gap that parts
    the days of a series account) is the site's own.
    """
    policies = policy if isinstance(policy, Policies) else Policies(policy)
    facts = with_answers(facts, tables.formulary)
    visits = derive(facts, policies.base)
    own = [policies.of(visit) for visit in visits]
    coded = [code_visit(visit, its, tables, as_of) for visit, its in zip(visits, own, strict=True)]
    edited = apply(visits, [visit for visit, _ in coded], facts.procedures, own, tables)
    if facts.answers:
        edited = settled(edited, facts, policies.base.zone)
    kept = [keep_owned(visit, its) for visit, its in zip(edited, own, strict=True)]
    return Coded(
        visits=price(visits, kept, policies.base.zone, tables),
        due_at=min((due for _, due in coded if due is not None), default=None),
    )
