"""FHIR's datatypes into ours: times, quantities, references, codings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from coder import facts
from mappers.amounts import WANTED, is_amount
from mappers.charted import FIRST_YEAR, LAST_YEAR, UNSTATED, Charted, NoSuchTimeError, charted_at
from mappers.code_systems import UCUM
from mappers.fhir import elements as fhir
from mappers.fhir.resource import Document
from mappers.profile import STANDARD, Profile
from mappers.refused import refused

_DATE_CHARACTERS = len("2026-03-03")
_MOMENT = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,18})?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII)
MINUTES_OF_UNIT = {
    "s": Decimal(1) / 60,
    "sec": Decimal(1) / 60,
    "second": Decimal(1) / 60,
    "min": Decimal(1),
    "minute": Decimal(1),
    "h": Decimal(60),
    "hr": Decimal(60),
    "hour": Decimal(60),
    "d": Decimal(1440),
    "day": Decimal(1440),
}
_LENGTHS = tuple(map(len, ("2026-03-03T09:00:00-06:00", "2026-03-03T09:00:00.000-06:00")))
_OFFSETS = {
    f"{sign}{hour:02}:{minute:02}": timedelta(hours=hour, minutes=minute) * (-1 if sign == "-" else 1)
    for sign in "+-"
    for hour in range(15)
    for minute in (0, 15, 30, 45)
}
_USUAL_CHARACTERS_MOST = max(_LENGTHS)
_AFTER_SECONDS = frozenset("+-.")
_read_iso = datetime.fromisoformat
_UTC = ZoneInfo("UTC")
_NO_IDENTIFIER = fhir.Identifier()
_NOWHERE = facts.Reference()


@dataclass(slots=True)
class Surroundings:
    """What a resource is read in: the zone, the neighbours of its Bundle by every name they have, its sender."""

    zone: ZoneInfo
    neighbours: Mapping[str, Document]
    profile: Profile = STANDARD
    inside: tuple[Document, ...] = ()

    @property
    def alone(self) -> bool:
        """Whether nothing is at hand that a reference could lead to."""
        return not self.neighbours and not any(holder.holding for holder in self.inside)

    def named(self, reference: str) -> str:
        """A literal reference by the type and id it means, without its version."""
        plain = reference.partition("/_history/")[0]
        neighbour = self.neighbours.get(plain)
        if neighbour is None or not neighbour.plain.get("id"):
            return plain
        return f"{neighbour.plain.get('resourceType')}/{neighbour.plain['id']}"


def nowhere(profile: Profile) -> Surroundings:
    """The surroundings of what is read the same wherever it stands, a Bundle's resources aside."""
    return Surroundings(profile.zone or _UTC, {}, profile)


def charted(text: str | None, path: str, zone: ZoneInfo) -> Charted:
    """A dateTime: an instant, a mere day, or (a year, a month) nothing that a rule can use.

    One without an offset, which FHIR does not allow and senders write, is the clock of the zone.
    """
    if text is None:
        return UNSTATED
    usual = _charted(text, zone) if len(text) <= _USUAL_CHARACTERS_MOST else None
    if usual:
        return usual
    if not _MOMENT.fullmatch(text):
        raise refused("not a time", path, text, "a FHIR dateTime")
    if len(text) < _DATE_CHARACTERS:
        return UNSTATED
    try:
        if len(text) == _DATE_CHARACTERS:
            return Charted(stated_day=date.fromisoformat(text))
        return charted_at(datetime.fromisoformat(text), zone)
    except NoSuchTimeError as error:
        raise refused("not a time", path, text, str(error)) from error
    except (ValueError, OverflowError) as error:
        raise refused("not a time", path, text, "a FHIR dateTime") from error


@lru_cache(maxsize=8192)  # the minutes of one day come again with every patient
def _charted(text: str, zone: ZoneInfo) -> Charted | None:
    instant = _usual(text)
    return Charted(instant, None, None, zone) if instant else None


def _usual(text: str) -> datetime | None:
    """The instant of a time as most senders write it, to the second or its thousandth; None of any other."""
    if text[-1:] == "Z":
        text = f"{text[:-1]}+00:00"
    offset = _OFFSETS.get(text[-6:])
    if offset is None or text[19:20] not in _AFTER_SECONDS or len(text) not in _LENGTHS:
        return None
    if not (text[4] == "-" == text[7] and text[10] == "T" and text[13] == ":"):
        return None
    try:
        instant = _read_iso(f"{text[:-6]}Z") - offset
    except (ValueError, OverflowError):
        return None
    return instant if FIRST_YEAR < instant.year < LAST_YEAR else None


