"""What the OBX of an RXA say of the drug beside its dose: whose it was, what was opened and discarded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from coder.facts import Administration, DrugSource, Quantity
from mappers.amounts import WANTED, number
from mappers.hl7.message import Segment
from mappers.hl7.orders import Given
from mappers.refused import refused

Meaning = TypeVar("Meaning")

_SOURCES = {source.value: source for source in DrugSource}
_TRUTHS = {"y": True, "yes": True, "true": True, "n": False, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class DrugObservations:
    """The OBX-3 codes that a site charts these facts under."""

    wasted: frozenset[str] = frozenset({"WASTE"})
    opened: frozenset[str] = frozenset({"CONTAINER"})
    source: frozenset[str] = frozenset({"DRUG-SOURCE"})
    single_dose: frozenset[str] = frozenset({"SINGLE-DOSE"})


def with_drug_facts(fact: Administration, given: Given, codes: DrugObservations = DrugObservations()) -> Administration:
    """The administration with what its observations say of the drug; raises Refused where they cannot be read."""
    wasted = [_amount(one) for one in _of(given, codes.wasted)]
    if len(wasted) > 1:
        raise refused("stated twice", "OBX-5", len(wasted), "what was discarded, once")
    sources = [_word(one, _SOURCES) for one in _of(given, codes.source)]
    single = [_word(one, _TRUTHS) for one in _of(given, codes.single_dose)]
    return replace(
        fact,
        wasted=wasted[0] if wasted else None,
        containers=tuple(_amount(one) for one in _of(given, codes.opened)),
        drug_source=sources[0] if sources else None,
        single_dose=single[0] if single else None,
    )


def _of(given: Given, codes: frozenset[str]) -> list[Segment]:
    return [one for one in given.observations if one.text(3).upper() in codes and one.text(5)]


def _amount(obx: Segment) -> Quantity:
    said = obx.text(5)
    value = number(said)
    if value is None:
        raise refused("not an amount", obx.path(5), said, WANTED)
    return Quantity(value, obx.text(6) or obx.text(6, 2) or None)


def _word(obx: Segment, meanings: Mapping[str, Meaning]) -> Meaning:
    said = obx.text(5)
    if said.casefold() not in meanings:
        raise refused("not a value of this observation", obx.path(5), said, "one of " + ", ".join(meanings))
    return meanings[said.casefold()]
