"""The coder: charges as a pure function of facts, policy, tables and an as-of time."""

from __future__ import annotations

from datetime import datetime

from coder.charges import Coded
from coder.edits.applying import apply
from coder.facts import PatientFacts
from coder.lines.visit import code_visit
from coder.policy import Policy
from coder.pricing import price
from coder.tables import Tables
from coder.visits.deriving import derive


def code(facts: PatientFacts, policy: Policy, tables: Tables, as_of: datetime) -> Coded:
    """Code all visits of one patient as of `as_of`; `due_at` is when time alone would change the result."""
    visits = derive(facts, policy)
    coded = [code_visit(visit, policy, tables, as_of) for visit in visits]
    edited = apply(visits, [visit for visit, _ in coded], facts.procedures, policy, tables)
    return Coded(
        visits=price(visits, edited, policy, tables),
        due_at=min((due for _, due in coded if due is not None), default=None),
    )
