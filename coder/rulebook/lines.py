"""Rules of lines: initial, sequential, concurrent, repeats, pushes, injections, hydration."""

from __future__ import annotations

from coder.rulebook.rule import Rule

RULES = (
    Rule(
        "initial.hierarchy",
        "One initial service per access and visit, by the facility hierarchy.",
        ("cpt-hierarchy", "ncci-xi"),
    ),
    Rule("initial.waiting", "An add-on waits for its initial service.", ("hangtime",)),
    Rule(
        "initial.second-access",
        "A second access documented as necessary has its own initial service, marked distinct.",
        ("ncci-xi",),
    ),
    Rule("access.second-undocumented", "Different words for a site never prove a second access.", ("ncci-xi",)),
    Rule("sequential.new-drug", "Each new drug infused on the same access is sequential.", ("cpt-hierarchy",)),
    Rule(
        "concurrent.majority",
        "Infusions that share more than half of the later drug's minutes are concurrent.",
        ("hcpro-majority",),
    ),
    Rule("concurrent.once-per-date", "A concurrent infusion is reported once per date.", ("cpt-concurrent",)),
    Rule(
        "concurrent.chemotherapy", "Two chemotherapy infusions at once have no code and are asked about.", ("hangtime",)
    ),
    Rule(
        "repeat.each",
        "A separate repeat of the same drug is at least one further hour, more by its own clock.",
        ("cpt-repeat",),
    ),
    Rule("push.new-drug", "Each push of another drug is reported.", ("cpt-hierarchy",)),
    Rule(
        "push.repeat",
        "The same drug is reported again when more than thirty minutes have passed.",
        ("asco-repeated-push",),
    ),
    Rule("push.repeat-within", "The same drug within thirty minutes is not reported again.", ("asco-repeated-push",)),
    Rule("injection.each", "Each ordered injection is reported.", ("hcpro-injection",)),
    Rule("bolus-and-drip.query", "A push and an infusion of one drug in one visit wait for an answer.", ("hangtime",)),
    Rule("hydration.initial", "Hydration is the initial service only where nothing else is.", ("cpt-hierarchy",)),
    Rule("hydration.secondary", "Under another initial every hour of hydration is an add-on.", ("cpt-hydration",)),
    Rule(
        "hydration.hours",
        "After the first hour, each further hour of hydration counts by the same rule.",
        ("cpt-hydration",),
    ),
    Rule("hydration.floor", "Thirty minutes or less of fluid alone are not reported.", ("cpt-hydration",)),
    Rule("hydration.once", "Minutes in which two fluids ran count once.", ("cpt-hydration",)),
    Rule("hydration.overlap", "Minutes in which another infusion ran are not hydration.", ("ncci-xi",)),
    Rule("hydration.push", "Minutes in which a push was being given are not hydration.", ("ncci-xi",)),
)
