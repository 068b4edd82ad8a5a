"""Rules of runs: what was given, how long, and in which mode."""

from __future__ import annotations

from coder.rulebook.rule import Rule

GIVEN = (
    Rule("given.not-done", "What was not given is not billed.", ("cms-a53778",)),
    Rule("given.status-unknown", "What may not have been given waits for an answer.", ("hangtime",)),
    Rule("given.transfusion", "A transfusion is not an infusion.", ("cpt-transfusion",)),
    Rule("given.contrast", "Contrast belongs to its imaging study.", ("ncci-xi",)),
    Rule("given.tracer", "A tracer belongs to its study.", ("ncci-xi",)),
    Rule("given.stress-agent", "A stress agent belongs to its test.", ("ncci-xi",)),
    Rule("given.vaccine", "A vaccine is not an injection of this family.", ("codingahead-96372",)),
    Rule("given.allergen", "Allergen immunotherapy has codes of its own.", ("cpt-allergen",)),
    Rule("given.own-code", "A drug whose giving has a code of its own is not coded here.", ("cms-pemivibart",)),
    Rule("integral.operation", "What belongs to an operation or its recovery is part of it.", ("ncci-xi",)),
    Rule("integral.study", "What belongs to an imaging study or a stress test is part of it.", ("ncci-xi",)),
    Rule(
        "integral.procedure",
        "What belongs to a procedure whose code stands over pushes in the edits is part of it.",
        ("ncci-xi",),
    ),
    Rule("integral.dialysis", "What goes into the dialysis circuit is part of the dialysis.", ("hangtime",)),
    Rule("place.home", "What was given at home is not billed here.", ("cms-home-infusion",)),
    Rule("pca.demand-none", "Doses the patient asked of a pump are no services.", ("hangtime",)),
    Rule("pca.demand-pushes", "By the site's policy each dose asked of a pump is a push.", ("hangtime",)),
)
FLUIDS = (
    Rule("fluid.keep-vein-open", "Fluid that keeps a vein open is not a service.", ("noridian-hydration",)),
    Rule("fluid.carrier", "Fluid that carries a drug is part of giving the drug.", ("noridian-hydration",)),
    Rule("fluid.flush", "A flush is part of the service it belongs to.", ("noridian-hydration",)),
    Rule("fluid.holds-drug", "A drug charted as flush, carrier or to keep a vein open is asked about.", ("hangtime",)),
    Rule("fluid.pushed", "Plain fluid given as a push is no hydration.", ("noridian-hydration",)),
    Rule("flush.device-unknown", "Of a flush alone the kind of line is asked.", ("ncci-port-flush",)),
)
TIMES = (
    Rule("time.start-missing", "Without a charted start nothing can be timed.", ("cms-a53778",)),
    Rule("time.stop-missing", "An infusion without a charted stop is planned and asked about.", ("cms-a53778",)),
    Rule("time.running", "A running infusion is planned and counts to its last charted moment.", ("hangtime",)),
    Rule(
        "time.repeated-hour",
        "A time without an offset in the hour that an autumn night repeats is read both ways; what they bill "
        "differently waits and is asked.",
        ("hangtime",),
    ),
    Rule(
        "time.additional-hours",
        "After the first hour, each further hour counts once more than thirty of its minutes have run.",
        ("cpt-infusion-time",),
        numbers=(
            "first_hour_minutes",
            "additional_hour_minutes_floor",
        ),
    ),
    Rule(
        "time.too-long",
        "What is charted as running for more than a week is asked about.",
        ("hangtime",),
        numbers=("run_minutes_ceiling",),
    ),
    Rule(
        "run.stitched",
        "Bags, rates and restarts of one infusate under one order on one access are one run.",
        ("cms-a53778",),
    ),
    Rule("run.one-bag", "Drugs in one bag are one administration.", ("asco-same-bag",)),
    Rule("run.pause", "A charted pause is taken off.", ("cpt-infusion-time",)),
    Rule(
        "run.taken-over",
        "What ran already on arrival counts from the documented takeover, without a drug line for what hung.",
        ("hangtime",),
    ),
    Rule("run.before-takeover", "What was over before the takeover was given by somebody else.", ("hangtime",)),
    Rule("run.until-inpatient", "Minutes after the inpatient order are not counted.", ("cms-inpatient",)),
    Rule(
        "early-stop.minutes",
        "An infusion stopped early is what its minutes make it.",
        ("medlearn-early-stop",),
        numbers=("infusion_minutes_floor",),
    ),
    Rule(
        "early-stop.discontinued",
        "An infusion stopped before its sixteenth minute is the infusion, discontinued (53).",
        ("aapc-early-stop",),
        numbers=("infusion_minutes_floor",),
    ),
    Rule(
        "early-stop.reduced",
        "An infusion stopped before its sixteenth minute is the infusion, reduced (52).",
        ("palmetto-early-stop",),
        numbers=("infusion_minutes_floor",),
    ),
    Rule(
        "early-stop.intent",
        "An infusion stopped before its sixteenth minute is the infusion that was meant.",
        ("palmetto-early-stop",),
        numbers=("infusion_minutes_floor",),
    ),
)
VEINS = (
    Rule("mode.route-unknown", "Without a charted route nothing is coded.", ("cms-a53778",)),
    Rule(
        "mode.route-not-coded", "A route that no code of these rules names for this drug is not coded.", ("hangtime",)
    ),
    Rule("mode.unlisted", "What no code names is planned as unlisted, and a coder is asked.", ("hangtime",)),
    Rule("mode.push-charted", "Charted as a push and shorter than an infusion: a push.", ("cms-a53778",)),
    Rule(
        "mode.push-attended",
        "A push by hand with continuous attendance charted is a push however long.",
        ("aapc-106018",),
    ),
    Rule(
        "mode.push-by-minutes",
        "Fifteen minutes or less into a vein is a push, however it was hung.",
        ("cms-a53778",),
        numbers=("infusion_minutes_floor",),
    ),
    Rule(
        "mode.push-unattended",
        "A push with an infusion's minutes and no attendance charted is asked about.",
        ("cms-a53778",),
        numbers=("infusion_minutes_floor",),
    ),
    Rule(
        "mode.infusion",
        "Sixteen minutes or more into a vessel is an infusion.",
        ("cms-a53778",),
        numbers=("infusion_minutes_floor",),
    ),
    Rule("mode.hydration", "Plain fluid for volume is hydration.", ("cpt-hydration",)),
    Rule(
        "mode.prolonged",
        "The start of an infusion of more than eight hours by a portable or implanted pump is one service.",
        ("cpt-prolonged",),
        numbers=("prolonged_minutes_floor",),
    ),
    Rule("pump.length-unknown", "How long a pump taken home was ordered to run is asked.", ("cpt-prolonged",)),
    Rule("mode.refill", "Refilling a portable or implanted pump is one service.", ("cpt-pump-refill",)),
    Rule("pump.kind-unknown", "Of a pump refilled the kind is asked.", ("cpt-pump-refill",)),
    Rule("pump.spinal-refill", "Refilling a pump for spine or brain is coded elsewhere.", ("cpt-pump-refill",)),
    Rule(
        "mode.port-flush",
        "A flush of an implanted port, with nothing else that day, is a service.",
        ("ncci-port-flush",),
    ),
    Rule("mode.declot", "Clearing a clotted line is a service, unlike a flush.", ("haugen-declot",)),
)
ELSEWHERE = (
    Rule("mode.injection", "A dose under the skin or into muscle is an injection.", ("hcpro-injection",)),
    Rule("mode.rsv-antibody", "An antibody against RSV has injection codes of its own.", ("cpt-rsv",)),
    Rule("mode.on-body", "Putting on an on-body injector is one service.", ("cpt-on-body",)),
    Rule(
        "mode.subcutaneous-infusion",
        "Sixteen minutes or more under the skin by pump is an infusion.",
        ("cpt-subcutaneous",),
        numbers=("infusion_minutes_floor",),
    ),
    Rule(
        "mode.pump-unknown",
        "What is too long for an injection, without a pump charted, is asked about.",
        ("hangtime",),
        numbers=("infusion_minutes_floor",),
    ),
    Rule("mode.instillation", "An antineoplastic into a cavity or around the spine is one service.", ("cpt-cavities",)),
    Rule("cavity.reduced", "Without the puncture its code includes, it is reduced (52).", ("palmetto-cavities",)),
    Rule("cavity.puncture-unknown", "Where it matters, who made the puncture is asked.", ("palmetto-cavities",)),
    Rule(
        "mode.lesions",
        "An antineoplastic into lesions is coded by how many they were.",
        ("cpt-lesions",),
        numbers=("lesions_few_ceiling",),
    ),
    Rule("lesions.count-unknown", "The number of lesions, where not charted, is asked.", ("cpt-lesions",)),
    Rule(
        "family.table",
        "A row for the drug, by route, payer, diagnosis and date, decides between chemotherapy and therapeutic.",
        ("cms-cr13468", "ngs-a58620"),
    ),
)
RULES = (*GIVEN, *FLUIDS, *TIMES, *VEINS, *ELSEWHERE)
