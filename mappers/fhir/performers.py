"""Who gave, who ordered and who supervised, by the function of each performer."""

from __future__ import annotations

from typing import Any

from mappers.fhir import elements as fhir
from mappers.fhir.values import Surroundings, known, referred, words

ORDERED = frozenset({"op", "ordering provider"})
SUPERVISED = frozenset({"supervisor", "supervising provider"})
NOT_GIVING = frozenset({"verifier", "witness"})


def performers_of(performers: tuple[fhir.Performer, ...], surroundings: Surroundings) -> dict[str, Any]:
    """The first of each kind, by the attribute of the administration."""
    stated: dict[str, Any] = {}
    for each in performers:
        attribute = _attribute(words((each.function,)) if each.function else frozenset())
        if attribute and attribute not in stated:
            stated[attribute] = known(referred(each.actor.target, surroundings))
    return stated


def _attribute(functions: frozenset[str]) -> str | None:
    if functions & ORDERED:
        return "ordered_by"
    if functions & SUPERVISED:
        return "supervised_by"
    return None if functions & NOT_GIVING else "given_by"
