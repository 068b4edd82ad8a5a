"""Rules of edits: pairs, add-ons, limits, modifiers, places of service."""

from __future__ import annotations

from datetime import date, timedelta

from coder.rulebook.rule import Rule

X_MODIFIERS_FIRST_DAY = date(2015, 1, 1)
FIRST_EDITION = date(2024, 7, 1)

RULES = (
    Rule(
        "professional.facility-place",
        "In a facility's place of service infusions and injections are the facility's, not a professional's.",
        ("cpt-facility-place",),
    ),
    Rule("flush.not-alone", "A flush is a service only where it is the only one of its date.", ("ncci-ptp",)),
    Rule(
        "initial.second",
        "Of two initial services the one in column two of their pair is the second, else the later.",
        ("hcpro-second-initial", "ncci-ptp"),
    ),
    Rule(
        "modifier.59", "A service distinct from another of its date or visit is marked so.", ("hcpro-second-initial",)
    ),
    Rule("modifier.xe", "Distinct because of another visit.", ("cms-x-modifiers",), X_MODIFIERS_FIRST_DAY),
    Rule("modifier.xs", "Distinct because of another access.", ("cms-x-modifiers",), X_MODIFIERS_FIRST_DAY),
    Rule("modifier.xp", "Distinct because of another practitioner.", ("cms-x-modifiers",), X_MODIFIERS_FIRST_DAY),
    Rule(
        "modifier.xu",
        "Distinct because it was ordered by itself or lies at another time.",
        ("cms-x-modifiers",),
        X_MODIFIERS_FIRST_DAY,
    ),
    Rule(
        "modifier.hours",
        "The hours of a second initial service carry its modifier where the site wants it.",
        ("hcpro-second-initial",),
    ),
    Rule(
        "edit.pair-never",
        "What an edit never allows beside a service of its date is not reported.",
        ("ncci-ptp",),
        FIRST_EDITION,
    ),
    Rule(
        "edit.pair",
        "What an edit bundles into a service of its date is reported only where distinct.",
        ("ncci-ptp",),
        FIRST_EDITION,
    ),
    Rule(
        "edit.pair-open",
        "Where the chart does not say whether bundled services were distinct, the line waits for an answer.",
        ("ncci-ptp", "hangtime"),
        FIRST_EDITION,
    ),
    Rule(
        "edit.add-on",
        "An add-on without any of its primary services in the visit is not reported.",
        ("ncci-aoc",),
        FIRST_EDITION,
    ),
    Rule(
        "edit.limit-absolute",
        "Units above an absolute limit of the date are not reported.",
        ("ncci-mue",),
        FIRST_EDITION,
    ),
    Rule(
        "edit.limit", "Units above a limit that documentation can lift are pointed out.", ("ncci-mue",), FIRST_EDITION
    ),
    Rule(
        "edit.before-first-edition",
        "Before the first edition that is known edits are not checked, and that is said.",
        ("hangtime",),
        until=FIRST_EDITION - timedelta(days=1),
    ),
    Rule(
        "modifier.25",
        "An evaluation of the same date needs its modifier beside our lines; we only point it out.",
        ("ncci-ptp", "oce-25"),
        FIRST_EDITION,
    ),
    Rule(
        "beside.never",
        "A service of others that never stands beside ours is pointed out.",
        ("ncci-ptp",),
        FIRST_EDITION,
    ),
    Rule(
        "beside.part",
        "A service of others that is part of ours unless distinct is pointed out.",
        ("ncci-ptp",),
        FIRST_EDITION,
    ),
)
