"""The facts of a case: administrations, encounters, procedures, orders, payers and diagnoses of one patient."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from coder.facts import (
    AccessDevice,
    Administration,
    AdministrationStatus,
    AdmissionOrder,
    ClassPeriod,
    Coding,
    DrugGiven,
    DrugSource,
    Encounter,
    Method,
    PatientClass,
    PatientFacts,
    Place,
    PlacePeriod,
    Procedure,
    ProcedureKind,
    Pump,
    PumpOwner,
    Purpose,
    Quantity,
    Reference,
    Route,
    VisitReason,
)
from mappers.case_answers import read_answers
from mappers.case_coverage import (
    COVERAGE_FACT_KEYS,
    read_born,
    read_conditions,
    read_coverages,
    read_named_diagnoses,
)
from mappers.case_documentation import DOCUMENTED_KEYS, read_documented
from mappers.case_values import (
    PERIOD_KEYS,
    CaseDay,
    CaseError,
    counted,
    entries,
    is_open,
    known_keys,
    listed,
    quantity,
    word,
    yes_or_no,
)
from mappers.code_systems import HCPCS, NDC, RXNORM

FACT_KEYS = {"given", "class", "reason", "encounters", "procedures", "admission_orders", "answers", *COVERAGE_FACT_KEYS}
GIVEN_KEYS = {
    *PERIOD_KEYS,
    "id",
    "drug",
    "code",
    "dose",
    "route",
    "method",
    "status",
    "order",
    "access",
    "second_access",
    "device",
    "attended",
    "purpose",
    "rate",
    "encounter",
    "pump",
    "pump_owner",
    "at_home",
    "ordered",
    "injections",
    "lesions",
    "puncture",
    "counselled",
    "demand",
    "place",
    "taken_over",
    "procedure",
    "ordered_by",
    "given_by",
    "reasons",
    "reason_conditions",
    "authorisation",
    *DOCUMENTED_KEYS,
    "wasted",
    "containers",
    "drug_source",
    "single_dose",
}
CLASS_KEYS = {*PERIOD_KEYS, "class"}
PLACE_KEYS = {*PERIOD_KEYS, "place"}
ENCOUNTER_KEYS = {
    *PERIOD_KEYS,
    "id",
    "class",
    "classes",
    "places",
    "department",
    "series",
    "reason",
    "part_of",
    "cancelled",
}
ENCOUNTER_KEYS |= {"diagnoses"}
PROCEDURE_KEYS = {*PERIOD_KEYS, "id", "kind", "code", "encounter", "cancelled"}
ADMISSION_KEYS = {"id", "class", "at", "encounter", "cancelled"}
SHORT_ROUTES = {
    "IV": Route.INTRAVENOUS,
    "SC": Route.SUBCUTANEOUS,
    "IM": Route.INTRAMUSCULAR,
    "IA": Route.INTRA_ARTERIAL,
    "unstated": None,
}
DRUG_CODES = {"rxnorm": RXNORM, "ndc": NDC, "hcpcs": HCPCS}
PATIENT = "P1"
ENCOUNTER = "E1"


def read_facts(entry: Mapping[str, Any], day: CaseDay) -> PatientFacts:
    """Everything the case knows of its patient; ids are unique within each kind."""
    administrations = tuple(_administration(one, day) for one in entries(entry, "given"))
    procedures = tuple(_procedure(one, day) for one in entries(entry, "procedures"))
    orders = tuple(_admission_order(one, day) for one in entries(entry, "admission_orders"))
    encounters = _encounters(entry, administrations, day)
    coverages = read_coverages(entry, day, PATIENT)
    conditions = read_conditions(entry, day, PATIENT, ENCOUNTER)
    for kind in (administrations, procedures, orders, encounters, coverages, conditions):
        _unique(one.key for one in kind)
    return PatientFacts(
        PATIENT,
        Reference(reference=f"Patient/{PATIENT}"),
        administrations,
        encounters,
        procedures,
        orders,
        coverages,
        conditions,
        born=read_born(entry),
        answers=read_answers(entry, administrations, day, ENCOUNTER),
    )


def _unique(keys: Iterable[str]) -> None:
    twice = sorted(key for key, count in Counter(keys).items() if count > 1)
    if twice:
        raise CaseError(f"said the id {', '.join(twice)} twice, wanted each once")


def _administration(entry: Mapping[str, str], day: CaseDay) -> Administration:
    known_keys(entry, GIVEN_KEYS, entry.get("id", "given"))
    start, end = day.period(entry)
    later_start, later_end = day.later_readings(entry)
    return Administration(
        key=entry["id"],
        patient=PATIENT,
        status=AdministrationStatus(entry.get("status", "in-progress" if is_open(entry) else "completed")),
        start=start,
        end=end,
        drugs=_drugs(entry),
        route=_route(entry.get("route", "IV")),
        method=word(entry, "method", Method),
        rate=quantity(entry["rate"]) if "rate" in entry else None,
        access=entry.get("access"),
        second_access=entry.get("second_access"),
        attended=yes_or_no(entry, "attended"),
        purpose=word(entry, "purpose", Purpose),
        order=entry.get("order", f"order of {entry['id']}") or None,
        ordered_by=_person(entry, "ordered_by"),
        given_by=_person(entry, "given_by"),
        encounter=entry.get("encounter", ENCOUNTER) or None,
        references=_references("MedicationAdministration", entry),
        pump=word(entry, "pump", Pump),
        pump_owner=word(entry, "pump_owner", PumpOwner),
        continues_at_home=yes_or_no(entry, "at_home"),
        ordered_minutes=counted(entry, "ordered"),
        injections=counted(entry, "injections"),
        lesions=counted(entry, "lesions"),
        puncture=yes_or_no(entry, "puncture"),
        counselled=yes_or_no(entry, "counselled"),
        demand=yes_or_no(entry, "demand"),
        access_device=word(entry, "device", AccessDevice),
        place=word(entry, "place", Place),
        taken_over_at=day.moment(entry["taken_over"]) if "taken_over" in entry else None,
        procedure=entry.get("procedure"),
        reasons=listed(entry.get("reasons")),
        reason_conditions=listed(entry.get("reason_conditions")),
        authorisation=entry.get("authorisation"),
        **read_documented(entry, day),
        wasted=quantity(entry["wasted"]) if "wasted" in entry else None,
        containers=_containers(entry),
        drug_source=word(entry, "drug_source", DrugSource),
        single_dose=yes_or_no(entry, "single_dose"),
        later_start=later_start,
        later_end=later_end,
    )


def _drugs(entry: Mapping[str, str]) -> tuple[DrugGiven, ...]:
    doses = entry["dose"].split(" + ") if "dose" in entry else []
    return tuple(
        DrugGiven(_codings(entry), text=name, dose=quantity(doses[place]) if place < len(doses) else None)
        for place, name in enumerate(entry["drug"].split(" + "))
    )


def _codings(entry: Mapping[str, str]) -> tuple[Coding, ...]:
    """The code a drug was charted with: `rxnorm 123`, `ndc 0000-0000-00` or `hcpcs J0000`."""
    if "code" not in entry:
        return ()
    system, _, code = entry["code"].partition(" ")
    if system not in DRUG_CODES or not code or " + " in entry["drug"]:
        raise CaseError(f"code: said {entry['code']!r}, wanted {', '.join(DRUG_CODES)} and the code of one drug")
    return (Coding(DRUG_CODES[system], code),)


def _containers(entry: Mapping[str, str]) -> tuple[Quantity, ...]:
    """The containers opened: `400 mg`, several as `100 mg + 400 mg`, the same one again as `3 x 100 mg`."""
    found: list[Quantity] = []
    for said in entry["containers"].split(" + ") if "containers" in entry else []:
        times, _, held = said.rpartition(" x ")
        found += [quantity(held)] * int(times or 1)
    return tuple(found)


def _person(entry: Mapping[str, str], key: str) -> Reference | None:
    return Reference(reference=f"Practitioner/{entry[key]}") if key in entry else None


def _route(said: str) -> Route | None:
    return SHORT_ROUTES[said] if said in SHORT_ROUTES else word({"route": said}, "route", Route)


def _references(kind: str, entry: Mapping[str, str]) -> tuple[Reference, ...]:
    return (Reference(reference=f"{kind}/{entry['id']}"),)


def _encounters(
    entry: Mapping[str, Any], administrations: Iterable[Administration], day: CaseDay
) -> tuple[Encounter, ...]:
    """The encounters told, or one (and one for each that an administration names) of the case's class and reason."""
    if "encounters" in entry:
        if "class" in entry or "reason" in entry:
            raise CaseError("said class or reason beside encounters, wanted them in the encounters")
        return tuple(_encounter(one, day) for one in entries(entry, "encounters"))
    stated = {key: entry[key] for key in ("class", "reason") if key in entry}
    keys = sorted({one.encounter for one in administrations if one.encounter} | {ENCOUNTER})
    return tuple(_encounter({"id": key, **stated}, day) for key in keys)


