"""Rules of necessity: diagnoses linked to lines, what coverage tables say of them, payers' approvals."""

from __future__ import annotations

from coder.rulebook.rule import Rule

LINKS = (
    Rule(
        "necessity.charted",
        "What was charted or ordered as the reason for a dose are the diagnoses of its lines.",
        ("icd-10-cm-guidelines", "hangtime"),
    ),
    Rule(
        "necessity.ordered",
        "A dose without a reason of its own has that of another dose under the same order.",
        ("hangtime",),
    ),
    Rule(
        "necessity.visit",
        "Without either the diagnoses of its visit's encounters are linked, the primary one first.",
        ("icd-10-cm-guidelines", "hangtime"),
    ),
    Rule(
        "necessity.secondary-only",
        "A diagnosis that only accompanies another never stands alone; what the other is, is asked.",
        ("icd-10-cm-guidelines",),
    ),
    Rule(
        "necessity.not-linked",
        "A drug whose diagnosis a payer looks at is asked about where none is known.",
        ("ssa-1862", "hangtime"),
    ),
)
VERDICTS = (
    Rule("necessity.covered", "A diagnosis that the coverage table has for the drug supports it.", ("ssa-1862",)),
    Rule(
        "necessity.unsupported",
        "Where the coverage table knows the drug and none of its diagnoses, the prescriber is asked.",
        ("ssa-1862", "hangtime"),
    ),
    Rule(
        "necessity.warned",
        "A diagnosis that payers often refuse for the drug is pointed out.",
        ("ssa-1862", "hangtime"),
    ),
    Rule(
        "necessity.off-label",
        "A drug given outside its label, by the patient's age or the date, is pointed out.",
        ("mbpm-label",),
    ),
    Rule(
        "necessity.age-unknown",
        "Where the patient's age decides and is not known, that is pointed out.",
        ("mbpm-label", "hangtime"),
    ),
    Rule(
        "necessity.not-covered",
        "What the payer does not cover for its diagnosis is not billed, the drug nor giving it.",
        ("mbpm-not-necessary",),
    ),
)
APPROVALS = (
    Rule(
        "authorisation.carried", "Where the payer approves a drug first, its number goes with the lines.", ("hangtime",)
    ),
    Rule(
        "authorisation.missing",
        "Where the payer approves a drug first and no number is known, it is asked.",
        ("hangtime",),
    ),
)
RULES = (*LINKS, *VERDICTS, *APPROVALS)
