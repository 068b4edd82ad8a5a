"""The codes this release bills, with our own labels, by what was done.

Code numbers only: CPT descriptors are the American Medical Association's and stay out.
"""

from __future__ import annotations

from dataclasses import dataclass

from coder.policy import CodeFamily

OF_CHEMOTHERAPY = CodeFamily.CHEMOTHERAPY
DECLOT = "36593"
HYDRATION_INITIAL = "96360"
HYDRATION_HOUR = "96361"
THERAPEUTIC_INITIAL = "96365"
THERAPEUTIC_HOUR = "96366"
THERAPEUTIC_SEQUENTIAL = "96367"
THERAPEUTIC_CONCURRENT = "96368"
SUBCUTANEOUS_INFUSION = "96369"
SUBCUTANEOUS_HOUR = "96370"
SUBCUTANEOUS_SET_UP = "96371"
INJECTION = "96372"
ARTERIAL_PUSH = "96373"
THERAPEUTIC_PUSH = "96374"
THERAPEUTIC_FURTHER_PUSH = "96375"
REPEATED_PUSH = "96376"
ON_BODY_INJECTOR = "96377"
UNLISTED = "96379"
ANTIBODY_COUNSELLED = "96380"
ANTIBODY = "96381"
CHEMOTHERAPY_INJECTION = "96401"
HORMONAL_INJECTION = "96402"
LESIONS_FEW = "96405"
LESIONS_MANY = "96406"
CHEMOTHERAPY_PUSH = "96409"
CHEMOTHERAPY_FURTHER_PUSH = "96411"
CHEMOTHERAPY_INITIAL = "96413"
CHEMOTHERAPY_HOUR = "96415"
CHEMOTHERAPY_PROLONGED = "96416"
CHEMOTHERAPY_SEQUENTIAL = "96417"
CHEMOTHERAPY_ARTERIAL_PUSH = "96420"
CHEMOTHERAPY_ARTERIAL_INFUSION = "96422"
CHEMOTHERAPY_ARTERIAL_HOUR = "96423"
CHEMOTHERAPY_ARTERIAL_PROLONGED = "96425"
PLEURAL_CAVITY = "96440"
PERITONEAL_CAVITY = "96446"
SPINE = "96450"
PORTABLE_PUMP_REFILL = "96521"
IMPLANTED_PUMP_REFILL = "96522"
PORT_FLUSH = "96523"
RESERVOIR = "96542"
CHEMOTHERAPY_UNLISTED = "96549"
HOSPITAL_PROLONGED = "C8957"
HOME_PROLONGED = "G0498"

