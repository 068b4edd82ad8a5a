"""The published map of a RAS message: field, condition, fact, FHIR element, note; with the tables that decide.

`ras_map_page` makes the page of the documents from here; a test changes each field and sees its fact change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mappers.field_map import code_table, columns, page
from mappers.hl7 import administration, routes, status, visit
from mappers.hl7.events import EVENTS
from mappers.hl7.header import character_sets
from mappers.hl7.surroundings import ICD_10_METHODS
from mappers.observed import DEFAULT_OBSERVATIONS, WORDS
from mappers.patient_classes import V2_CLASSES


@dataclass(frozen=True, slots=True)
class Row:
    """What one field becomes; `fact` is an attribute of the fact named before the dot."""

    field: str
    condition: str
    fact: str
    fhir: str
    note: str = ""


ROWS = (
    Row("MSH-3", "", "Telling.source", "meta.source", "with `hl7v2:` before it; chooses the sender's profile"),
    Row("MSH-7", "", "Telling.asserted", "meta.lastUpdated", "decides which of several tellings is the newest"),
    Row("MSH-10", "", "Telling.message_id", "meta.versionId", "a repeat of it changes nothing"),
    Row("MSH-11", "T or D", "Telling.ignored", "meta.tag", "a test message is never billed"),
    Row("PID-3", "the one typed MR, else the first", "Telling.patient", "subject", "an ISO authority becomes an OID"),
    Row("PID-7", "a whole date", "Telling.born", "Patient.birthDate", "some coverage asks for the age"),
    Row("PID-18", "no visit number", "Administration.encounter", "context", "the account, where PV1-19 is empty"),
    Row("PV1-2", "", "Encounter.patient_class", "Encounter.class", "table below; any other class is unknown"),
    Row("PV1-3", "", "Encounter.department", "Encounter.location", "point of care"),
    Row(
        "PV1-3",
        "in the sender's places, else named as one",
        "Encounter.places",
        "Encounter.location",
        "point of care, room, description; the whole encounter, unless ADT tells since when",
    ),
    Row("PV1-7", "", "Encounter.attending", "Encounter.participant", "shown with the visit; decides nothing"),
    Row("PV1-18", "says observation", "Encounter.patient_class", "Encounter.class", "above PV1-2"),
    Row(
        "PV1-19",
        "else PV1-20 or PV1-50 typed VN",
        "Administration.encounter",
        "context",
        "else the account, else the day",
    ),
    Row("PV1-44", "", "Encounter.start", "Encounter.period.start"),
    Row("PV1-45", "", "Encounter.end", "Encounter.period.end"),
    Row("PV2-3", "in the site's table of reasons", "Encounter.reason", "Encounter.reasonCode"),
    Row("ORC-2", "", "Administration.order", "request", "with the start it links messages about one administration"),
    Row("ORC-3", "ORC-2 is empty", "Administration.order", "request"),
    Row("ORC-5", "no status in RXA-19 to RXA-21", "Administration.status", "status", "table below"),
    Row("ORC-12", "else a PRT of part OP", "Administration.ordered_by", "request.requester"),
    Row("RXO-20", "ICD-10-CM; none in RXE-27", "Administration.reasons", "request.reasonCode"),
    Row("RXE-27", "ICD-10-CM; none in RXA-19", "Administration.reasons", "request.reasonCode"),
    Row("RXE-22", "no TQ1-13", "Administration.ordered_minutes", "", "H8: over eight hours; never counted as given"),
    Row("RXE-23", "no RXE-22, rate of the amount's unit", "Administration.ordered_minutes", "", "RXE-3 at that rate"),
    Row("TQ1-13", "", "Administration.ordered_minutes", "", "duration of one occurrence"),
    Row("RXC-2", "one RXA in the order", "Administration.drugs", "Medication.ingredient", "after the last RXE if any"),
    Row("RXC-3", "one RXA in the order", "Administration.drugs", "Medication.ingredient.strength"),
    Row("RXA-3", "", "Administration.start", "effective[x].start", "required; to the minute, else the day alone"),
    Row("RXA-4", "after RXA-3", "Administration.end", "effective[x].end", "equal to RXA-3 it is one charted time"),
    Row(
        "RXA-5",
        "no RXC, or several RXA",
        "Administration.drugs",
        "medication[x]",
        "every coding; CVX is an immunization",
    ),
    Row("RXA-6", "not 999 without a unit", "Administration.drugs", "dosage.dose.value"),
    Row("RXA-7", "", "Administration.drugs", "dosage.dose.unit"),
    Row("RXA-10", "else a PRT of part AP", "Administration.given_by", "performer.actor"),
    Row("RXA-11", "in the sender's places, RXA-27 empty", "Administration.place", "extension place"),
    Row(
        "RXA-12",
        "one rate and nothing else",
        "Administration.rate",
        "dosage.rate[x]",
        "KVO or TKO: purpose keep-vein-open",
    ),
    Row("RXA-15", "", "Administration.lot", "Medication.batch.lotNumber", "the first"),
    Row("RXA-16", "", "Administration.expiry", "Medication.batch.expirationDate", "as exact as it is written"),
    Row("RXA-18", "any value", "Administration.status", "status", "not-done, never billed"),
    Row("RXA-19", "a listed status, RXA-20 has none", "Administration.status", "status", "a status one field early"),
    Row("RXA-19", "ICD-10-CM", "Administration.reasons", "reasonCode", "each repetition"),
    Row(
        "RXA-20",
        "a listed status",
        "Administration.status",
        "status",
        "tables below; anything else is unknown and held",
    ),
    Row("RXA-21", "", "Telling.action", "status", "D: entered-in-error; a listed status here counts as one"),
    Row("RXA-27", "in the sender's places", "Administration.place", "extension place"),
    Row(
        "RXR-1",
        "",
        "Administration.route",
        "dosage.route",
        "by code, then exact words; IVP and IVPB are a vein, no method",
    ),
    Row("RXR-2", "", "Administration.access", "dosage.site", "its words may name the device of the access"),
    Row("RXR-3", "", "Administration.pump", "device", "table below, else the words for a pump"),
    Row("RXR-4", "", "Administration.method", "dosage.method", "IVP is a push, IVPB says nothing"),
    Row("RXR-5", "RXR-2 is empty", "Administration.access", "dosage.site"),
    Row(
        "OBX-5", "a listed code in OBX-3, OBX-11 not D, W, X or N", "Administration.purpose", "extension", "codes below"
    ),
    Row(
        "NTE-3",
        "a listed code, a colon and one of its words",
        "Administration.purpose",
        "note",
        "any other text says nothing",
    ),
    Row("DG1-3", "ICD-10-CM", "Condition.code", "Condition.code", "methods: " + ", ".join(sorted(ICD_10_METHODS))),
    Row("DG1-6", "A, W or F", "Condition.use", "Encounter.diagnosis.use", "admitting, working, final"),
    Row("DG1-15", "a whole number from 1", "Condition.rank", "Encounter.diagnosis.rank", "1 is the primary one"),
    Row("IN1-1", "no number in IN1-22", "Coverage.rank", "Coverage.order", "1 pays first"),
    Row("IN1-14", "", "Coverage.authorisation", "Coverage extension authorization-number", "its first component"),
    Row("IN1-22", "a whole number from 1", "Coverage.rank", "Coverage.order"),
    Row("IN1-4", "else IN1-3, IN1-2", "Coverage.payer", "Coverage.payor"),
    Row("PR1-3", "", "Procedure.kind", "Procedure.code"),
    Row("PRT-5", "PRT-4 says supervisor", "Administration.supervised_by", "performer.actor", "PRT after the RXA"),
    Row(
        "FT1-25", "CPT or HCPCS; FT1-6 CG, or CD which takes it back", "Procedure.code", "ChargeItem.code", "else FT1-7"
    ),
)


def ras_map_page() -> str:
    """The page of the documents, whole."""
    return page([*_head(), *_rows(), *_tables()])


def _head() -> Iterator[str]:
    yield "# What a RAS message becomes"
    yield ""
    yield "Versions 2.3 to 2.9.1, RAS^O01 and RAS^O17, any encoding characters. The structure is not taken from"
    yield "the version: an RXR speaks of the RXA before it, or of those after it where a sender puts it first. Fields"
    yield "of PV1, PV2, DG1, IN1, PR1 and FT1 are read from any message. Two quotation marks clear a field. A sender's"
    yield "profile may say otherwise for each line."
    yield "This page is made from the mapper's own tables (`mappers/hl7/ras_map.py`)."
    yield ""


def _rows() -> Iterator[str]:
    yield from columns(
        ("field", "condition", "fact", "FHIR R4", "note"),
        ((row.field, row.condition, f"`{row.fact}`", row.fhir, row.note) for row in ROWS),
    )


def _tables() -> Iterator[str]:
    completion = {code: charting.status for code, charting in status.COMPLETION.items()}
    actions = {code or "(empty)": action for code, action in status.ACTIONS.items()}
    cleared = {f"RXA-{number}": name for number, name in administration.CLEARABLE.items()}
    cleared |= {f"RXR-{number}": name for number, name in routes.CLEARABLE.items()}
    cleared |= {f"PV1-{number}": name for number, name in visit.CLEARABLE.items()}
    yield from code_table("Completion status, RXA-20 (table 0322)", "code", "status", completion)
    yield from code_table("Order status, ORC-5", "code", "status", status.ORDER_STATUS)
    yield from code_table("Action, RXA-21 (tables 0206 and 0323)", "code", "action", actions)
    yield from code_table("Patient class, PV1-2 and PV1-18", "code", "class", V2_CLASSES)
    yield from code_table("Pump, RXR-3 (table 0164)", "code", "pump", routes.PUMPS)
    yield from code_table('What `""` clears', "field", "fact", cleared)
    yield from code_table("Observations, OBX-3, unless the site lists others", "code", "values", _observations())
    yield from code_table("Events of ADT", "event", "what it does", {name: _done(name) for name in EVENTS})
    codecs = {name: codec for name, codec in character_sets() if name}
    yield from code_table("Character sets, MSH-18", "name", "read as", codecs)


def _observations() -> Mapping[str, str]:
    words = {code: WORDS.get(listed.meaning) for code, listed in DEFAULT_OBSERVATIONS.items()}
    return {code: _listed(said) if said else "an amount, a count, a time or a name" for code, said in words.items()}


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def _done(name: str) -> str:
    event = EVENTS[name]
    does = {
        "begins the visit and its class": event.opens,
        "the class is so from then on": event.reclasses,
        "the patient is in the place from then on": event.moves,
        "ends the visit": event.closes,
        "expects the patient, who is not there yet": event.expected,
        "takes the visit back": event.cancels,
        "takes its end back": event.reopens,
        "takes a move back": event.returns,
    }
    return (
        ", ".join(what for what, so in does.items() if so)
        or "says of which class the patient is, and in which place then"
    )
