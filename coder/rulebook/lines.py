"""Rules of lines: initial, sequential, concurrent, repeats, pushes, hydration, and what stands by itself."""

from __future__ import annotations

from coder.rulebook.rule import Rule

INITIALS = (
    Rule(
        "initial.hierarchy",
        "One initial service per access and visit, by the facility hierarchy.",
        ("cpt-hierarchy", "ncci-xi"),
    ),
    Rule(
        "initial.reason",
        "A professional's initial service is what the patient came for, unless chemotherapy was given.",
        ("iom-reason",),
    ),
    Rule("initial.waiting", "An add-on waits for its initial service.", ("hangtime",)),
    Rule(
        "initial.second-access",
        "A second access documented as necessary has an initial service of its own.",
        ("ncci-xi", "noridian-initial"),
    ),
    Rule("access.never", "Where the site says so, a second access has no initial service of its own.", ("hangtime",)),
    Rule("access.second-undocumented", "Different words for a site never prove a second access.", ("ncci-xi",)),
)
INFUSIONS = (
    Rule("sequential.new-drug", "Each new drug infused on the same access is sequential.", ("cpt-hierarchy",)),
    Rule(
        "concurrent.majority",
        "Infusions that share more than half of the later drug's minutes are concurrent.",
        ("hcpro-majority",),
    ),
    Rule("concurrent.any", "Where the site says so, any time together is concurrent.", ("haugen-concurrent",)),
    Rule(
        "concurrent.min16",
        "Where the site says so, sixteen minutes together are concurrent.",
        ("haugen-concurrent",),
        numbers=("concurrent_minutes_floor",),
    ),
    Rule(
        "concurrent.deduct",
        "Where the site says so, time shared with a longer infusion is taken off the shorter, which is concurrent "
        "when less than an infusion is left of it.",
        ("medlearn-concurrent",),
        numbers=("infusion_minutes_floor",),
    ),
    Rule("concurrent.once-per-date", "A concurrent infusion is reported once per date.", ("cpt-concurrent",)),
    Rule(
        "concurrent.chemotherapy", "Two chemotherapy infusions at once have no code and are asked about.", ("hangtime",)
    ),
    Rule(
        "repeat.each",
        "A separate repeat of the same drug is at least one further hour, more by its own clock.",
        ("cpt-repeat",),
        numbers=("infusion_minutes_floor", "first_hour_minutes", "additional_hour_minutes_floor"),
    ),
    Rule(
        "repeat.sum",
        "Where the site says so, all infusions of a drug are one clock, and its further hours are counted on that.",
        ("medlearn-observation",),
    ),
)
PUSHES = (
    Rule("push.new-drug", "Each push of another drug is reported.", ("cpt-hierarchy",)),
    Rule(
        "push.repeat",
        "The same drug is reported again when more than thirty minutes have passed.",
        ("asco-repeated-push",),
        numbers=("push_repeat_minutes_floor",),
    ),
    Rule(
        "push.repeat-within",
        "The same drug within thirty minutes is not reported again.",
        ("asco-repeated-push",),
        numbers=("push_repeat_minutes_floor",),
    ),
    Rule(
        "push.repeat-professional",
        "A professional reports the push of a drug once a visit.",
        ("asco-repeated-push", "ncci-mue"),
    ),
    Rule("bolus-and-drip.query", "A push and an infusion of one drug in one visit wait for an answer.", ("hangtime",)),
    Rule("bolus-and-drip.both", "Where the site says so, a push and an infusion of a drug both count.", ("hangtime",)),
    Rule(
        "bolus-and-drip.drip",
        "Where the site says so, of a push and an infusion of one drug the infusion alone counts.",
        ("hangtime",),
    ),
)
HYDRATION = (
    Rule(
        "hydration.initial",
        "Hydration is the initial service where nothing else is, or a professional's patient came for it.",
        ("cpt-hierarchy", "iom-reason"),
        numbers=("hydration_minutes_floor",),
    ),
    Rule(
        "hydration.secondary",
        "Under another initial every hour of hydration is an add-on.",
        ("cpt-hydration",),
        numbers=("additional_hour_minutes_floor",),
    ),
    Rule(
        "hydration.hours",
        "After the first hour, each further hour of hydration counts by the same rule.",
        ("cpt-hydration",),
        numbers=("first_hour_minutes", "additional_hour_minutes_floor"),
    ),
    Rule(
        "hydration.floor",
        "Thirty minutes or less of fluid alone are not reported.",
        ("cpt-hydration",),
        numbers=("hydration_minutes_floor",),
    ),
    Rule(
        "hydration.segments",
        "Where the payer refuses to add pieces of fluid, each counts by its own minutes.",
        ("aapc-196971",),
    ),
    Rule("hydration.volume", "Where the payer wants a volume, less fluid is not reported.", ("haugen-volume",)),
    Rule("hydration.volume-missing", "Where the payer wants a volume, one not charted is asked.", ("haugen-volume",)),
    Rule("hydration.once", "Minutes in which two fluids ran count once.", ("cpt-hydration",)),
    Rule("hydration.overlap", "Minutes in which another infusion ran are not hydration.", ("ncci-xi",)),
    Rule("hydration.push", "Minutes in which a push was being given are not hydration.", ("medlearn-push-minutes",)),
    Rule(
        "hydration.between-blood",
        "Fluid between units of blood is no hydration unless it was given for that.",
        ("noridian-hydration",),
    ),
)
ALONE = (
    Rule("injection.each", "Each ordered injection is reported.", ("hcpro-injection",)),
    Rule("injection.split-one", "One ordered dose in several injections counts once.", ("noridian-initial",)),
    Rule(
        "injection.split-each",
        "Where the site says so, each injection of one ordered dose counts.",
        ("cpt-assistant-split",),
    ),
    Rule(
        "injection.counselled",
        "An antibody against RSV has one code with counselling charted and one without.",
        ("cpt-rsv",),
    ),
    Rule("arterial.alone", "What goes into an artery stands by itself, with its own hours.", ("cpt-arterial",)),
    Rule(
        "subcutaneous.initial",
        "The first infusion under the skin by pump stands by itself, set-up included.",
        ("cpt-subcutaneous",),
    ),
    Rule("subcutaneous.set-up", "A pump set up at another site is reported once a visit.", ("cpt-subcutaneous",)),
    Rule(
        "subcutaneous.together",
        "All infusions under the skin of a visit are one clock.",
        ("cpt-subcutaneous",),
    ),
    Rule(
        "lesions.number",
        "Up to seven lesions are one code, more are another.",
        ("cpt-lesions",),
        numbers=("lesions_few_ceiling",),
    ),
    Rule(
        "prolonged.start",
        "The start of a prolonged chemotherapy by pump is reported beside whatever else was given.",
        ("cpt-prolonged",),
    ),
    Rule(
        "prolonged.home",
        "Started with the site's own pump and continued at home, it has a code that includes the return.",
        ("hcpcs-g0498",),
    ),
    Rule(
        "prolonged.hospital",
        "A prolonged infusion by pump that is no chemotherapy has a hospital code.",
        ("hcpcs-c8957",),
    ),
    Rule("prolonged.arterial", "A prolonged chemotherapy by pump into an artery has its own code.", ("cpt-arterial",)),
    Rule("prolonged.once-per-date", "The start of a prolonged infusion is reported once a date.", ("ncci-mue",)),
)
RULES = (*INITIALS, *INFUSIONS, *PUSHES, *HYDRATION, *ALONE)
