"""Every rule by its id: one plain sentence, the authorities it rests on, and its first day in force.

Registered in a table, not by decorator, so that mutation tools reach the functions themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

FIRST_DAY = date(2009, 1, 1)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `cite` are keys of the authorities table."""

    id: str
    says: str
    cite: tuple[str, ...]
    since: date = FIRST_DAY


_RULES = (
    Rule("visit.class-unknown", "While the patient's class is unknown nothing of the visit is coded.", ("hangtime",)),
    Rule("class.inpatient", "An inpatient stay bears no CPT code.", ("cms-inpatient",)),
    Rule("class.home", "Care at home is not billed by the hospital.", ("hangtime",)),
    Rule("date.before-rules", "Before the first day of the rules nothing is coded.", ("hangtime",)),
    Rule("given.not-done", "What was not given is not billed.", ("cms-a53778",)),
    Rule("given.status-unknown", "What may not have been given waits for an answer.", ("hangtime",)),
    Rule("given.transfusion", "A transfusion is not an infusion.", ("hangtime",)),
    Rule("given.contrast", "Contrast belongs to its imaging study.", ("ncci-xi",)),
    Rule("given.vaccine", "A vaccine is not an injection of this family.", ("hangtime",)),
    Rule("fluid.keep-vein-open", "Fluid that keeps a vein open is not a service.", ("noridian-hydration",)),
    Rule("fluid.carrier", "Fluid that carries a drug is part of giving the drug.", ("noridian-hydration",)),
    Rule("fluid.flush", "A flush is part of the service it belongs to.", ("noridian-hydration",)),
    Rule("fluid.pushed", "Plain fluid given as a push is no hydration.", ("noridian-hydration",)),
    Rule("drug.unknown", "A drug the formulary does not know is asked about.", ("hangtime",)),
    Rule("drug.ambiguous", "A drug whose code fits several is asked about.", ("hangtime",)),
    Rule("drug.units", "The dose over the billing unit's amount, rounded up, is the number of units.", ("cms-units",)),
    Rule("drug.no-code", "A drug without a code on its date has no line.", ("hangtime",)),
    Rule("drug.dose-missing", "A drug without a charted dose has no line until the dose is known.", ("hangtime",)),
    Rule("drug.unit-mismatch", "A dose in a unit that does not convert is asked about.", ("hangtime",)),
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
    Rule("midnight.threshold", "A unit is dated by the minute that earned it.", ("medlearn-midnight",)),
    Rule("midnight.start", "Every unit is dated by the start of its service.", ("cpt-infusion-time",)),
)

RULES = {rule.id: rule for rule in _RULES}
