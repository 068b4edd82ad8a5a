"""The encounter that a resource was part of, by the name it is looked up by."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from mappers.fhir import elements as fhir
from mappers.fhir.parts import kept_alone, part
from mappers.fhir.resource import decoder_of
from mappers.fhir.values import Surroundings, referred

_DECODER = decoder_of(fhir.Reference)
_PATH = "MedicationAdministration"


def encounter_name(reference: fhir.Reference | None, surroundings: Surroundings) -> str | None:
    """The name an encounter is looked up by."""
    if reference is None:
        return None
    context = referred(reference, surroundings)
    if context.reference:
        return f"fhir|{context.reference}"
    return f"VN|{context.value}" if context.value else None


def encounter_of(told: fhir.MedicationAdministration, surroundings: Surroundings) -> str | None:
    """The encounter of an administration: its context in R4, its encounter in R5."""
    if told.context:
        return _in_context(told.context, surroundings)
    return _in_encounter(told.encounter, surroundings) if told.encounter else None


def _named_at(path: str) -> Callable[[msgspec.Raw, Surroundings], str | None]:
    return kept_alone(lambda said, around: encounter_name(part(said, _DECODER, path), around))


_in_context, _in_encounter = _named_at(f"{_PATH}.context"), _named_at(f"{_PATH}.encounter")
