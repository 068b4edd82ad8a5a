"""Rules of drug lines: which drug, how much of it, whose it was, and what was discarded."""

from __future__ import annotations

from datetime import date

from coder.rulebook.rule import Rule

RULES = (
    Rule("drug.unknown", "A drug the formulary does not know is asked about.", ("hangtime",)),
    Rule("drug.ambiguous", "A drug whose code fits several is asked about.", ("hangtime",)),
    Rule("drug.units", "The dose over the billing unit's amount, rounded up, is the number of units.", ("cms-units",)),
    Rule("drug.no-code", "A drug without a code on its date has no line.", ("hangtime",)),
    Rule("drug.dose-missing", "A drug without a charted dose has no line until the dose is known.", ("hangtime",)),
    Rule("drug.unit-mismatch", "A dose in a unit that does not convert is asked about.", ("hangtime",)),
    Rule("drug.route", "A drug none of whose codes covers the charted route is asked about.", ("cms-hcpcs",)),
    Rule(
        "drug.product-unknown",
        "Where products of one drug have codes of their own, the product decides.",
        ("cms-hcpcs",),
    ),
    Rule("drug.dialysis-unknown", "Where a code is for patients on dialysis, the diagnoses decide.", ("cms-hcpcs",)),
    Rule(
        "drug.unclassified",
        "A drug without a code of its own is one unit of an unclassified code.",
        ("wps-unclassified",),
    ),
    Rule("drug.ndc-missing", "An unclassified drug's line waits for its NDC.", ("wps-unclassified",)),
    Rule("drug.specialty-pharmacy", "A drug that a pharmacy supplied and billed has no line.", ("aao-injectables",)),
    Rule("drug.patient-supplied", "A drug that the patient brought has no line.", ("aao-injectables",)),
    Rule("drug.sample", "A free sample has no line.", ("aao-injectables",)),
    Rule("drug.trial", "A drug that a trial supplied free has no line.", ("hangtime",)),
    Rule(
        "drug.self-administered", "A drug that patients take themselves is not covered for outpatients.", ("cms-sad",)
    ),
    Rule("drug.340b", "A 340B drug that is paid by itself bears its modifier.", ("opps-340b",), date(2018, 1, 1)),
    Rule(
        "drug.wasted",
        "Whole units discarded of a single-dose container are a line of their own.",
        ("ngs-waste", "cms-jw"),
        date(2017, 1, 1),
    ),
    Rule(
        "drug.nothing-wasted",
        "Where no whole unit of a single-dose container was discarded, the one line says so.",
        ("cms-jz",),
        date(2023, 7, 1),
    ),
    Rule(
        "drug.containers-computed",
        "A dose of whole containers of one size is taken as those containers.",
        ("hangtime",),
    ),
    Rule("drug.waste-undocumented", "A dose that is no whole container waits for what was discarded.", ("msho-jz",)),
    Rule("drug.waste-differs", "Dose, waste and opened containers must add up.", ("msho-jz",)),
    Rule("drug.containers-short", "Opened containers that hold less than the dose are asked about.", ("hangtime",)),
    Rule(
        "drug.containers-larger", "More opened than the sizes need is asked about and billed as opened.", ("cms-units",)
    ),
    Rule(
        "drug.container-unknown", "Whether a container is single-dose decides its modifier and is asked.", ("cms-jw",)
    ),
    Rule("drug.status-unknown", "Whether a drug is paid by itself decides its modifier and is asked.", ("msho-jz",)),
    Rule("drug.waste-shared", "Waste charted for a bag of several drugs must say of which.", ("hangtime",)),
    Rule("drug.waste-unit", "Waste in a unit that does not convert is asked about.", ("hangtime",)),
    Rule("drug.multi-dose", "Of a multi-dose container only what was given is billed.", ("cms-jw",)),
    Rule("drug.waste-packaged", "Waste of a drug that is not paid by itself has no line.", ("msho-jz",)),
    Rule("drug.waste-before-jw", "Before payers asked for the modifier, waste has no line.", ("cms-jw",)),
    Rule("charge.unmapped", "A line that the charge master does not have waits for an entry.", ("hangtime",)),
)
