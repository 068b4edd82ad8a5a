"""The elements of FHIR R4 that we bill from, typed; all else in a resource is left where it is."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field, StrictBool


class Element(BaseModel):
    """What every element shares: read once, never changed, blind to what we do not read."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Coding(Element):
    """A code in a system."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(Element):
    """A concept: several codings of one meaning, or a text."""

    coding: tuple[Coding, ...] = ()
    text: str | None = None


class Identifier(Element):
    """A business identifier."""

    system: str | None = None
    value: str | None = None


class Reference(Element):
    """A pointer to a resource, literal or logical."""

    reference: str | None = None
    identifier: Identifier | None = None
    display: str | None = None


class Quantity(Element):
    """A measured amount; a comparator says that it is not exactly this."""

    value: Decimal | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Ratio(Element):
    """One amount per another."""

    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Period(Element):
    """A start and an end; one left out is open."""

    start: str | None = None
    end: str | None = None


class Extension(Element):
    """An extension of the kinds of value we read."""

    url: str
    valueCode: str | None = None
    valueBoolean: StrictBool | None = None


class Meta(Element):
    """Version, time and labels of a resource."""

    versionId: str | None = None
    lastUpdated: str | None = None
    security: tuple[Coding, ...] = ()
    tag: tuple[Coding, ...] = ()


class Ingredient(Element):
    """One component of a medication."""

    itemCodeableConcept: CodeableConcept | None = None
    itemReference: Reference | None = None
    strength: Ratio | None = None


class Medication(Element):
    """A medication that an administration points to."""

    code: CodeableConcept | None = None
    ingredient: tuple[Ingredient, ...] = ()


class Performer(Element):
    """Who took part, and in what function."""

    function: CodeableConcept | None = None
    actor: Reference


class Dosage(Element):
    """How a medication was given."""

    site: CodeableConcept | None = None
    route: CodeableConcept | None = None
    method: CodeableConcept | None = None
    dose: Quantity | None = None
    rateQuantity: Quantity | None = None
    rateRatio: Ratio | None = None


class MedicationAdministration(Element):
    """A MedicationAdministration as far as it is billed from."""

    id: str | None = None
    meta: Meta = Meta()
    extension: tuple[Extension, ...] = ()
    contained: tuple[dict[str, object], ...] = ()
    identifier: tuple[Identifier, ...] = ()
    status: str | None = None
    category: CodeableConcept | None = None
    medicationCodeableConcept: CodeableConcept | None = None
    medicationReference: Reference | None = None
    subject: Reference
    context: Reference | None = None
    effectiveDateTime: str | None = None
    effectivePeriod: Period | None = None
    performer: tuple[Performer, ...] = ()
    reasonCode: tuple[CodeableConcept, ...] = ()
    request: Reference | None = None
    dosage: Dosage = Dosage()


class EncounterLocation(Element):
    """One place of an encounter."""

    location: Reference
    status: str | None = None


class Encounter(Element):
    """An Encounter as far as it decides how a visit is coded."""

    id: str | None = None
    meta: Meta = Meta()
    identifier: tuple[Identifier, ...] = ()
    status: str | None = None
    class_: Coding = Field(alias="class")
    subject: Reference | None = None
    period: Period = Period()
    account: tuple[Reference, ...] = ()
    location: tuple[EncounterLocation, ...] = ()
    serviceProvider: Reference | None = None
