"""What the MedicationRequest behind an administration says, where it stands beside it."""

from __future__ import annotations

from dataclasses import dataclass

from coder.facts import Quantity, Reference
from mappers.amounts import is_amount
from mappers.fhir import elements as fhir
from mappers.fhir.resource import Document, read_resource
from mappers.fhir.values import Surroundings, known, minutes_of, referred


@dataclass(frozen=True, slots=True)
class Ordered:
    """Who ordered it, and for how many minutes."""

    by: Reference | None
    minutes: int | None


def ordered(request: Document, surroundings: Surroundings) -> Ordered | None:
    """What the order says; None where the request is none of a medication."""
    if request.kind != "MedicationRequest":
        return None
    order = read_resource(request, fhir.MedicationRequest)
    return Ordered(known(referred(order.requester, surroundings)), _minutes(order))


def _minutes(order: fhir.MedicationRequest) -> int | None:
    """How long one administration was to take, where all instructions agree on it."""
    repeats = [each.timing.repeat for each in order.dosageInstruction if each.timing and each.timing.repeat]
    stated = {(one.duration, one.durationUnit) for one in repeats if one.duration is not None and not one.durationMax}
    if len(stated) != 1 or len(order.dosageInstruction) != 1:
        return None
    value, unit = stated.pop()
    if unit is None or not is_amount(value):
        return None
    minutes = minutes_of(Quantity(value, unit))
    return int(minutes) if minutes is not None else None
