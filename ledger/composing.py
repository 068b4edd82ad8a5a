"""What was given by the name of a medication alone: filled by what that is made of, whichever arrives first.

A medication is of no patient and may be many patients': the newest word of it counts for all who point at it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from coder.facts import Administration
from ledger.grouping import group_by_name, without_repeats
from ledger.merging import circumstance
from ledger.stored import StoredTelling
from mappers.composed import Composition, drugs_of
from mappers.fhir.medication import is_immunization
from mappers.telling import KINDS, Telling

KIND = KINDS[Composition]


def composed(tellings: Sequence[StoredTelling]) -> tuple[Sequence[StoredTelling], dict[str, list[str]]]:
    """The tellings of patients with the drugs that only a medication names, and whose each telling of one is."""
    of_medications = [one for one in tellings if one.telling.kind == KIND]
    if not of_medications:
        return tellings, {}
    known: dict[str, Composition] = {}
    for group in group_by_name(without_repeats(of_medications)):
        newest = circumstance(Composition, group.tellings, {})
        known.update({name: newest for one in group.tellings for name in one.telling.identifiers})
    pointing: dict[str, dict[str, None]] = defaultdict(dict)
    for one in tellings:
        if isinstance(one.telling.fact, Administration) and one.telling.fact.medication:
            pointing[one.telling.fact.medication][one.telling.patient] = None
    filled = [replace(one, telling=_filled(one.telling, known)) for one in tellings if one.telling.kind != KIND]
    return filled, {
        one.telling.digest: [patient for name in one.telling.identifiers for patient in pointing[name]]
        for one in of_medications
    }


def _filled(telling: Telling, known: Mapping[str, Composition]) -> Telling:
    fact = telling.fact
    medication = known.get(fact.medication or "") if isinstance(fact, Administration) else None
    if not isinstance(fact, Administration) or medication is None or medication.cancelled:
        return telling
    dose = fact.drugs[0].dose if fact.drugs else None
    drugs = drugs_of(medication.components, dose) or fact.drugs
    batch = (fact.lot, fact.expiry) if fact.lot or fact.expiry else (medication.lot, medication.expiry)
    ignored = telling.ignored or ("immunization" if is_immunization(drugs) else None)
    return replace(telling, fact=replace(fact, drugs=drugs, lot=batch[0], expiry=batch[1]), ignored=ignored)
