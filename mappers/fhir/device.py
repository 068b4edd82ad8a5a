"""The devices of a FHIR administration, in all the words said of them."""

from __future__ import annotations

from collections.abc import Iterator

from mappers.fhir import elements as fhir
from mappers.fhir.pointing import pointed_at
from mappers.fhir.values import Surroundings


def device_words(told: fhir.MedicationAdministration, surroundings: Surroundings) -> tuple[str, ...]:
    """Everything said of each device: its type, its names, what the reference displays."""
    return tuple(
        " ".join(word.split()).casefold()
        for reference in told.device
        for word in _said(reference, pointed_at(reference, told.contained, surroundings, fhir.Device))
        if word
    )


def _said(reference: fhir.Reference, device: fhir.Device | None) -> Iterator[str | None]:
    yield reference.display
    if device is None:
        return
    yield from (each.name for each in device.deviceName)
    if device.type:
        yield device.type.text
        yield from (word for coding in device.type.coding for word in (coding.display, coding.code))
