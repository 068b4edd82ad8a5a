"""The coder: charges as a pure function of facts, policy, tables and an as-of time."""

from __future__ import annotations

from datetime import datetime

from coder.charges import Coded
from coder.facts import PatientFacts
from coder.lines.visit import code_visit
from coder.policy import Policy
from coder.tables import Tables
from coder.visits.visit import derive


def code(facts: PatientFacts, policy: Policy, tables: Tables, as_of: datetime) -> Coded:
    """Code all visits of one patient as of `as_of`; `due_at` is when time alone would change the result."""
    coded = [code_visit(visit, policy, tables, as_of) for visit in derive(facts, policy)]
    return Coded(
        visits=tuple(visit for visit, _ in coded),
        due_at=min((due for _, due in coded if due is not None), default=None),
    )
