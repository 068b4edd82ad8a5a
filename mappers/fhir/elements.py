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
    valueInteger: int | None = None
    valuePositiveInt: int | None = None
    valueUnsignedInt: int | None = None
    valueQuantity: Quantity | None = None
    valueDuration: Quantity | None = None
    valueDateTime: str | None = None
    valueInstant: str | None = None
    valueString: str | None = None


class Meta(Element):
    """Version, time and labels of a resource."""

    versionId: str | None = None
    lastUpdated: str | None = None
    security: tuple[Coding, ...] = ()
    tag: tuple[Coding, ...] = ()


class Resource(Element):
    """What every resource shares, as far as we read it."""

    id: str | None = None
    meta: Meta = Meta()
    extension: tuple[Extension, ...] = ()
    contained: tuple[dict[str, object], ...] = ()
    identifier: tuple[Identifier, ...] = ()


class Ingredient(Element):
    """One component of a medication."""

    itemCodeableConcept: CodeableConcept | None = None
    itemReference: Reference | None = None
    strength: Ratio | None = None


class Batch(Element):
    """Lot and expiry of a product."""

    lotNumber: str | None = None
    expirationDate: str | None = None


class Medication(Element):
    """A medication that an administration points to."""

    code: CodeableConcept | None = None
    ingredient: tuple[Ingredient, ...] = ()
    batch: Batch | None = None


class DeviceName(Element):
    """A name of a device."""

    name: str | None = None


class Device(Element):
    """A device that an administration was made with."""

    type: CodeableConcept | None = None
    deviceName: tuple[DeviceName, ...] = ()


class Location(Element):
    """A place that something points to."""

    name: str | None = None


class Organization(Element):
    """An organization that something points to."""

    name: str | None = None


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


class MedicationAdministration(Resource):
    """A MedicationAdministration as far as it is billed from."""

    partOf: tuple[Reference, ...] = ()
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
    reasonReference: tuple[Reference, ...] = ()
    request: Reference | None = None
    device: tuple[Reference, ...] = ()
    dosage: Dosage = Dosage()


class MedicationRequest(Resource):
    """The order of an administration, as far as it says why."""

    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()


class Patient(Resource):
    """A Patient, as far as coverage asks."""

    birthDate: str | None = None


class NamedDiagnosis(Element):
    """One diagnosis of an encounter."""

    condition: Reference
    use: CodeableConcept | None = None
    rank: int | None = None


class ClassHistory(Element):
    """The class that an encounter had for a while."""

    class_: Coding = Field(alias="class")
    period: Period = Period()


class EncounterLocation(Element):
    """One place of an encounter."""

    location: Reference
    status: str | None = None
    period: Period = Period()


class Encounter(Resource):
    """An Encounter as far as it decides how a visit is coded."""

    status: str | None = None
    class_: Coding = Field(alias="class")
    classHistory: tuple[ClassHistory, ...] = ()
    subject: Reference | None = None
    period: Period = Period()
    account: tuple[Reference, ...] = ()
    location: tuple[EncounterLocation, ...] = ()
    serviceProvider: Reference | None = None
    diagnosis: tuple[NamedDiagnosis, ...] = ()
    partOf: Reference | None = None


class Procedure(Resource):
    """A Procedure as far as it changes what an infusion is."""

    status: str | None = None
    category: CodeableConcept | None = None
    code: CodeableConcept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    performedDateTime: str | None = None
    performedPeriod: Period | None = None


class ChargeItem(Resource):
    """Somebody else's ChargeItem, for a service that is not ours."""

    status: str | None = None
    code: CodeableConcept | None = None
    subject: Reference | None = None
    context: Reference | None = None
    occurrenceDateTime: str | None = None
    occurrencePeriod: Period | None = None


class ServiceRequest(Resource):
    """A ServiceRequest as far as it can be an order to admit."""

    status: str | None = None
    intent: str | None = None
    doNotPerform: StrictBool | None = None
    code: CodeableConcept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    occurrenceDateTime: str | None = None
    occurrencePeriod: Period | None = None
    authoredOn: str | None = None


class Coverage(Resource):
    """A Coverage: who pays."""

    status: str | None = None
    beneficiary: Reference | None = None
    payor: tuple[Reference, ...] = ()
    period: Period = Period()
    order: int | None = None


class Condition(Resource):
    """A Condition: a diagnosis by its codes."""

    verificationStatus: CodeableConcept | None = None
    code: CodeableConcept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    onsetDateTime: str | None = None
    onsetPeriod: Period | None = None
    recordedDate: str | None = None


class ResponseAnswer(Element):
    """One value of an answer."""

    valueString: str | None = None


class ResponseItem(Element):
    """What was answered to one item."""

    linkId: str
    answer: tuple[ResponseAnswer, ...] = ()


class QuestionnaireResponse(Element):
    """Answers of a person, who and when."""

    meta: Meta = Meta()
    identifier: Identifier | None = None
    questionnaire: str | None = None
    status: str | None = None
    subject: Reference | None = None
    authored: str | None = None
    author: Reference | None = None
    item: tuple[ResponseItem, ...] = ()
