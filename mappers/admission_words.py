"""Orders that make a stay inpatient or observation, by SNOMED code or exact words."""

from __future__ import annotations

from collections.abc import Iterable

from coder.facts import Coding, PatientClass
from mappers.code_systems import SNOMED

_OF_SNOMED = {
    "32485007": PatientClass.INPATIENT,
    "8715000": PatientClass.INPATIENT,
    "183452005": PatientClass.INPATIENT,
    "448951000124107": PatientClass.OBSERVATION,
}
_INPATIENT = (
    "admit to inpatient", "admit as inpatient", "admit inpatient", "inpatient admission", "inpatient admission order",
    "inpatient order", "inpatient status", "admit to inpatient status", "hospital admission", "admit to hospital",
)  # fmt: skip
_OBSERVATION = (
    "admit to observation", "place in observation", "place in outpatient observation", "observation status",
    "observation order", "observation services", "outpatient observation", "refer to observation",
    "initiate observation", "initiate observation services", "observation care",
)  # fmt: skip
_OF_WORD = {
    **dict.fromkeys(_INPATIENT, PatientClass.INPATIENT),
    **dict.fromkeys(_OBSERVATION, PatientClass.OBSERVATION),
}


def admitted_to(codings: Iterable[Coding], words: Iterable[str]) -> PatientClass | None:
    """The class that an order makes a stay, by code, then by its words in lower case; None for every other order."""
    coded = (_OF_SNOMED.get(coding.code) for coding in codings if coding.system == SNOMED)
    worded = (_OF_WORD.get(" ".join(word.split()).casefold()) for word in words if word)
    return next((found for found in (*coded, *worded) if found), None)