def _encounter(entry: Mapping[str, Any], day: CaseDay) -> Encounter:
    known_keys(entry, ENCOUNTER_KEYS, entry.get("id", "encounters"))
    start, end = day.period(entry)
    classes = tuple(_class_period(one, day) for one in entries(entry, "classes"))
    places = tuple(_place_period(one, day) for one in entries(entry, "places"))
    newest = classes[-1].patient_class if classes else PatientClass.OUTPATIENT
    return Encounter(
        key=entry["id"],
        patient=PATIENT,
        patient_class=word(entry, "class", PatientClass) or newest,
        start=start,
        end=end,
        department=entry.get("department"),
        references=_references("Encounter", entry),
        cancelled=bool(yes_or_no(entry, "cancelled")),
        classes=classes,
        series=yes_or_no(entry, "series"),
        reason=word(entry, "reason", VisitReason),
        part_of=entry.get("part_of"),
        places=places,
        diagnoses=read_named_diagnoses(entry),
    )


def _class_period(entry: Mapping[str, str], day: CaseDay) -> ClassPeriod:
    known_keys(entry, CLASS_KEYS, "classes")
    start, end = day.period(entry)
    return ClassPeriod(PatientClass(entry["class"]), start, end)


def _place_period(entry: Mapping[str, str], day: CaseDay) -> PlacePeriod:
    known_keys(entry, PLACE_KEYS, "places")
    start, end = day.period(entry)
    return PlacePeriod(Place(entry["place"]), start, end)


def _procedure(entry: Mapping[str, str], day: CaseDay) -> Procedure:
    known_keys(entry, PROCEDURE_KEYS, entry.get("id", "procedures"))
    start, end = day.period(entry)
    return Procedure(
        key=entry["id"],
        patient=PATIENT,
        kind=word(entry, "kind", ProcedureKind) or ProcedureKind.OTHER,
        code=entry.get("code"),
        start=start,
        end=end,
        encounter=entry.get("encounter", ENCOUNTER) or None,
        references=_references("Procedure", entry),
        cancelled=bool(yes_or_no(entry, "cancelled")),
    )


def _admission_order(entry: Mapping[str, str], day: CaseDay) -> AdmissionOrder:
    known_keys(entry, ADMISSION_KEYS, entry.get("id", "admission_orders"))
    return AdmissionOrder(
        key=entry["id"],
        patient=PATIENT,
        patient_class=word(entry, "class", PatientClass) or PatientClass.INPATIENT,
        at=day.moment(entry["at"]) if "at" in entry else None,
        encounter=entry.get("encounter", ENCOUNTER) or None,
        references=_references("ServiceRequest", entry),
        cancelled=bool(yes_or_no(entry, "cancelled")),
    )
