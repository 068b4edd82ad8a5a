"""What a case knows of its patient's payers, diagnoses and age."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from coder.facts import Condition, Coverage, DiagnosisUse, EncounterDiagnosis, Reference
from mappers.case_values import PERIOD_KEYS, CaseDay, counted, entries, known_keys, word, yes_or_no

COVERAGE_FACT_KEYS = {"payer", "authorisation", "coverages", "diagnoses", "born"}
COVERAGE_KEYS = {*PERIOD_KEYS, "id", "payer", "authorisation", "rank", "cancelled"}
DIAGNOSIS_KEYS = {"id", "code", "at", "encounter", "rank", "use", "cancelled"}
NAMED_KEYS = {"condition", "rank", "use"}


def read_born(entry: Mapping[str, Any]) -> date | None:
    """The patient's birth date."""
    return date.fromisoformat(entry["born"]) if "born" in entry else None


def read_coverages(entry: Mapping[str, Any], day: CaseDay, patient: str) -> tuple[Coverage, ...]:
    """The payer of the case, with the number it approved under, and the coverages told one by one."""
    stated = {key: entry[key] for key in ("payer", "authorisation") if key in entry}
    told = [{"id": "payer of the case", **stated}] if stated else []
    return tuple(_coverage(one, day, patient) for one in (*told, *entries(entry, "coverages")))


def _coverage(entry: Mapping[str, str], day: CaseDay, patient: str) -> Coverage:
    known_keys(entry, COVERAGE_KEYS, entry.get("id", "coverages"))
    start, end = day.period(entry)
    return Coverage(
        key=entry["id"],
        patient=patient,
        payer=entry["payer"],
        start=start,
        end=end,
        references=(Reference(reference=f"Coverage/{entry['id']}"),),
        cancelled=bool(yes_or_no(entry, "cancelled")),
        rank=counted(entry, "rank"),
        authorisation=entry.get("authorisation"),
    )


def read_conditions(entry: Mapping[str, Any], day: CaseDay, patient: str, encounter: str) -> tuple[Condition, ...]:
    """The diagnoses, of the encounter unless they name another or none."""
    told = entry.get("diagnoses") or ()
    return tuple(_condition(place, one, day, patient, encounter) for place, one in enumerate(told, start=1))


def _condition(place: int, said: str | Mapping[str, str], day: CaseDay, patient: str, encounter: str) -> Condition:
    """A diagnosis by its code alone, or with when and in which encounter it was made."""
    entry = {"id": f"diagnosis {place}", "code": said} if isinstance(said, str) else said
    known_keys(entry, DIAGNOSIS_KEYS, entry.get("id", "diagnoses"))
    return Condition(
        key=entry["id"],
        patient=patient,
        code=entry["code"],
        start=day.moment(entry["at"]) if "at" in entry else None,
        encounter=entry.get("encounter", encounter) or None,
        references=(Reference(reference=f"Condition/{entry['id']}"),),
        cancelled=bool(yes_or_no(entry, "cancelled")),
        rank=counted(entry, "rank"),
        use=word(entry, "use", DiagnosisUse),
    )


def read_named_diagnoses(entry: Mapping[str, Any]) -> tuple[EncounterDiagnosis, ...]:
    """The conditions that an encounter names as its diagnoses."""
    named = entries(entry, "diagnoses")
    for one in named:
        known_keys(one, NAMED_KEYS, "diagnoses of an encounter")
    return tuple(
        EncounterDiagnosis(one["condition"], counted(one, "rank"), word(one, "use", DiagnosisUse)) for one in named
    )
