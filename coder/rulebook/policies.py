"""Rules by which a site's policy alone decides what is published."""

from __future__ import annotations

from coder.rulebook.rule import Rule

RULES = (
    Rule(
        "charges.drug-elsewhere",
        "A drug line that the record system charges itself is worked out and not published.",
        ("hangtime",),
    ),
    Rule(
        "charges.administration-elsewhere",
        "A service line that the record system charges itself is worked out and not published.",
        ("hangtime",),
    ),
)
