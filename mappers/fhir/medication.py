"""What was given: the drugs of a MedicationAdministration, one for each component of a mixture."""

from __future__ import annotations

from coder.facts import DrugGiven, Quantity
from mappers.code_systems import CVX, PRODUCTS
from mappers.fhir import elements as fhir
from mappers.fhir.pointing import pointed_at
from mappers.fhir.values import Surroundings, amount, codings

_PATH = "MedicationAdministration"
_WHOLE_DOSE_UNITS = frozenset({None, "1", "dose", "{dose}"})


def drugs_given(told: fhir.MedicationAdministration, surroundings: Surroundings) -> tuple[DrugGiven, ...]:
    """The drugs given, each with its own amount where that can be reckoned."""
    dose = amount(told.dosage.dose, f"{_PATH}.dosage.dose")
    if told.medicationCodeableConcept:
        return (_drug(told.medicationCodeableConcept, dose),)
    reference = told.medicationReference or fhir.Reference()
    medication = _medication(reference, told.contained, surroundings)
    components = () if _is_product(medication) else medication.ingredient
    if not components:
        return (_drug(medication.code or fhir.CodeableConcept(text=reference.display), dose),)
    alone = len(components) == 1
    return tuple(_component(each, _item(each, told, surroundings), dose, alone=alone) for each in components)


def batch_of(told: fhir.MedicationAdministration, surroundings: Surroundings) -> fhir.Batch:
    """Lot and expiry of the product, where it states them."""
    if told.medicationReference is None:
        return fhir.Batch()
    return _medication(told.medicationReference, told.contained, surroundings).batch or fhir.Batch()


def is_immunization(drugs: tuple[DrugGiven, ...]) -> bool:
    """Whether a vaccine code says that this is an immunization, which has its own codes."""
    return any(coding.system == CVX for drug in drugs for coding in drug.codings)


def _drug(concept: fhir.CodeableConcept, dose: Quantity | None) -> DrugGiven:
    text = concept.text or next((coding.display for coding in concept.coding if coding.display), None)
    return DrugGiven(codings(concept), text, dose)


def _medication(
    reference: fhir.Reference, contained: tuple[dict[str, object], ...], surroundings: Surroundings
) -> fhir.Medication:
    return pointed_at(reference, contained, surroundings, fhir.Medication) or fhir.Medication()


def _is_product(medication: fhir.Medication) -> bool:
    """A national code names the product whole; its ingredients are then no mixture of ours."""
    return any(coding.system in PRODUCTS for coding in codings(medication.code))


def _item(
    ingredient: fhir.Ingredient, told: fhir.MedicationAdministration, surroundings: Surroundings
) -> fhir.CodeableConcept:
    if ingredient.itemCodeableConcept:
        return ingredient.itemCodeableConcept
    reference = ingredient.itemReference or fhir.Reference()
    named = fhir.CodeableConcept(text=reference.display)
    return _medication(reference, told.contained, surroundings).code or named


def _component(
    ingredient: fhir.Ingredient, item: fhir.CodeableConcept, dose: Quantity | None, *, alone: bool
) -> DrugGiven:
    own = _strength_of(ingredient.strength, dose)
    return _drug(item, dose if own is None and alone else own)


def _strength_of(strength: fhir.Ratio | None, dose: Quantity | None) -> Quantity | None:
    """Strength times what was given of the whole, or the strength itself where it is stated per dose."""
    path = f"{_PATH}.contained.ingredient.strength"
    above = amount(strength.numerator, f"{path}.numerator") if strength else None
    below = amount(strength.denominator, f"{path}.denominator") if strength else None
    if above is None:
        return None
    if below is None or (below.value == 1 and below.unit in _WHOLE_DOSE_UNITS):
        return above
    if dose is None or dose.unit != below.unit or not below.value:
        return None
    return Quantity(above.value * dose.value / below.value, above.unit)
