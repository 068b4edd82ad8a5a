"""Why something was given or seen: ICD-10-CM codes of a resource, and the Conditions it points at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from coder.facts import DiagnosisUse, EncounterDiagnosis
from mappers.code_systems import ICD_10_CM
from mappers.fhir import elements as fhir
from mappers.fhir.pointing import pointed_at
from mappers.fhir.values import Surroundings, codings, referred, words

_USES = {
    "dd": DiagnosisUse.FINAL,
    "billing": DiagnosisUse.FINAL,
    "ad": DiagnosisUse.ADMITTING,
    "cc": DiagnosisUse.ADMITTING,
}


def reasons_of(
    told: fhir.MedicationAdministration, surroundings: Surroundings
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes and the names of Conditions an administration was made for; else those it was ordered for."""
    own = _reasons(told, told.contained, surroundings)
    if any(own) or told.request is None:
        return own
    order = pointed_at(told.request, told.contained, surroundings, fhir.MedicationRequest)
    return _reasons(order, (*told.contained, *order.contained), surroundings) if order else own


def _reasons(
    told: fhir.MedicationAdministration | fhir.MedicationRequest,
    contained: tuple[dict[str, object], ...],
    surroundings: Surroundings,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    codes = [code for concept in told.reasonCode for code in icd_10_cm(concept)]
    names: list[str] = []
    for reference in told.reasonReference:
        if (reference.reference or "").startswith("#"):
            condition = pointed_at(reference, contained, surroundings, fhir.Condition)
            codes += icd_10_cm(condition.code) if condition else ()
        else:
            names += _condition_name(reference, surroundings)
    return tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(names))


def icd_10_cm(concept: fhir.CodeableConcept | None) -> tuple[str, ...]:
    """The ICD-10-CM codes of a concept."""
    return tuple(coding.code for coding in codings(concept) if coding.system == ICD_10_CM)


def named_diagnoses(told: fhir.Encounter, surroundings: Surroundings) -> Iterator[EncounterDiagnosis]:
    """The Conditions that an Encounter names, with the rank and use it gives them."""
    for each in told.diagnosis:
        uses = (_USES.get(word) for word in sorted(words([each.use])))
        use = next((found for found in uses if found), None)
        for name in _condition_name(each.condition, surroundings):
            yield EncounterDiagnosis(name, each.rank, use)


def _condition_name(reference: fhir.Reference, surroundings: Surroundings) -> Iterable[str]:
    """The name a Condition goes by; nothing where the reference leads elsewhere."""
    literal = referred(reference, surroundings).reference or ""
    return [f"fhir|{literal}"] if literal.split("/")[-2:-1] == ["Condition"] else []
