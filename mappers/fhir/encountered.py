"""The encounter that a resource was part of, by the name it is looked up by."""

from __future__ import annotations

from mappers.fhir import elements as fhir
from mappers.fhir.parts import kept, part
from mappers.fhir.resource import decoder_of
from mappers.fhir.values import Surroundings, nowhere, referred
from mappers.profile import Profile

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
    if surroundings.neighbours:
        said, path = (told.context, "context") if told.context else (told.encounter, "encounter")
        return encounter_name(part(bytes(said), _DECODER, f"{_PATH}.{path}"), surroundings) if said else None
    if told.context:
        return _context(told.context, surroundings.profile)
    return _encounter(told.encounter, surroundings.profile) if told.encounter else None


def _in_context(said: bytes, profile: Profile) -> str | None:
    return encounter_name(part(said, _DECODER, f"{_PATH}.context"), nowhere(profile))


def _in_encounter(said: bytes, profile: Profile) -> str | None:
    return encounter_name(part(said, _DECODER, f"{_PATH}.encounter"), nowhere(profile))


_context, _encounter = kept(_in_context), kept(_in_encounter)
