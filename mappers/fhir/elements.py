"""The elements of FHIR R4, R4B and R5 that we bill from, typed; all else in a resource is left where it is.

Where R5 says the same under another name, both names stand side by side, and what reads them takes either.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Raw, field

from mappers.fhir.datatypes import (
    NO_META,
    NO_PERIOD,
    UNSAID,
    CodeableConcept,
    CodeableReference,
    Coding,
    Concepts,
    Element,
    Extension,
    Identifier,
    Meta,
    OrderedService,
    Period,
    Pointer,
    Quantity,
    Ratio,
    Reference,
    Resource,
)

__all__ = [
    "NO_META",
    "NO_PERIOD",
    "UNSAID",
    "Batch",
    "ChargeItem",
    "ClassHistory",
    "CodeableConcept",
    "CodeableReference",
    "Coding",
    "Concepts",
    "Condition",
    "Coverage",
    "Device",
    "DeviceName",
    "Dosage",
    "Element",
    "Encounter",
    "EncounterLocation",
    "Extension",
    "Identifier",
    "Ingredient",
    "Instruction",
    "Location",
    "Medication",
    "MedicationAdministration",
    "MedicationRequest",
    "Meta",
    "NamedDiagnosis",
    "OrderedService",
    "Organization",
    "Participant",
    "Patient",
    "PaymentBy",
    "Performer",
    "Period",
    "Pointer",
    "Procedure",
    "Quantity",
    "QuestionnaireResponse",
    "Ratio",
    "Reference",
    "Repeat",
    "Resource",
    "ResponseAnswer",
    "ResponseItem",
    "ServiceRequest",
    "Timing",
]


class Ingredient(Element, frozen=True):
    """One component of a medication."""

    itemCodeableConcept: CodeableConcept | None = None
    itemReference: Reference | None = None
    item: CodeableReference | None = None
    strength: Ratio | None = None
    strengthRatio: Ratio | None = None
    strengthQuantity: Quantity | None = None


class Batch(Element, frozen=True):
    """Lot and expiry of a product."""

    lotNumber: str | None = None
    expirationDate: str | None = None


class Medication(Resource, frozen=True):
    """A medication that an administration points to."""

    status: str | None = None
    code: CodeableConcept | None = None
    ingredient: tuple[Ingredient, ...] = ()
    batch: Batch | None = None


class DeviceName(Element, frozen=True):
    """A name of a device: `name` in R4, `value` in R5."""

    name: str | None = None
    value: str | None = None


class Device(Element, frozen=True):
    """A device that an administration was made with."""

    type: Concepts = None
    deviceName: tuple[DeviceName, ...] = ()
    name: tuple[DeviceName, ...] = ()


class Location(Element, frozen=True):
    """A place that something points to."""

    name: str | None = None


class Organization(Element, frozen=True):
    """An organization that something points to."""

    name: str | None = None


class Performer(Element, frozen=True):
    """Who took part, and in what function."""

    actor: Pointer
    function: CodeableConcept | None = None


class Dosage(Element, frozen=True):
    """How a medication was given."""

    text: str | None = None
    site: CodeableConcept | None = None
    route: CodeableConcept | None = None
    method: CodeableConcept | None = None
    dose: Quantity | None = None
    rateQuantity: Quantity | None = None
    rateRatio: Ratio | None = None


class Repeat(Element, frozen=True):
    """How long one of a series takes."""

    duration: Decimal | None = None
    durationMax: Decimal | None = None
    durationUnit: str | None = None


class Timing(Element, frozen=True):
    """When something is to happen, as far as it says how long."""

    repeat: Repeat | None = None


class MedicationAdministration(Resource, frozen=True, kw_only=True):
    """A MedicationAdministration as far as it is billed from; what comes again and again is left as its bytes."""

    extension: Raw = UNSAID
    partOf: tuple[Reference, ...] = ()
    status: str
    category: Concepts = None
    medicationCodeableConcept: Raw = UNSAID
    medicationReference: Reference | None = None
    medication: CodeableReference | None = None
    subject: Raw
    context: Raw = UNSAID
    encounter: Raw = UNSAID
    effectiveDateTime: str | None = None
    effectivePeriod: Period | None = None
    occurenceDateTime: str | None = None
    occurencePeriod: Period | None = None
    occurenceTiming: Timing | None = None
    performer: Raw = UNSAID
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    reason: tuple[CodeableReference, ...] = ()
    request: Reference | None = None
    device: Raw = UNSAID
    dosage: Raw = UNSAID


class Instruction(Element, frozen=True):
    """How a medication is to be given."""

    timing: Timing | None = None


class MedicationRequest(Resource, frozen=True):
    """The order of an administration, as far as it says why, by whom and how long."""

    status: str | None = None
    doNotPerform: bool = False
    subject: Reference | None = None
    requester: Reference | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    reason: tuple[CodeableReference, ...] = ()
    dosageInstruction: tuple[Instruction, ...] = ()


class Patient(Resource, frozen=True):
    """A Patient, as far as coverage asks."""

    birthDate: str | None = None


class NamedDiagnosis(Element, frozen=True):
    """One diagnosis of an encounter; R5 has several conditions and uses in each."""

    condition: Reference | tuple[CodeableReference, ...] = ()
    use: Concepts = None
    rank: int | None = None


class ClassHistory(Element, frozen=True, kw_only=True):
    """The class that an encounter had for a while."""

    class_: Coding = field(name="class")
    period: Period = NO_PERIOD


class EncounterLocation(Element, frozen=True):
    """One place of an encounter."""

    location: Reference
    status: str | None = None
    period: Period = NO_PERIOD


class Participant(Element, frozen=True):
    """Who takes part in an encounter and as what: `individual` in R4, `actor` in R5."""

    type: tuple[CodeableConcept, ...] = ()
    individual: Reference | None = None
    actor: Reference | None = None


class Encounter(Resource, frozen=True, kw_only=True):
    """An Encounter as far as it decides how a visit is coded."""

    extension: tuple[Extension, ...] = ()
    status: str
    class_: Coding | tuple[CodeableConcept, ...] = field(name="class", default=())
    classHistory: tuple[ClassHistory, ...] = ()
    subject: Reference | None = None
    period: Period = NO_PERIOD
    actualPeriod: Period | None = None
    account: tuple[Reference, ...] = ()
    location: tuple[EncounterLocation, ...] = ()
    participant: tuple[Participant, ...] = ()
    serviceProvider: Reference | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    diagnosis: tuple[NamedDiagnosis, ...] = ()
    partOf: Reference | None = None


class Procedure(Resource, frozen=True, kw_only=True):
    """A Procedure as far as it changes what an infusion is."""

    status: str
    category: Concepts = None
    code: CodeableConcept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    performedDateTime: str | None = None
    performedPeriod: Period | None = None
    occurrenceDateTime: str | None = None
    occurrencePeriod: Period | None = None


class ChargeItem(Resource, frozen=True, kw_only=True):
    """Somebody else's ChargeItem, for a service that is not ours."""

    extension: tuple[Extension, ...] = ()
    status: str
    code: CodeableConcept
    subject: Reference | None = None
    context: Reference | None = None
    encounter: Reference | None = None
    occurrenceDateTime: str | None = None
    occurrencePeriod: Period | None = None


