"""A patient's facts told as a FHIR R4 Bundle, as a bedside system that says everything would tell them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from coder.drugs.identity import NDC, RXNORM
from coder.facts import (
    Administration,
    AdmissionOrder,
    Answer,
    ClassPeriod,
    Condition,
    Coverage,
    DiagnosisUse,
    DrugGiven,
    Encounter,
    EncounterDiagnosis,
    Method,
    PatientClass,
    PatientFacts,
    Procedure,
    ProcedureKind,
    Quantity,
    Reference,
    Route,
)
from mappers.fhir.answer import answer_resource

Json = dict[str, Any]

SNOMED = "http://snomed.info/sct"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
SYSTEMS = {
    NDC: "http://hl7.org/fhir/sid/ndc",
    RXNORM: "http://www.nlm.nih.gov/research/umls/rxnorm",
    "hcpcs": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
}
EXTENSIONS = "https://bedside.example/fhir/StructureDefinition"
CLASSES = {
    PatientClass.INPATIENT: "IMP",
    PatientClass.OUTPATIENT: "AMB",
    PatientClass.EMERGENCY: "EMER",
    PatientClass.OBSERVATION: "OBSENC",
    PatientClass.HOME: "HH",
    PatientClass.UNKNOWN: "VR",
}
ROUTES = {
    Route.INTRAVENOUS: "47625008",
    Route.SUBCUTANEOUS: "34206005",
    Route.INTRAMUSCULAR: "78421000",
    Route.INTRA_ARTERIAL: "58100008",
    Route.INTRALESIONAL: "372466002",
    Route.INTRAPLEURAL: "372469009",
    Route.INTRAPERITONEAL: "38239002",
    Route.INTRATHECAL: "72607000",
    Route.INTRAVENTRICULAR: "420719007",
    Route.UNLISTED: "417255000",
    Route.OTHER: "12130007",
}
CATEGORIES = {
    ProcedureKind.OPERATION: {"coding": [{"system": SNOMED, "code": "387713003"}]},
    ProcedureKind.IMAGING: {"coding": [{"system": SNOMED, "code": "363679005"}]},
    ProcedureKind.STRESS_TEST: {"text": "Stress test"},
    ProcedureKind.TRANSFUSION: {"text": "Transfusion"},
    ProcedureKind.DIALYSIS: {"text": "Dialysis"},
    ProcedureKind.EVALUATION: {"text": "Evaluation and management"},
    ProcedureKind.OTHER: {"text": "Something else"},
}
ORDERS = {PatientClass.INPATIENT: "Admit to inpatient", PatientClass.OBSERVATION: "Place in observation"}
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
USES = {DiagnosisUse.FINAL: "DD", DiagnosisUse.ADMITTING: "AD"}
METHODS = {
    Method.PUSH: {"coding": [{"system": SNOMED, "code": "420620005"}]},
    Method.INFUSION: {"text": "Infusion"},
}


def bundle_of(facts: PatientFacts) -> Json:
    """Everything known of one patient, a resource each."""
    resources = [
        *_person(facts),
        *(_encounter(fact, facts.conditions) for fact in facts.encounters),
        *map(_procedure, facts.procedures),
        *map(_service_request, facts.admission_orders),
        *map(_coverage, facts.coverages),
        *map(_condition, facts.conditions),
        *map(_administration, facts.administrations),
        *map(_answer, facts.answers),
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources]}


def _resource(kind: str, key: str, **elements: Any) -> Json:
    stated = {name: value for name, value in elements.items() if value not in (None, [], {})}
    return {"resourceType": kind, "id": key.replace(" ", "-"), **stated}


def _subject() -> Json:
    return {"reference": "Patient/P1"}


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _period(start: datetime | None, end: datetime | None) -> Json:
    return {name: _moment(at) for name, at in (("start", start), ("end", end)) if at}


def _within(encounter: str | None) -> Json | None:
    return {"reference": f"Encounter/{encounter}"} if encounter else None


def _extension(name: str, value: str, said: object) -> Iterator[Json]:
    if said is not None:
        yield {"url": f"{EXTENSIONS}/{name}", value: said}


# --- what was given --------------------------------------------------------------------------------------------------


def _administration(fact: Administration) -> Json:
    return _resource(
        "MedicationAdministration",
        fact.key,
        extension=list(_of_administration(fact)),
        partOf=[{"reference": f"Procedure/{fact.procedure}"}] if fact.procedure else None,
        status=fact.status.value,
        subject=_subject(),
        context=_within(fact.encounter),
        request={"identifier": {"value": fact.order}} if fact.order else None,
        performer=list(_performers(fact)),
        device=[{"display": f"{fact.pump.value} pump"}] if fact.pump else None,
        reasonCode=[_diagnosis(code) for code in fact.reasons],
        reasonReference=[_named(key) for key in fact.reason_conditions],
        dosage=_dosage(fact),
        **_effective(fact),
        **_medication(fact.drugs),
    )


def _of_administration(fact: Administration) -> Iterator[Json]:
    yield from _extension("second-access", "valueCode", fact.second_access)
    yield from _extension("attended", "valueBoolean", fact.attended)
    yield from _extension("purpose", "valueCode", fact.purpose)
    yield from _extension("pump-owner", "valueCode", fact.pump_owner)
    yield from _extension("continues-at-home", "valueBoolean", fact.continues_at_home)
    yield from _extension("ordered-minutes", "valueInteger", fact.ordered_minutes)
    yield from _extension("injections", "valueInteger", fact.injections)
    yield from _extension("lesions", "valueInteger", fact.lesions)
    yield from _extension("puncture", "valueBoolean", fact.puncture)
    yield from _extension("counselled", "valueBoolean", fact.counselled)
    yield from _extension("demand-dose", "valueBoolean", fact.demand)
    yield from _extension("access-device", "valueCode", fact.access_device)
    yield from _extension("place", "valueCode", fact.place)
    yield from _extension("taken-over", "valueDateTime", _moment(fact.taken_over_at))
    yield from _extension("volume-infused", "valueQuantity", _quantity(fact.volume_infused))
    yield from _extension("pump-start", "valueDateTime", _moment(fact.pump_start))
    yield from _extension("pump-end", "valueDateTime", _moment(fact.pump_end))
    yield from _extension("identified", "valueBoolean", fact.identified)
    yield from _extension("monitored", "valueBoolean", fact.monitored)
    yield from _extension("reaction", "valueBoolean", fact.reaction)
    yield from _extension("reaction-managed", "valueBoolean", fact.reaction_managed)
    yield from _extension("educated", "valueBoolean", fact.educated)
    yield from _extension("lot-number", "valueString", fact.lot)
    yield from _extension("lot-expiry", "valueString", fact.expiry)
    yield from _extension("signed", "valueBoolean", fact.signed)
    yield from _extension("authorization-number", "valueString", fact.authorisation)
    yield from _extension("wasted-amount", "valueQuantity", _quantity(fact.wasted))
    for opened in fact.containers:
        yield from _extension("container-opened", "valueQuantity", _quantity(opened))
    yield from _extension("drug-source", "valueCode", fact.drug_source)
    yield from _extension("single-dose", "valueBoolean", fact.single_dose)


def _performers(fact: Administration) -> Iterator[Json]:
    roles = (
        (fact.ordered_by, "ordering provider"),
        (fact.given_by, "performer"),
        (fact.supervised_by, "supervising provider"),
    )
    for who, function in roles:
        if isinstance(who, Reference):
            yield {"function": {"text": function}, "actor": {"reference": who.reference}}


def _effective(fact: Administration) -> Json:
    if fact.start is None:
        return {"effectiveDateTime": "2026-03-03"}
    if fact.end is None:
        return {"effectiveDateTime": _moment(fact.start)}
    return {"effectivePeriod": _period(fact.start, fact.end)}


def _medication(drugs: tuple[DrugGiven, ...]) -> Json:
    if len(drugs) == 1:
        return {"medicationCodeableConcept": _concept(drugs[0])}
    ingredients = [
        {"itemCodeableConcept": _concept(drug)}
        | ({"strength": {"numerator": _quantity(drug.dose), "denominator": {"value": 1}}} if drug.dose else {})
        for drug in drugs
    ]
    return {
        "contained": [{"resourceType": "Medication", "id": "m", "ingredient": ingredients}],
        "medicationReference": {"reference": "#m"},
    }


def _concept(drug: DrugGiven) -> Json:
    codings = [{"system": SYSTEMS.get(one.system or "", one.system), "code": one.code} for one in drug.codings]
    return ({"coding": codings} if codings else {}) | {"text": drug.text}


def _dosage(fact: Administration) -> Json:
    dose = fact.drugs[0].dose if len(fact.drugs) == 1 else None
    said: Json = {"text": f"over {fact.stated_minutes[0]} min" if fact.stated_minutes else "as charted"}
    if fact.access:
        said["site"] = {"text": fact.access}
    if fact.route:
        said["route"] = {"coding": [{"system": SNOMED, "code": ROUTES[fact.route]}]}
    if fact.method:
        said["method"] = METHODS[fact.method]
    if dose:
        said["dose"] = _quantity(dose)
    if fact.rate:
        said["rateQuantity"] = _quantity(fact.rate)
    return said


def _quantity(quantity: Quantity | None) -> Json | None:
    if quantity is None:
        return None
    value = int(quantity.value) if quantity.value == int(quantity.value) else float(quantity.value)
    return {"value": value} | ({"unit": quantity.unit} if quantity.unit else {})


def _answer(fact: Answer) -> Json:
    """An answer as it is exported, about what has the names that the ledger gives it."""
    named = replace(
        fact,
        administrations=tuple(f"fhir|MedicationAdministration/{key}" for key in fact.administrations),
        visit=f"fhir|Encounter/{fact.visit}",
    )
    return answer_resource(named, Reference(reference="Patient/P1"))


# --- what surrounds it -----------------------------------------------------------------------------------------------


def _person(facts: PatientFacts) -> Iterator[Json]:
    if facts.born:
        yield _resource("Patient", "P1", birthDate=facts.born.isoformat())


def _diagnosis(code: str | None) -> Json:
    return {"coding": [{"system": ICD_10_CM, "code": code}]}


def _named(condition: str) -> Json:
    return {"reference": f"Condition/{condition.replace(' ', '-')}"}


def _diagnoses(fact: Encounter, conditions: Iterable[Condition]) -> Iterator[Json]:
    """What the encounter names, and what its conditions say of themselves, which in FHIR the encounter says."""
    own = [EncounterDiagnosis(one.key, one.rank, one.use) for one in conditions if one.encounter == fact.key]
    for one in (*fact.diagnoses, *(each for each in own if each.rank or each.use)):
        use = {"use": {"coding": [{"code": USES[one.use]}]}} if one.use in USES else {}
        yield {"condition": _named(one.condition)} | ({"rank": one.rank} if one.rank else {}) | use


def _encounter(fact: Encounter, conditions: Iterable[Condition]) -> Json:
    history = [one for one in fact.classes if one.start or one.end]
    return _resource(
        "Encounter",
        fact.key,
        extension=[
            *_extension("series", "valueBoolean", fact.series),
            *_extension("reason-for-visit", "valueCode", fact.reason),
        ],
        status="cancelled" if fact.cancelled else "in-progress",
        **{"class": {"system": ACT_CODE, "code": CLASSES[fact.patient_class]}},
        classHistory=[_class_history(one) for one in history],
        subject=_subject(),
        period=_period(fact.start, fact.end),
        diagnosis=list(_diagnoses(fact, conditions)),
        location=[*_locations(fact)],
        partOf=_within(fact.part_of),
    )


def _locations(fact: Encounter) -> Iterator[Json]:
    if fact.department:
        yield {"location": {"display": fact.department}}
    for one in fact.places:
        assert one.place
        yield {"location": {"display": one.place.replace("-", " ")}, "period": _period(one.start, one.end)}


def _class_history(one: ClassPeriod) -> Json:
    return {"class": {"system": ACT_CODE, "code": CLASSES[one.patient_class]}, "period": _period(one.start, one.end)}


def _procedure(fact: Procedure) -> Json:
    system = SYSTEMS["hcpcs"] if fact.code and fact.code[0].isalpha() else "http://www.ama-assn.org/go/cpt"
    performed = (
        {"performedPeriod": _period(fact.start, fact.end)} if fact.end else {"performedDateTime": _moment(fact.start)}
    )
    return _resource(
        "Procedure",
        fact.key,
        status="not-done" if fact.cancelled else "completed",
        category=CATEGORIES[fact.kind],
        code={"coding": [{"system": system, "code": fact.code}]} if fact.code else {"text": "unnamed"},
        subject=_subject(),
        encounter=_within(fact.encounter),
        **performed,
    )


def _service_request(fact: AdmissionOrder) -> Json:
    return _resource(
        "ServiceRequest",
        fact.key,
        status="revoked" if fact.cancelled else "active",
        intent="order",
        code={"text": ORDERS[fact.patient_class]},
        subject=_subject(),
        encounter=_within(fact.encounter),
        authoredOn=_moment(fact.at),
    )


def _coverage(fact: Coverage) -> Json:
    return _resource(
        "Coverage",
        fact.key,
        extension=list(_extension("authorization-number", "valueString", fact.authorisation)),
        status="cancelled" if fact.cancelled else "active",
        beneficiary=_subject(),
        payor=[{"display": fact.payer}],
        period=_period(fact.start, fact.end),
        order=fact.rank,
    )


def _condition(fact: Condition) -> Json:
    return _resource(
        "Condition",
        fact.key,
        verificationStatus={"coding": [{"code": "refuted"}]} if fact.cancelled else None,
        code=_diagnosis(fact.code),
        subject=_subject(),
        encounter=_within(fact.encounter),
        onsetDateTime=_moment(fact.start),
    )
