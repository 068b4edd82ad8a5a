"""The devices of a FHIR administration, in all the words said of them."""

from __future__ import annotations

from collections.abc import Iterator

from mappers.fhir import elements as fhir
from mappers.fhir.pointing import pointed_at
from mappers.fhir.values import Surroundings, concepts


def device_words(told: fhir.MedicationAdministration, surroundings: Surroundings) -> tuple[str, ...]:
    """Everything said of each device: its type, its names, what the reference displays."""
    return tuple(
        " ".join(word.split()).casefold() for pointer in told.device for word in _said(pointer, surroundings) if word
    )


def _said(pointer: fhir.Pointer, surroundings: Surroundings) -> Iterator[str | None]:
    reference = pointer.target
    yield reference.display
    if pointer.concept:
        yield from _words(pointer.concept)
    device = pointed_at(reference, surroundings, fhir.Device)
    if device is not None:
        yield from (each.name or each.value for each in (*device.deviceName, *device.name))
        for concept in concepts(device.type):
            yield from _words(concept)


def _words(concept: fhir.CodeableConcept) -> Iterator[str | None]:
    yield concept.text
    yield from (word for coding in concept.coding for word in (coding.display, coding.code))
