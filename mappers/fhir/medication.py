"""What was given: the drugs of a MedicationAdministration, one for each component of a mixture."""

from __future__ import annotations

from dataclasses import replace

from coder.facts import Coding, DrugGiven, Quantity
from mappers.code_systems import CVX, PRODUCTS
from mappers.composed import Component, drugs_of
from mappers.fhir import elements as fhir
from mappers.fhir.parts import kept, part
from mappers.fhir.pointing import pointed_at
from mappers.fhir.resource import NOT_VALID, decoder_of
from mappers.fhir.values import Surroundings, amount, codings
from mappers.profile import Profile
from mappers.refused import refused

_PATH = "MedicationAdministration"
_NOTHING = fhir.CodeableReference()
_NOWHERE = fhir.Reference()
_DECODER = decoder_of(fhir.CodeableConcept)
_NO_MEDICATION = fhir.Medication()


def drugs_given(
    told: fhir.MedicationAdministration, dose: Quantity | None, surroundings: Surroundings
) -> tuple[DrugGiven, ...]:
    """The drugs given, each with its own amount where that can be reckoned."""
    stated = told.medicationCodeableConcept
    if stated and told.medicationReference is None and told.medication is None:
        codes, text = _kept_names(stated, surroundings.profile)
        return (DrugGiven(codes, text, dose),)
    concept, reference = _stated(told)
    if concept:
        return (_drug(concept, dose, surroundings.profile),)
    medication = _medication(reference, surroundings)
    components = () if is_product(medication) else medication.ingredient
    if not components:
        code = medication.code or fhir.CodeableConcept(text=reference.display)
        return (_drug(code, dose, surroundings.profile),)
    return drugs_of(tuple(component_of(each, surroundings, f"{_PATH}.contained") for each in components), dose)


def batch_of(told: fhir.MedicationAdministration, surroundings: Surroundings) -> fhir.Batch | None:
    """Lot and expiry of the product, where it states them."""
    if told.medicationCodeableConcept:
        return None
    reference = told.medicationReference or (told.medication.reference if told.medication else None)
    return _medication(reference, surroundings).batch if reference else None


def _stated(told: fhir.MedicationAdministration) -> tuple[fhir.CodeableConcept | None, fhir.Reference]:
    """The one way in which the medication is said where that is no R4 concept: a concept, or a reference."""
    either = told.medication or _NOTHING
    said = (told.medicationCodeableConcept or None, told.medicationReference, either.concept or either.reference)
    if said.count(None) != len(said) - 1:
        wanted = "the medication, as one concept or one reference"
        raise refused(NOT_VALID, f"{_PATH}.medication[x]", "", wanted)
    return either.concept, told.medicationReference or either.reference or _NOWHERE


def is_immunization(drugs: tuple[DrugGiven, ...]) -> bool:
    """Whether a vaccine code says that this is an immunization, which has its own codes."""
    for drug in drugs:
        for coding in drug.codings:
            if coding.system == CVX:
                return True
    return False


def _drug(concept: fhir.CodeableConcept, dose: Quantity | None, profile: Profile) -> DrugGiven:
    return DrugGiven(*names_of(concept, profile), dose)


def names_of(concept: fhir.CodeableConcept, profile: Profile) -> tuple[tuple[Coding, ...], str | None]:
    """The codes and the words for a drug."""
    text = concept.text or next((coding.display for coding in concept.coding if coding.display), None)
    said = codings(concept)
    if profile.systems:
        said = tuple(replace(one, system=profile.systems.get(one.system or "", one.system)) for one in said)
    if profile.drugs:
        said += tuple(profile.drugs[one.code] for one in said if one.code in profile.drugs)
    return said, text


def _names_in(said: bytes, profile: Profile) -> tuple[tuple[Coding, ...], str | None]:
    return names_of(part(said, _DECODER, f"{_PATH}.medicationCodeableConcept"), profile)


_kept_names = kept(_names_in)


def _medication(reference: fhir.Reference, surroundings: Surroundings) -> fhir.Medication:
    return pointed_at(reference, surroundings, fhir.Medication) or _NO_MEDICATION


def is_product(medication: fhir.Medication) -> bool:
    """A national code names the product whole; its ingredients are then no mixture of ours."""
    return any(coding.system in PRODUCTS for coding in codings(medication.code))


def _item(ingredient: fhir.Ingredient, surroundings: Surroundings) -> fhir.CodeableConcept:
    either = ingredient.item or _NOTHING
    concept = ingredient.itemCodeableConcept or either.concept
    if concept:
        return concept
    reference = ingredient.itemReference or either.reference or fhir.Reference()
    return _medication(reference, surroundings).code or fhir.CodeableConcept(text=reference.display)


def component_of(ingredient: fhir.Ingredient, surroundings: Surroundings, path: str) -> Component:
    """An ingredient, and how much of it there is in how much of the whole; `path` is the medication's."""
    quantity = ingredient.strengthQuantity
    strength = ingredient.strength or ingredient.strengthRatio or (fhir.Ratio(numerator=quantity) if quantity else None)
    above = amount(strength.numerator, f"{path}.ingredient.strength.numerator") if strength else None
    below = amount(strength.denominator, f"{path}.ingredient.strength.denominator") if strength else None
    return Component(*names_of(_item(ingredient, surroundings), surroundings.profile), above, below)
