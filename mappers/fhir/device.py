"""The devices of a FHIR administration, in all the words said of them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from coder.facts import AccessDevice, Pump
from mappers.devices import access_device_in, pump_in
from mappers.fhir import elements as fhir
from mappers.fhir.parts import kept_alone, part
from mappers.fhir.pointing import pointed_at
from mappers.fhir.values import Surroundings, concepts

_DECODER = msgspec.json.Decoder(tuple[fhir.Pointer, ...])


def devices_of(stated: msgspec.Raw, surroundings: Surroundings) -> tuple[Pump | None, AccessDevice | None]:
    """The pump, and what the line ended in, by everything said of each device."""
    return _kept(stated, surroundings) if surroundings.alone else _read(bytes(stated), surroundings)


def _read(said: bytes, surroundings: Surroundings) -> tuple[Pump | None, AccessDevice | None]:
    pointers = part(said, _DECODER, "MedicationAdministration.device")
    stated = (word for pointer in pointers for word in _said(pointer, surroundings) if word)
    plain = [" ".join(word.split()).casefold() for word in stated]
    return pump_in(plain), access_device_in(plain)


_kept = kept_alone(_read)


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
