"""Who gave, who ordered and who supervised, by the function of each performer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from mappers.fhir import elements as fhir
from mappers.fhir.values import Surroundings, known, referred, words

ORDERED = frozenset({"op", "ordering provider"})
SUPERVISED = frozenset({"supervisor", "supervising provider"})
_UTC = ZoneInfo("UTC")
NOT_GIVING = frozenset({"verifier", "witness"})


def performers_of(performers: tuple[fhir.Performer, ...], surroundings: Surroundings) -> dict[str, Any]:
    """The first of each kind, by the attribute of the administration."""
    stated: dict[str, Any] = {}
    for each in performers:
        attribute = _attribute(words((each.function,)) if each.function else frozenset())
        if attribute and attribute not in stated:
            stated[attribute] = known(referred(each.actor.target, surroundings))
    return stated


@lru_cache(maxsize=1024)  # the same people, again and again
def kept_performers(performers: tuple[fhir.Performer, ...]) -> Mapping[str, Any]:
    """The same where no Bundle is around, kept."""
    return MappingProxyType(performers_of(performers, Surroundings(_UTC, {})))


def _attribute(functions: frozenset[str]) -> str | None:
    if functions & ORDERED:
        return "ordered_by"
    if functions & SUPERVISED:
        return "supervised_by"
    return None if functions & NOT_GIVING else "given_by"
