"""The CPT codes this release bills, with our own labels, by what was done.

Code numbers only: CPT descriptors are the American Medical Association's and stay out.
"""

from __future__ import annotations

from dataclasses import dataclass

from coder.tables import DrugFamily

HYDRATION_INITIAL = "96360"
HYDRATION_HOUR = "96361"
THERAPEUTIC_INITIAL = "96365"
THERAPEUTIC_HOUR = "96366"
THERAPEUTIC_SEQUENTIAL = "96367"
THERAPEUTIC_CONCURRENT = "96368"
INJECTION = "96372"
THERAPEUTIC_PUSH = "96374"
THERAPEUTIC_FURTHER_PUSH = "96375"
REPEATED_PUSH = "96376"
CHEMOTHERAPY_INJECTION = "96401"
HORMONAL_INJECTION = "96402"
CHEMOTHERAPY_PUSH = "96409"
CHEMOTHERAPY_FURTHER_PUSH = "96411"
CHEMOTHERAPY_INITIAL = "96413"
CHEMOTHERAPY_HOUR = "96415"
CHEMOTHERAPY_SEQUENTIAL = "96417"

LABELS = {
    HYDRATION_INITIAL: "Hydration, first stretch",
    HYDRATION_HOUR: "Hydration, further hour",
    THERAPEUTIC_INITIAL: "Therapeutic infusion, initial",
    THERAPEUTIC_HOUR: "Therapeutic infusion, further hour",
    THERAPEUTIC_SEQUENTIAL: "Therapeutic infusion, another drug in sequence",
    THERAPEUTIC_CONCURRENT: "Therapeutic infusion, alongside another",
    INJECTION: "Injection under the skin or into muscle",
    THERAPEUTIC_PUSH: "Therapeutic push, initial",
    THERAPEUTIC_FURTHER_PUSH: "Therapeutic push, another drug",
    REPEATED_PUSH: "Push repeated, same drug",
    CHEMOTHERAPY_INJECTION: "Chemotherapy injection",
    HORMONAL_INJECTION: "Hormonal antineoplastic injection",
    CHEMOTHERAPY_PUSH: "Chemotherapy push, initial",
    CHEMOTHERAPY_FURTHER_PUSH: "Chemotherapy push, another drug",
    CHEMOTHERAPY_INITIAL: "Chemotherapy infusion, initial",
    CHEMOTHERAPY_HOUR: "Chemotherapy infusion, further hour",
    CHEMOTHERAPY_SEQUENTIAL: "Chemotherapy infusion, another drug in sequence",
}

ADD_ONS = frozenset(
    {
        HYDRATION_HOUR,
        THERAPEUTIC_HOUR,
        THERAPEUTIC_SEQUENTIAL,
        THERAPEUTIC_CONCURRENT,
        THERAPEUTIC_FURTHER_PUSH,
        REPEATED_PUSH,
        CHEMOTHERAPY_FURTHER_PUSH,
        CHEMOTHERAPY_HOUR,
        CHEMOTHERAPY_SEQUENTIAL,
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
    DrugFamily.THERAPEUTIC: INJECTION,
    DrugFamily.CHEMOTHERAPY: CHEMOTHERAPY_INJECTION,
    DrugFamily.HORMONAL: HORMONAL_INJECTION,
}


def family_codes(family: DrugFamily) -> FamilyCodes:
    """The vein codes of a family; a hormonal drug into a vein is coded as therapeutic."""
    return CHEMOTHERAPY if family is DrugFamily.CHEMOTHERAPY else THERAPEUTIC
