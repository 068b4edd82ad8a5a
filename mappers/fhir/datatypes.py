"""FHIR's datatypes, and what every resource shares, as far as we read them.

Where R5 says the same in another form, the type takes either.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Raw, Struct


class Element(Struct, frozen=True, gc=False):
    """What every element shares: read once, never changed, blind to what we do not read."""


class Coding(Element, frozen=True):
    """A code in a system."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(Element, frozen=True):
    """A concept: several codings of one meaning, or a text."""

    coding: tuple[Coding, ...] = ()
    text: str | None = None


Concepts = CodeableConcept | tuple[CodeableConcept, ...] | None


class Identifier(Element, frozen=True):
    """A business identifier."""

    system: str | None = None
    value: str | None = None


class Reference(Element, frozen=True):
    """A pointer to a resource, literal or logical."""

    reference: str | None = None
    identifier: Identifier | None = None
    display: str | None = None


class CodeableReference(Element, frozen=True):
    """A concept or a pointer, as R5 has it."""

    concept: CodeableConcept | None = None
    reference: Reference | None = None


class Pointer(Element, frozen=True):
    """A Reference, or in R5 a CodeableReference in its place."""

    reference: str | Reference | None = None
    identifier: Identifier | None = None
    display: str | None = None
    concept: CodeableConcept | None = None

    @property
    def target(self) -> Reference:
        """The Reference, wherever it stands."""
        if isinstance(self.reference, Reference):
            return self.reference
        return Reference(reference=self.reference, identifier=self.identifier, display=self.display)


class OrderedService(CodeableConcept, frozen=True):
    """What was ordered: a concept, or in R5 a CodeableReference in its place."""

    concept: CodeableConcept | None = None


class Quantity(Element, frozen=True):
    """A measured amount; a comparator says that it is not exactly this."""

    value: Decimal | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Ratio(Element, frozen=True):
    """One amount per another."""

    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Period(Element, frozen=True):
    """A start and an end; one left out is open."""

    start: str | None = None
    end: str | None = None


class Extension(Element, frozen=True):
    """An extension of the kinds of value we read."""

    url: str
    valueCode: str | None = None
    valueBoolean: bool | None = None
    valueInteger: int | None = None
    valuePositiveInt: int | None = None
    valueUnsignedInt: int | None = None
    valueQuantity: Quantity | None = None
    valueDuration: Quantity | None = None
    valueDateTime: str | None = None
    valueInstant: str | None = None
    valueString: str | None = None


class Meta(Element, frozen=True):
    """Version, time, sender and labels of a resource."""

    versionId: str | None = None
    lastUpdated: str | None = None
    source: str | None = None
    security: tuple[Coding, ...] = ()
    tag: tuple[Coding, ...] = ()


NO_META = Meta()
UNSAID = Raw()
NO_PERIOD = Period()


class Resource(Element, frozen=True):
    """What every resource shares, as far as we read it."""

    id: str | None = None
    meta: Meta = NO_META
    contained: Raw = UNSAID
    modifierExtension: tuple[Extension, ...] = ()
    identifier: tuple[Identifier, ...] = ()
