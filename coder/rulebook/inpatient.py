"""Rules of inpatient procedures, and of places where nothing is coded."""

from __future__ import annotations

from datetime import date

from coder.rulebook.rule import Rule

FIRST_EDITION = date(2017, 10, 1)

RULES = (
    Rule(
        "pcs.introduction",
        "What an inpatient was given is a procedure by its kind of substance and where it entered, where the site "
        "codes that kind.",
        ("icd10pcs-administration",),
        FIRST_EDITION,
    ),
    Rule(
        "pcs.new-technology",
        "A drug named in the tables of new technology has a code of its own, which stands before that of its kind.",
        ("icd10pcs-new-technology",),
        FIRST_EDITION,
    ),
    Rule(
        "pcs.once-a-date",
        "The same procedure is reported once on a date, however often it was given.",
        ("icd10pcs-guidelines",),
        FIRST_EDITION,
    ),
    Rule(
        "pcs.access-unknown",
        "Where a code depends on it, it is asked whether a line ends in a peripheral or a central vessel.",
        ("icd10pcs-administration",),
    ),
    Rule(
        "pcs.substance-unknown",
        "Of an antineoplastic that no table of ours names the kind of substance is asked.",
        ("hangtime",),
    ),
    Rule(
        "pcs.no-code",
        "A substance for which the tables hold no code where it entered is not coded.",
        ("icd10pcs-administration",),
    ),
    Rule(
        "pcs.before-first-edition",
        "Before the first edition that is known no procedure is coded.",
        ("hangtime",),
    ),
    Rule(
        "place.skilled-nursing",
        "What a nursing facility gives its residents is part of its own bill.",
        ("iom-nursing-facility",),
    ),
)