LABELS = {
    DECLOT: "Clot in an access dissolved",
    HYDRATION_INITIAL: "Hydration, first stretch",
    HYDRATION_HOUR: "Hydration, further hour",
    THERAPEUTIC_INITIAL: "Therapeutic infusion, initial",
    THERAPEUTIC_HOUR: "Therapeutic infusion, further hour",
    THERAPEUTIC_SEQUENTIAL: "Therapeutic infusion, another drug in sequence",
    THERAPEUTIC_CONCURRENT: "Therapeutic infusion, alongside another",
    SUBCUTANEOUS_INFUSION: "Infusion under the skin by pump, initial",
    SUBCUTANEOUS_HOUR: "Infusion under the skin by pump, further hour",
    SUBCUTANEOUS_SET_UP: "Infusion under the skin, pump set up at another site",
    INJECTION: "Injection under the skin or into muscle",
    ARTERIAL_PUSH: "Injection into an artery",
    THERAPEUTIC_PUSH: "Therapeutic push, initial",
    THERAPEUTIC_FURTHER_PUSH: "Therapeutic push, another drug",
    REPEATED_PUSH: "Push repeated, same drug",
    ON_BODY_INJECTOR: "On-body injector put on",
    UNLISTED: "Unlisted injection or infusion",
    ANTIBODY_COUNSELLED: "RSV antibody injected, with counselling",
    ANTIBODY: "RSV antibody injected",
    CHEMOTHERAPY_INJECTION: "Chemotherapy injection",
    HORMONAL_INJECTION: "Hormonal antineoplastic injection",
    LESIONS_FEW: "Chemotherapy into lesions, few",
    LESIONS_MANY: "Chemotherapy into lesions, many",
    CHEMOTHERAPY_PUSH: "Chemotherapy push, initial",
    CHEMOTHERAPY_FURTHER_PUSH: "Chemotherapy push, another drug",
    CHEMOTHERAPY_INITIAL: "Chemotherapy infusion, initial",
    CHEMOTHERAPY_HOUR: "Chemotherapy infusion, further hour",
    CHEMOTHERAPY_PROLONGED: "Prolonged chemotherapy by pump, start",
    CHEMOTHERAPY_SEQUENTIAL: "Chemotherapy infusion, another drug in sequence",
    CHEMOTHERAPY_ARTERIAL_PUSH: "Chemotherapy into an artery, push",
    CHEMOTHERAPY_ARTERIAL_INFUSION: "Chemotherapy into an artery, infusion",
    CHEMOTHERAPY_ARTERIAL_HOUR: "Chemotherapy into an artery, further hour",
    CHEMOTHERAPY_ARTERIAL_PROLONGED: "Prolonged chemotherapy into an artery by pump, start",
    PLEURAL_CAVITY: "Chemotherapy into the chest cavity",
    PERITONEAL_CAVITY: "Chemotherapy into the belly cavity",
    SPINE: "Chemotherapy into the spinal canal",
    PORTABLE_PUMP_REFILL: "Portable pump refilled",
    IMPLANTED_PUMP_REFILL: "Implanted pump refilled",
    PORT_FLUSH: "Implanted port flushed",
    RESERVOIR: "Chemotherapy through a reservoir in the head",
    CHEMOTHERAPY_UNLISTED: "Unlisted chemotherapy",
    HOSPITAL_PROLONGED: "Prolonged infusion by pump, start",
    HOME_PROLONGED: "Prolonged chemotherapy by pump, continued at home",
}

ADD_ONS = frozenset(
    {
        HYDRATION_HOUR,
        THERAPEUTIC_HOUR,
        THERAPEUTIC_SEQUENTIAL,
        THERAPEUTIC_CONCURRENT,
        SUBCUTANEOUS_HOUR,
        SUBCUTANEOUS_SET_UP,
        THERAPEUTIC_FURTHER_PUSH,
        REPEATED_PUSH,
        CHEMOTHERAPY_FURTHER_PUSH,
        CHEMOTHERAPY_HOUR,
        CHEMOTHERAPY_SEQUENTIAL,
        CHEMOTHERAPY_ARTERIAL_HOUR,
    }
)


@dataclass(frozen=True, slots=True)
class FamilyCodes:
    """The codes one family of drugs can earn into a vein."""

    infusion: str
    hour: str
    sequential: str
    push: str
    further_push: str


THERAPEUTIC = FamilyCodes(
    THERAPEUTIC_INITIAL, THERAPEUTIC_HOUR, THERAPEUTIC_SEQUENTIAL, THERAPEUTIC_PUSH, THERAPEUTIC_FURTHER_PUSH
)
CHEMOTHERAPY = FamilyCodes(
    CHEMOTHERAPY_INITIAL, CHEMOTHERAPY_HOUR, CHEMOTHERAPY_SEQUENTIAL, CHEMOTHERAPY_PUSH, CHEMOTHERAPY_FURTHER_PUSH
)

INJECTION_BY_FAMILY = {
    CodeFamily.THERAPEUTIC: INJECTION,
    CodeFamily.CHEMOTHERAPY: CHEMOTHERAPY_INJECTION,
    CodeFamily.HORMONAL: HORMONAL_INJECTION,
}


def family_codes(family: CodeFamily) -> FamilyCodes:
    """The vein codes of a family; a hormonal drug into a vein is coded as therapeutic."""
    return CHEMOTHERAPY if family is OF_CHEMOTHERAPY else THERAPEUTIC
