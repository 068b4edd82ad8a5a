"""Every rule by its id: one plain sentence, the authorities it rests on, and its first day in force.

Registered in tables, not by decorator, so that mutation tools reach the functions themselves.
"""

from __future__ import annotations

from coder.rulebook import documentation, drugs, edits, inpatient, lines, necessity, policies, runs, visits
from coder.rulebook.rule import FIRST_DAY, Rule

__all__ = ["FIRST_DAY", "RULES", "Rule"]

ROOMS = (visits, policies, documentation, runs, necessity, lines, inpatient, edits, drugs)
RULES = {rule.id: rule for room in ROOMS for rule in room.RULES}