def asserted(meta: fhir.Meta) -> datetime | None:
    """When the sender last changed the resource."""
    text = meta.lastUpdated
    return (_usual(text) or charted(text, "meta.lastUpdated", _UTC).instant) if text else None


def amount(quantity: fhir.Quantity | None, path: str) -> facts.Quantity | None:
    """An exact amount in the unit as stated; one with a comparator is not known."""
    if quantity is None or quantity.value is None or quantity.comparator:
        return None
    if not is_amount(quantity.value):
        raise refused("not an amount", f"{path}.value", quantity.value, WANTED)
    return facts.Quantity(quantity.value, unit(quantity))


def unit(quantity: fhir.Quantity) -> str | None:
    """The UCUM code where there is one, else the sender's word."""
    if quantity.system == UCUM and quantity.code:
        return quantity.code
    return quantity.unit or quantity.code


def rate(dosage: fhir.Dosage, path: str) -> facts.Quantity | None:
    """The rate of a dosage; a ratio is reckoned down to one of its denominator, and a mere time is no rate."""
    if dosage.rateRatio is None:
        stated = amount(dosage.rateQuantity, f"{path}.rateQuantity")
        return None if stated is None or (stated.unit and minutes_of(stated) is not None) else stated
    above = amount(dosage.rateRatio.numerator, f"{path}.rateRatio.numerator")
    below = amount(dosage.rateRatio.denominator, f"{path}.rateRatio.denominator")
    if above is None or below is None or not below.value:
        return None
    return facts.Quantity(above.value / below.value, f"{above.unit or ''}/{below.unit or ''}")


def minutes_of(said: facts.Quantity) -> Decimal | None:
    """How long an amount of time is, a mere number taken as minutes; None where its unit is none of time."""
    unit = (said.unit or "min").casefold()
    factor = MINUTES_OF_UNIT.get(unit) or MINUTES_OF_UNIT.get(unit.removesuffix("s"))
    return said.value * factor if factor else None


def codings(concept: fhir.CodeableConcept | None) -> tuple[facts.Coding, ...]:
    """The codings of a concept that have a code."""
    if concept is None:
        return ()
    return tuple([facts.Coding(each.system, each.code, each.display) for each in concept.coding if each.code])


def concepts(stated: fhir.Concepts) -> tuple[fhir.CodeableConcept, ...]:
    """The concepts of an element that has one in R4 and several in R5."""
    if stated is None:
        return ()
    return (stated,) if isinstance(stated, fhir.CodeableConcept) else stated


def targets(stated: Iterable[fhir.CodeableReference]) -> Iterator[fhir.Reference]:
    """What some CodeableReferences point at."""
    return (each.reference for each in stated if each.reference)


def words(concepts: Iterable[fhir.CodeableConcept | None]) -> frozenset[str]:
    """Every code and text of some concepts, in lower case."""
    stated = [concept for concept in concepts if concept]
    coded = {coding.code for concept in stated for coding in concept.coding}
    said = coded | {concept.text for concept in stated}
    return frozenset(" ".join(word.split()).casefold() for word in said if word)


def shown(concept: fhir.CodeableConcept | None) -> str | None:
    """The words a person would know a concept by."""
    if concept is None:
        return None
    first = concept.coding[0] if concept.coding else fhir.Coding()
    return concept.text or first.display or first.code


def referred(reference: fhir.Reference | None, surroundings: Surroundings, *, named: bool = True) -> facts.Reference:
    """A reference as the sender points; `named` keeps the display (never a patient's)."""
    if reference is None:
        return _NOWHERE
    identifier, literal = reference.identifier or _NO_IDENTIFIER, literal_of(reference, surroundings)
    return facts.Reference(literal, identifier.system, identifier.value, reference.display if named else None)


def literal_of(reference: fhir.Reference, surroundings: Surroundings) -> str | None:
    """A literal reference by the type and id it means."""
    literal = reference.reference or None
    if literal and (surroundings.neighbours or "/_history/" in literal):
        return surroundings.named(literal)
    return literal


def known(reference: facts.Reference) -> facts.Reference | None:
    """The reference where it says anything."""
    return None if reference == _NOWHERE else reference


def identified(identifiers: Iterable[fhir.Identifier]) -> tuple[str, ...]:
    """Identifiers as keys; one without a system holds only within its source."""
    return tuple([f"{each.system or 'fhir|'}|{each.value}" for each in identifiers if each.value])
