"""Every rule by its id: one plain sentence, the authorities it rests on, and its first day in force.

Registered in tables, not by decorator, so that mutation tools reach the functions themselves.
"""

from __future__ import annotations

from coder.rulebook import drugs, edits, inpatient, lines, necessity, runs, visits
from coder.rulebook.rule import FIRST_DAY, Rule

__all__ = ["FIRST_DAY", "RULES", "Rule"]

RULES = {rule.id: rule for room in (visits, runs, necessity, lines, inpatient, edits, drugs) for rule in room.RULES}
