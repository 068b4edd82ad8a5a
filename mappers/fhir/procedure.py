"""Something else that was done: a FHIR Procedure, or somebody else's ChargeItem for a service."""

from __future__ import annotations

from coder.facts import Procedure, ProcedureKind
from mappers.charted import UNSTATED, Charted
from mappers.fhir import elements as fhir
from mappers.fhir.encountered import encounter_name
from mappers.fhir.patient import patient_key, patient_of
from mappers.fhir.resource import Document, read_resource
from mappers.fhir.values import Surroundings, charted, codings, concepts, words
from mappers.fhir.whole import references_of, telling_within_patient
from mappers.procedure_kinds import billing_code, kind_of_code, procedure_kind
from mappers.refused import refused
from mappers.telling import Ignored, Telling

_NOT_DONE = frozenset({"not-done", "entered-in-error"})
_NOT_CHARGED = frozenset({"aborted", "entered-in-error"})
_OF_OURS = "/because"


def read_procedure(document: Document, surroundings: Surroundings, test_patients: frozenset[str]) -> Telling:
    """What a Procedure says; raises Refused where it cannot be read."""
    told = read_resource(document, fhir.Procedure)
    patient = patient_of(told.subject, "Procedure.subject", surroundings)
    moment, period = told.performedDateTime, told.performedPeriod
    path = "Procedure.performed"
    if moment is None and period is None:
        moment, period, path = told.occurrenceDateTime, told.occurrencePeriod, "Procedure.occurrence"
    start, end = _times(moment, period, path, surroundings)
    categories = concepts(told.category)
    coded = codings(told.code) + tuple(coding for each in categories for coding in codings(each))
    fact = Procedure(
        key="",
        patient=patient_key(patient),
        kind=procedure_kind(coded, sorted(words((told.code, *categories)))),
        code=billing_code(coded),
        start=start.instant,
        end=end.instant,
        encounter=encounter_name(told.encounter, surroundings),
        references=references_of("Procedure", told),
        cancelled=told.status in _NOT_DONE,
        day=start.day,
    )
    return telling_within_patient(
        document,
        told,
        fact,
        patient,
        kind="Procedure",
        withdrawn=told.status == "entered-in-error",
        test_patients=test_patients,
    )


def read_charge_item(
    document: Document, surroundings: Surroundings, test_patients: frozenset[str]
) -> Telling | Ignored:
    """The service that somebody else's ChargeItem charges for; our own, heard back, says nothing new."""
    told = read_resource(document, fhir.ChargeItem)
    code = billing_code(codings(told.code))
    if any(each.url.endswith(_OF_OURS) for each in told.extension):
        return Ignored("fhir ChargeItem of ours")
    if code is None:
        return Ignored("fhir ChargeItem")
    patient = patient_of(told.subject, "ChargeItem.subject", surroundings)
    start, end = _times(told.occurrenceDateTime, told.occurrencePeriod, "ChargeItem.occurrence", surroundings)
    fact = Procedure(
        key="",
        patient=patient_key(patient),
        kind=kind_of_code(code) or ProcedureKind.OTHER,
        code=code,
        start=start.instant,
        end=end.instant,
        encounter=encounter_name(told.context or told.encounter, surroundings),
        references=references_of("ChargeItem", told),
        cancelled=told.status in _NOT_CHARGED,
        day=start.day,
    )
    return telling_within_patient(
        document,
        told,
        fact,
        patient,
        kind="ChargeItem",
        withdrawn=told.status == "entered-in-error",
        test_patients=test_patients,
    )


def _times(
    moment: str | None, period: fhir.Period | None, path: str, surroundings: Surroundings
) -> tuple[Charted, Charted]:
    """When it was done: a time, or a start and an end."""
    if period is None:
        return charted(moment, f"{path}DateTime", surroundings.zone), UNSTATED
    start = charted(period.start, f"{path}Period.start", surroundings.zone)
    end = charted(period.end, f"{path}Period.end", surroundings.zone)
    if start.instant and end.instant and end.instant < start.instant:
        raise refused("ends before it starts", f"{path}Period.end", period.end, "a time not before the start")
    return start, end
