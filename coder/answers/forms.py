"""The stated form of each answer: for every rule that asks, which values fit and what they state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coder.answers import drugs, effects, values
from coder.answers.drugs import OfDrug
from coder.answers.effects import Effect, each, fill, nothing, person, purpose, yes
from coder.answers.values import Asked, Reader, either, words, yes_or_no
from coder.facts import AccessDevice, PatientClass, Purpose, Route

CLASSES = [one.value for one in PatientClass if one is not PatientClass.UNKNOWN]
GIVEN_ROUTES = {"iv": "intravenous", "sc": "subcutaneous", "im": "intramuscular", "ia": "intra-arterial"}
BY_HAND_OR_PUMP = (
    "subcutaneous-by-hand",
    "subcutaneous-by-pump",
    "intramuscular-by-hand",
    "intravenous-by-hand",
    "intravenous-by-pump",
)
KINDS = (Purpose.THERAPEUTIC, Purpose.PROPHYLACTIC, Purpose.DIAGNOSTIC)


@dataclass(frozen=True, slots=True)
class Form:
    """What fits as an answer, in words for whoever answers; how it is read; and what it states.

    `settles` is whether the question is over with any answer; the stop of what is said to run on is asked
    again. `of_visit` answers are about the visit, `of_drug` those about one drug of what was given.
    """

    wanted: str
    read: Reader
    state: Effect
    settles: bool = True
    of_visit: bool = False
    of_drug: OfDrug | None = None

    def fits(self, says: str) -> bool:
        """Whether this is an answer in its stated form."""
        return self.read(says, Asked()) == says


def _words(*known: str, state: Effect, **others: str) -> Form:
    return Form(f"one of {', '.join(known)}", words(*known, **others), state)


def _yes_or_no(state: Effect = nothing) -> Form:
    return Form("yes or no", yes_or_no, state)


TIME = "a time such as 10:15 or 2026-03-03T10:15"
DIAGNOSES = Form("ICD-10-CM codes with their dot, such as L03.119 or A41.9, N39.0", values.diagnoses, effects.reasons)
PRODUCT = Form(
    "the NDC or the name of a product that the formulary has, one for each unknown component with a comma between",
    values.products,
    nothing,
    of_drug=drugs.named,
)
AMOUNT = Form("an amount and its unit, such as 1500 mg", values.amount, nothing, of_drug=drugs.dosed)
OPENED = Form(
    "what was opened, discarded, or both, such as opened 500 mg + 500 mg, discarded 200 mg",
    values.opened_and_discarded,
    nothing,
    of_drug=drugs.opened,
)

OF_TIME = {
    "time.start-missing": Form(TIME, values.moment, effects.start),
    "time.stop-missing": Form(
        f"{TIME}, or running, or (where the site's policy missing_stop is push) push",
        either(values.moment, words(effects.RUNNING, effects.PUSH)),
        effects.stop,
        settles=False,
    ),
    "time.too-long": Form("two times such as 09:00-10:15", values.period, effects.times),
    "time.repeated-hour": _words(effects.FIRST, effects.SECOND, effects.FIRST_TO_SECOND, state=effects.which_hour),
    "concurrent.chemotherapy": Form(
        "yes, or the times of this one such as 09:00-10:15",
        either(words("yes"), values.period),
        effects.times_unless_confirmed,
    ),
}
OF_WHAT_WAS_GIVEN = {
    "given.status-unknown": _words("given", "partly-given", "not-given", state=effects.was_given),
    "hydration.volume-missing": Form("a volume such as 1000 mL", values.volume, nothing, of_drug=drugs.dosed),
    "fluid.holds-drug": _words(*(one.value for one in Purpose), state=each("purpose", purpose)),
    "lesions.count-unknown": Form("a whole number from 1", values.count, fill("lesions", int)),
    "mode.unlisted": _yes_or_no(),
    "bolus-and-drip.query": _yes_or_no(),
    "edit.pair-open": _words("separate", "part", state=nothing),
}
OF_DRUG_LINES = {
    "drug.unknown": PRODUCT,
    "drug.ambiguous": PRODUCT,
    "drug.product-unknown": PRODUCT,
    "drug.ndc-missing": PRODUCT,
    "drug.dose-missing": AMOUNT,
    "drug.unit-mismatch": AMOUNT,
    "drug.waste-undocumented": OPENED,
    "drug.waste-differs": OPENED,
    "drug.waste-unit": OPENED,
    "drug.containers-short": OPENED,
    "drug.containers-larger": Form("the sizes that were at hand, in words", values.text, nothing),
    "drug.waste-shared": Form("the name of the drug", values.text, nothing),
    "drug.container-unknown": _words(
        "single-dose", "multi-dose", state=each("single_dose", lambda says: says == "single-dose")
    ),
    "drug.route": _words(*(one.value for one in Route), state=each("route", Route), **GIVEN_ROUTES),
    "drug.dialysis-unknown": _yes_or_no(),
    "drug.status-unknown": _yes_or_no(),
}
OF_THE_WAY = {
    "mode.route-unknown": _words(*(one.value for one in Route), state=fill("route", Route), **GIVEN_ROUTES),
    "mode.push-unattended": _words("attended", "infusion", state=effects.how_long_push),
    "mode.pump-unknown": _words(*BY_HAND_OR_PUMP, state=effects.by_hand_or_pump),
    "pump.kind-unknown": _words("portable", "implantable", "other", state=effects.pump_kind, implanted="implantable"),
    "pump.length-unknown": Form(
        "a whole number of hours", values.count, fill("ordered_minutes", effects.minutes_of_hours)
    ),
    "cavity.puncture-unknown": _words(
        "same", "somebody-else", state=fill("puncture", lambda says: says == "same"), other="somebody-else"
    ),
    "flush.device-unknown": _words(
        AccessDevice.PORT, AccessDevice.CATHETER, AccessDevice.PERIPHERAL, state=fill("access_device", AccessDevice)
    ),
    "access.second-undocumented": _words(
        effects.SAME_ACCESS, "incompatible", "protocol", "other", state=effects.access
    ),
    "pcs.access-unknown": _words("peripheral", "central", state=each("access")),
    "pcs.substance-unknown": _words("antineoplastic", "antibody", "other", state=nothing),
}
OF_THE_VISIT = {
    "visit.class-unknown": Form(f"one of {', '.join(CLASSES)}", words(*CLASSES), nothing, of_visit=True),
}
OF_NECESSITY = {
    "necessity.not-linked": DIAGNOSES,
    "necessity.unsupported": DIAGNOSES,
    "necessity.secondary-only": DIAGNOSES,
    "authorisation.missing": Form("the payer's number, or none", values.text, effects.authorisation),
}
OF_ORDERS = {
    "order.missing": Form("the order's number or name", values.text, fill("order")),
    "order.unsigned": _yes_or_no(each("signed", yes)),
    "order.duration-missing": Form("a whole number of minutes", values.count, fill("ordered_minutes", int)),
}
OF_DOCUMENTATION = {
    "documented.reaction": _yes_or_no(fill("reaction_managed", yes)),
    "documented.identity": _yes_or_no(fill("identified", yes)),
    "documented.infusion-kind": _words(*KINDS, state=fill("purpose", purpose)),
    "documented.infection": DIAGNOSES,
    "documented.volume-and-rate": Form(
        "a volume and a rate such as 250 mL at 125 mL/h", values.volume_and_rate, effects.volume_and_rate
    ),
    "documented.access-site": Form("the site in words, such as left forearm", values.text, fill("access")),
    "documented.given-by": Form("who gave it", values.text, fill("given_by", person)),
    "documented.ordered-by": Form("who ordered it", values.text, fill("ordered_by", person)),
    "documented.supervised-by": Form("who supervised it", values.text, fill("supervised_by", person)),
    "documented.monitoring": _yes_or_no(fill("monitored", yes)),
    "documented.education": _yes_or_no(fill("educated", yes)),
    "documented.lot-and-expiry": Form(
        "the lot number and the expiry date, such as A1234 2027-01-31", values.lot_and_expiry, effects.lot_and_expiry
    ),
}
FORMS: Mapping[str, Form] = {
    **OF_TIME,
    **OF_WHAT_WAS_GIVEN,
    **OF_DRUG_LINES,
    **OF_THE_WAY,
    **OF_THE_VISIT,
    **OF_NECESSITY,
    **OF_ORDERS,
    **OF_DOCUMENTATION,
}
