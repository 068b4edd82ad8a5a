"""Who gave, who ordered and who supervised, by the function of each performer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from mappers.fhir import elements as fhir
from mappers.fhir.parts import kept_alone, part
from mappers.fhir.values import Surroundings, known, referred, words

ORDERED = frozenset({"op", "ordering provider"})
SUPERVISED = frozenset({"supervisor", "supervising provider"})
NOT_GIVING = frozenset({"verifier", "witness"})
_DECODER = msgspec.json.Decoder(tuple[fhir.Performer, ...])


def _performers_of(said: bytes, surroundings: Surroundings) -> Mapping[str, Any]:
    stated: dict[str, Any] = {}
    for each in part(said, _DECODER, "MedicationAdministration.performer"):
        attribute = _attribute(words((each.function,)) if each.function else frozenset())
        if attribute and attribute not in stated:
            stated[attribute] = known(referred(each.actor.target, surroundings))
    return stated


performers_of = kept_alone(_performers_of)
"""The first performer of each kind, by the attribute of the administration."""


def _attribute(functions: frozenset[str]) -> str | None:
    if functions & ORDERED:
        return "ordered_by"
    if functions & SUPERVISED:
        return "supervised_by"
    return None if functions & NOT_GIVING else "given_by"
