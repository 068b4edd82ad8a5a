"""The published map of a MedicationAdministration: element, condition, fact, note; with the tables that decide.

`administration_map_page` makes the page of the documents from here; a test changes each element and sees its
fact change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from coder.facts import AdministrationStatus
from mappers.fhir import encounter, performers
from mappers.fhir.particulars import PARTICULARS
from mappers.fhir.values import MINUTES_OF_UNIT
from mappers.field_map import code_table, columns, page
from mappers.observed import WORDS, Observed


@dataclass(frozen=True, slots=True)
class Row:
    """What one element becomes; `fact` is an attribute of the fact named before the dot, `r5` its name in R5."""

    element: str
    r5: str
    condition: str
    fact: str
    note: str = ""


_SAME = ""
ROWS = (
    Row("id", _SAME, "", "Telling.identifiers", "links the tellings of one administration, with every `identifier`"),
    Row("identifier", _SAME, "", "Telling.identifiers", "one without a system holds only within its source"),
    Row("meta.versionId", _SAME, "", "Telling.message_id", "a repeat of it changes nothing"),
    Row("meta.lastUpdated", _SAME, "", "Telling.asserted", "decides which of several tellings is the newest"),
    Row("meta.source", _SAME, "of a profile", "Administration.status", "chooses the profile; else the Bundle's"),
    Row("meta.security", _SAME, "HTEST, there or in `meta.tag`", "Telling.ignored", "a test message is never billed"),
    Row("status", _SAME, "", "Administration.status", "table below; any other word is a fault"),
    Row("subject", _SAME, "", "Administration.patient", "the identifier, else the reference; its display is not kept"),
    Row("context", "encounter", "", "Administration.encounter", "else the patient's day"),
    Row("effectiveDateTime", "occurenceDateTime", "", "Administration.start", "one charted time; a mere date is a day"),
    Row("effectivePeriod.start", "occurencePeriod.start", "", "Administration.start"),
    Row("effectivePeriod.end", "occurencePeriod.end", "after the start", "Administration.end", "left out, it is open"),
    Row("medicationCodeableConcept", "medication.concept", "", "Administration.drugs", "every coding and the text"),
    Row(
        "medicationReference",
        "medication.reference",
        "contained, in the Bundle, or by itself",
        "Administration.drugs",
        "each ingredient at its strength; a national code names the product whole; not heard of yet: the display",
    ),
    Row("performer", _SAME, "functions below", "Administration.given_by", "the first of each function"),
    Row("reasonCode", "reason.concept", "ICD-10-CM", "Administration.reasons", "one of our purposes: the purpose"),
    Row(
        "reasonReference",
        "reason.reference",
        "a Condition",
        "Administration.reason_conditions",
        "a contained one: its code",
    ),
    Row("category", _SAME, "one of our purposes", "Administration.purpose"),
    Row("request", _SAME, "", "Administration.order", "its order, beside it or by itself: who, for how long, why"),
    Row("partOf", _SAME, "a Procedure", "Administration.procedure"),
    Row("device", _SAME, "words for a pump", "Administration.pump", "or for what the line ends in"),
    Row("dosage.site", _SAME, "", "Administration.access", "its words may name what the line ends in"),
    Row(
        "dosage.route",
        _SAME,
        "",
        "Administration.route",
        "by code, then exact words; oral is ignored by kind",
    ),
    Row("dosage.method", _SAME, "", "Administration.method", "push or infusion; any other word decides nothing"),
    Row("dosage.dose", _SAME, "no comparator", "Administration.drugs", "UCUM's code where there is one, else the unit"),
    Row("dosage.rateQuantity", _SAME, "not a mere time", "Administration.rate"),
    Row(
        "dosage.text",
        _SAME,
        "`over 30 min`, once",
        "Administration.stated_minutes",
        "and the dose at its rate; asked if at odds; `at 125 mL/hr`, once, is the rate where none is beside it",
    ),
    Row("dosage.rateRatio", _SAME, "", "Administration.rate", "per one of the denominator"),
)


def administration_map_page() -> str:
    """The page of the documents, whole."""
    return page([*_head(), *_rows(), *_tables()])


def _head() -> Iterator[str]:
    yield "# What a MedicationAdministration becomes"
    yield ""
    yield "FHIR R4, R4B and R5, alone, in a Bundle of any type or a line of NDJSON. What is required there is required"
    yield "here: status, subject, one medication, one time or period. An element that no version has is a fault, and so"
    yield "is any `modifierExtension`; other extensions that no row names are left alone. A time without an offset is"
    yield "the clock of the sender's profile, else of the site. A period says when something ran, not that it was an"
    yield "infusion: a drug by mouth is ignored by its route whatever its period, of one charted as pushed it is asked."
    yield "An entry of a Bundle whose request is DELETE of a type and id takes back what was told of it, as of the time"
    yield "of the response, else of the Bundle or the record; a PATCH and a DELETE of what a search finds are faults."
    yield "This page is made from the mapper's own tables (`mappers/fhir/administration_map.py`)."
    yield ""


def _rows() -> Iterator[str]:
    yield from columns(
        ("R4 element", "R5", "condition", "fact", "note"),
        ((row.element, row.r5 or "the same", row.condition, f"`{row.fact}`", row.note) for row in ROWS),
    )


def _tables() -> Iterator[str]:
    functions = {
        "ordered_by": ", ".join(sorted(performers.ORDERED)),
        "supervised_by": ", ".join(sorted(performers.SUPERVISED)),
        "nobody": ", ".join(sorted(performers.NOT_GIVING)),
        "given_by": "any other, or none",
    }
    units = {unit: f"{minutes.normalize():f}" if minutes >= 1 else "1/60" for unit, minutes in MINUTES_OF_UNIT.items()}
    yield from code_table("Status", "status", "what it says", _statuses())
    yield from code_table("Function of a performer", "fact", "functions", functions)
    yield from code_table("Extensions, by the last part of their url", "extension", "fact", _extensions())
    yield from code_table("Units of time, in minutes", "unit", "minutes", units)
    yield from code_table("Class of an Encounter (v3-ActCode)", "code", "class", encounter.ACT_CLASSES)


def _statuses() -> Mapping[str, str]:
    said = {
        AdministrationStatus.NOT_DONE: "never billed",
        AdministrationStatus.ENTERED_IN_ERROR: "takes back what was told of it",
        AdministrationStatus.UNKNOWN: "held, and asked",
        AdministrationStatus.ON_HOLD: "paused from then on",
        AdministrationStatus.STOPPED: "ended early; going on is a later administration of the order",
        AdministrationStatus.IN_PROGRESS: "running: counted to its last charted moment",
        AdministrationStatus.COMPLETED: "done",
    }
    return {status.value: said[status] for status in AdministrationStatus}


def _extensions() -> Mapping[str, str]:
    return {name: f"`{attribute}`{_words(name)}" for name, (attribute, _) in sorted(PARTICULARS.items())}


def _words(name: str) -> str:
    """The words that a code may be."""
    known = WORDS.get(Observed(name)) if name in set(Observed) else None
    codes = [] if known is None or True in known.values() else list(known)
    return f": {', '.join(codes)}" if codes else ""
