"""Rules of drug lines."""

from __future__ import annotations

from coder.rulebook.rule import Rule

RULES = (
    Rule("drug.unknown", "A drug the formulary does not know is asked about.", ("hangtime",)),
    Rule("drug.ambiguous", "A drug whose code fits several is asked about.", ("hangtime",)),
    Rule("drug.units", "The dose over the billing unit's amount, rounded up, is the number of units.", ("cms-units",)),
    Rule("drug.no-code", "A drug without a code on its date has no line.", ("hangtime",)),
    Rule("drug.dose-missing", "A drug without a charted dose has no line until the dose is known.", ("hangtime",)),
    Rule("drug.unit-mismatch", "A dose in a unit that does not convert is asked about.", ("hangtime",)),
)
