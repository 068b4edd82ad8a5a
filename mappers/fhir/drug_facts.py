"""What a MedicationAdministration says of the drug beside its dose: whose it was, what was opened and discarded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from coder.facts import Administration, DrugSource, Quantity
from mappers.fhir import elements as fhir
from mappers.fhir.extensions import Extensions
from mappers.fhir.values import amount
from mappers.refused import refused

WASTED, OPENED, SOURCE, SINGLE_DOSE = "wasted-amount", "container-opened", "drug-source", "single-dose"


def with_drug_facts(fact: Administration, stated: Sequence[fhir.Extension], path: str) -> Administration:
    """The administration with what its extensions say of the drug; raises Refused where they cannot be read."""
    wasted = [_amount(one, f"{path}.extension({WASTED})") for one in stated if one.url.endswith(f"/{WASTED}")]
    containers = [_amount(one, f"{path}.extension({OPENED})") for one in stated if one.url.endswith(f"/{OPENED}")]
    if len(wasted) > 1:
        raise refused("stated twice", f"{path}.extension({WASTED})", len(wasted), "what was discarded, once")
    said = Extensions(tuple(stated), path)
    return replace(
        fact,
        wasted=wasted[0] if wasted else None,
        containers=tuple(containers),
        drug_source=said.word(SOURCE, DrugSource),
        single_dose=said.truth(SINGLE_DOSE),
    )


def _amount(stated: fhir.Extension, path: str) -> Quantity:
    found = amount(stated.valueQuantity, path) if stated.valueQuantity else None
    if found is None:
        raise refused("no amount", f"{path}.valueQuantity", "", "an amount and its unit")
    return found
