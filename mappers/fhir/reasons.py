"""Why something was given or seen: ICD-10-CM codes of a resource, and the Conditions it points at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from coder.facts import DiagnosisUse, EncounterDiagnosis
from mappers.code_systems import ICD_10_CM
from mappers.fhir import elements as fhir
from mappers.fhir.pointing import pointed_at
from mappers.fhir.resource import Document, read_resource
from mappers.fhir.values import Surroundings, codings, concepts, referred, targets, words

_USES = {
    "dd": DiagnosisUse.FINAL,
    "billing": DiagnosisUse.FINAL,
    "ad": DiagnosisUse.ADMITTING,
    "cc": DiagnosisUse.ADMITTING,
}


def reasons_of(
    told: fhir.MedicationAdministration | fhir.MedicationRequest, request: Document | None, surroundings: Surroundings
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes and the names of Conditions an administration was made for; else those of the request at hand."""
    own = _reasons(told, surroundings)
    if any(own) or request is None or request.kind != "MedicationRequest":
        return own
    order = read_resource(request, fhir.MedicationRequest)
    return _reasons(order, replace(surroundings, inside=(*surroundings.inside, request)))


def _reasons(
    told: fhir.MedicationAdministration | fhir.MedicationRequest, surroundings: Surroundings
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not (told.reasonCode or told.reasonReference or told.reason):
        return (), ()
    said = [*told.reasonCode, *(each.concept for each in told.reason)]
    codes = [code for concept in said for code in icd_10_cm(concept)]
    names: list[str] = []
    for reference in (*told.reasonReference, *targets(told.reason)):
        if (reference.reference or "").startswith("#"):
            condition = pointed_at(reference, surroundings, fhir.Condition)
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
        uses = (_USES.get(word) for word in sorted(words(concepts(each.use))))
        use = next((found for found in uses if found), None)
        stated = each.condition
        for condition in [stated] if isinstance(stated, fhir.Reference) else targets(stated):
            for name in _condition_name(condition, surroundings):
                yield EncounterDiagnosis(name, each.rank, use)


def _condition_name(reference: fhir.Reference, surroundings: Surroundings) -> Iterable[str]:
    """The name a Condition goes by; nothing where the reference leads elsewhere."""
    literal = referred(reference, surroundings).reference or ""
    return [f"fhir|{literal}"] if literal.split("/")[-2:-1] == ["Condition"] else []
