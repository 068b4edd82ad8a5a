"""Rules of edits: pairs, add-ons, limits, modifiers."""

from __future__ import annotations

from coder.rulebook.rule import Rule

RULES: tuple[Rule, ...] = ()
