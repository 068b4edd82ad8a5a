"""Whose drug it was, and what that makes of its line: none, or one with a 340B modifier."""

from __future__ import annotations

from coder.facts import DrugSource
from coder.policy import Drug340B

SUPPLIED = {
    DrugSource.SPECIALTY_PHARMACY: (
        "drug.specialty-pharmacy",
        "A pharmacy supplied it for this patient and bills for it; giving it is a service all the same.",
    ),
    DrugSource.PATIENT: ("drug.patient-supplied", "The patient brought it; giving it is a service all the same."),
    DrugSource.SAMPLE: ("drug.sample", "It was a free sample; giving it is a service all the same."),
    DrugSource.TRIAL: ("drug.trial", "A trial supplied it free; giving it is a service all the same."),
}


def modifier_340b(source: DrugSource | None, policy: Drug340B, *, told: bool, only_tb: bool) -> tuple[str, ...]:
    """The modifier of a 340B drug: none before payers ask for one, TB once it is the only one left."""
    if source is not DrugSource.DISCOUNTED_340B or not told:
        return ()
    return (Drug340B.TB.value if only_tb else policy.value,)
