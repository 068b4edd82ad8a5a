"""Rules of runs: what was given, how long, and in which mode."""

from __future__ import annotations

from coder.rulebook.rule import Rule

RULES = (
    Rule("given.not-done", "What was not given is not billed.", ("cms-a53778",)),
    Rule("given.status-unknown", "What may not have been given waits for an answer.", ("hangtime",)),
    Rule("given.transfusion", "A transfusion is not an infusion.", ("hangtime",)),
    Rule("given.contrast", "Contrast belongs to its imaging study.", ("ncci-xi",)),
    Rule("given.vaccine", "A vaccine is not an injection of this family.", ("hangtime",)),
    Rule("fluid.keep-vein-open", "Fluid that keeps a vein open is not a service.", ("noridian-hydration",)),
    Rule("fluid.carrier", "Fluid that carries a drug is part of giving the drug.", ("noridian-hydration",)),
    Rule("fluid.flush", "A flush is part of the service it belongs to.", ("noridian-hydration",)),
    Rule("fluid.pushed", "Plain fluid given as a push is no hydration.", ("noridian-hydration",)),
    Rule("time.start-missing", "Without a charted start nothing can be timed.", ("cms-a53778",)),
    Rule("time.stop-missing", "An infusion without a charted stop is planned and asked about.", ("cms-a53778",)),
    Rule("time.running", "A running infusion is planned and counts to its last charted moment.", ("hangtime",)),
    Rule(
        "time.additional-hours",
        "After the first hour, each further hour counts once more than thirty of its minutes have run.",
        ("cpt-infusion-time",),
    ),
    Rule("time.too-long", "What is charted as running for more than a week is asked about.", ("hangtime",)),
    Rule(
        "run.stitched",
        "Bags, rates and restarts of one infusate under one order on one access are one run.",
        ("cms-a53778",),
    ),
    Rule("run.one-bag", "Drugs in one bag are one administration.", ("asco-same-bag",)),
    Rule("run.pause", "A charted pause is taken off.", ("cpt-infusion-time",)),
    Rule("mode.route-unknown", "Without a charted route nothing is coded.", ("cms-a53778",)),
    Rule(
        "mode.route-not-coded", "Routes other than vein, skin and muscle are not coded by this rule set.", ("hangtime",)
    ),
    Rule("mode.injection", "A dose under the skin or into muscle is an injection.", ("hcpro-injection",)),
    Rule(
        "mode.push-charted",
        "Charted as a push and shorter than an infusion, or attended throughout: a push.",
        ("cms-a53778",),
    ),
    Rule(
        "mode.push-by-minutes", "Fifteen minutes or less into a vein is a push, however it was hung.", ("cms-a53778",)
    ),
    Rule(
        "mode.push-unattended",
        "A push with an infusion's minutes and no attendance charted is asked about.",
        ("cms-a53778",),
    ),
    Rule("mode.infusion", "Sixteen minutes or more into a vein is an infusion.", ("cms-a53778",)),
    Rule("mode.hydration", "Plain fluid for volume is hydration.", ("cpt-hydration",)),
)