class ServiceRequest(Resource, frozen=True, kw_only=True):
    """A ServiceRequest as far as it can be an order to admit."""

    status: str
    intent: str
    doNotPerform: bool | None = None
    code: OrderedService | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    occurrenceDateTime: str | None = None
    occurrencePeriod: Period | None = None
    authoredOn: str | None = None


class PaymentBy(Element, frozen=True):
    """Who pays, as R5 has it for what nobody insures."""

    party: Reference


class Coverage(Resource, frozen=True, kw_only=True):
    """A Coverage: who pays; `payor` in R4, `insurer` and `paymentBy` in R5."""

    extension: tuple[Extension, ...] = ()
    status: str
    beneficiary: Reference | None = None
    payor: tuple[Reference, ...] = ()
    insurer: Reference | None = None
    paymentBy: tuple[PaymentBy, ...] = ()
    period: Period = NO_PERIOD
    order: int | None = None


class Condition(Resource, frozen=True):
    """A Condition: a diagnosis by its codes."""

    verificationStatus: CodeableConcept | None = None
    code: CodeableConcept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    onsetDateTime: str | None = None
    onsetPeriod: Period | None = None
    recordedDate: str | None = None


class ResponseAnswer(Element, frozen=True):
    """One value of an answer."""

    valueString: str | None = None


class ResponseItem(Element, frozen=True):
    """What was answered to one item."""

    linkId: str
    answer: tuple[ResponseAnswer, ...] = ()


class QuestionnaireResponse(Element, frozen=True):
    """Answers of a person, who and when."""

    meta: Meta = NO_META
    identifier: Identifier | tuple[Identifier, ...] | None = None
    questionnaire: str | None = None
    status: str | None = None
    subject: Reference | None = None
    authored: str | None = None
    author: Reference | None = None
    item: tuple[ResponseItem, ...] = ()
