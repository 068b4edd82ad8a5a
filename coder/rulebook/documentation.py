"""Rules of documentation: what a site wants charted, stops that were not charted, and what answers decide."""

from __future__ import annotations

from coder.rulebook.rule import Rule

STOPS = (
    Rule(
        "stop.answered",
        "A stop that a person stated when asked counts as charted.",
        ("racmonitor-stop", "hangtime"),
    ),
    Rule(
        "stop.computed",
        "Where the site says so, a missing stop is computed from charted start, volume infused and rate.",
        ("medlearn-stop",),
    ),
    Rule(
        "stop.chosen-push",
        "Where the site leaves it to a person, an infusion without a stop may be taken as a push; fluid is nothing.",
        ("hcpro-no-stop", "medlearn-stop"),
    ),
    Rule(
        "clock.pump",
        "Where the site goes by the pump, or by the earlier stop of pump and chart, its times count.",
        ("hangtime",),
    ),
)
ORDERS = (
    Rule("order.missing", "An infusion without an order waits and is asked about.", ("cms-a53778",)),
    Rule("order.unsigned", "An order that nobody has signed warns, or holds the line.", ("cms-signatures",)),
    Rule("order.duration-missing", "An order without a duration is asked of the prescriber.", ("hangtime",)),
)
ITEMS = (
    Rule("documented.reaction", "Where a reaction is charted, what was done about it should be too.", ("cms-a53778",)),
    Rule("documented.identity", "That the patient was identified, where the site wants it charted.", ("namas-set",)),
    Rule(
        "documented.infusion-kind", "Therapeutic, prophylactic or diagnostic, where the site wants it.", ("namas-set",)
    ),
    Rule(
        "documented.infection",
        "What an anti-infective was given against, where its diagnoses are none or only symptoms and circumstances.",
        ("hangtime",),
    ),
    Rule("documented.volume-and-rate", "Volume infused and rate, where the site wants them.", ("cms-a53778",)),
    Rule("documented.access-site", "The site or line, where the site wants it charted.", ("cms-a53778",)),
    Rule("documented.given-by", "Who gave it, where the site wants it charted.", ("namas-set",)),
    Rule("documented.ordered-by", "Who ordered it, where the site wants it charted.", ("namas-set",)),
    Rule("documented.supervised-by", "Who supervised it, where the site wants it charted.", ("hangtime",)),
    Rule("documented.monitoring", "That the patient was monitored, where the site wants it charted.", ("namas-set",)),
    Rule("documented.education", "That the patient was taught, where the site wants it charted.", ("hangtime",)),
    Rule("documented.lot-and-expiry", "Lot number and expiry, where the site wants them charted.", ("hangtime",)),
)
RULES = (*STOPS, *ORDERS, *ITEMS)
