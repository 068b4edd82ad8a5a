"""Rules of visits: class, dates, midnight."""

from __future__ import annotations

from coder.rulebook.rule import Rule

RULES = (
    Rule("visit.class-unknown", "While the patient's class is unknown nothing of the visit is coded.", ("hangtime",)),
    Rule(
        "class.inpatient",
        "An inpatient stay bears no CPT code, and of ICD-10-PCS only what the site codes.",
        ("cms-inpatient",),
    ),
    Rule(
        "class.home",
        "Care at home is not billed here; the codes that a home payer would want are named.",
        ("cms-home-infusion",),
    ),
    Rule(
        "inpatient.window",
        "A hospital's outpatient lines of the days before an inpatient admission roll into the inpatient claim.",
        ("iom-inpatient-window",),
        numbers=("inpatient_window_days",),
    ),
    Rule("date.before-rules", "Before the first day of the rules nothing is coded.", ("hangtime",)),
    Rule("midnight.threshold", "A unit is dated by the minute that earned it.", ("medlearn-midnight",)),
    Rule("midnight.start", "Every unit is dated by the start of its service.", ("cpt-infusion-time",)),
)
