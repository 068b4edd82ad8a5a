"""A person's answer as a FHIR QuestionnaireResponse: how answers are kept, exported and told again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from hashlib import sha256
from typing import Any

from coder.answers.forms import FORMS
from coder.facts import Answer, Reference
from mappers.fhir import elements as fhir
from mappers.fhir.patient import patient_key, patient_of, test_kind
from mappers.fhir.resource import Document, canonical, read_resource
from mappers.fhir.values import Surroundings, charted
from mappers.refused import refused
from mappers.telling import KINDS, Action, Ignored, Telling

SOURCE = "answer"
NAME = "answer|"
QUESTIONNAIRE = "https://hangtime.example/fhir/Questionnaire/query-answer"
IDENTIFIERS = "https://hangtime.example/fhir/query"
WITHDRAWN = "entered-in-error"
_PATH = "QuestionnaireResponse"
_VISIT, _ADMINISTRATIONS, _DRUG = "visit", "administrations", "drug"

Json = dict[str, Any]


def answer_resource(answer: Answer, patient: Reference) -> Json:
    """The QuestionnaireResponse that tells of an answer; one that was taken back is entered in error."""
    when = answer.at.astimezone(UTC).isoformat() if answer.at else None
    return {
        "resourceType": _PATH,
        "meta": {"lastUpdated": when},
        "identifier": {"system": IDENTIFIERS, "value": answer.key.removeprefix(NAME)},
        "questionnaire": QUESTIONNAIRE,
        "status": WITHDRAWN if answer.cancelled else "completed",
        "subject": _subject(patient),
        "authored": when,
        "author": {"display": answer.by},
        "item": [
            _item(answer.rule, answer.says),
            _item(_VISIT, answer.visit),
            _item(_ADMINISTRATIONS, *answer.administrations),
            *([_item(_DRUG, answer.drug)] if answer.drug else []),
        ],
    }


def _subject(patient: Reference) -> Json:
    subject: Json = {"reference": patient.reference} if patient.reference else {}
    if patient.value:
        system = {"system": patient.system} if patient.system else {}
        subject["identifier"] = system | {"value": patient.value}
    return subject


def _item(name: str, *said: str) -> Json:
    return {"linkId": name, "answer": [{"valueString": one} for one in said]}


def read_answer(document: Document, surroundings: Surroundings, test_patients: frozenset[str]) -> Telling | Ignored:
    """What a QuestionnaireResponse of ours says, another's nothing; raises Refused where it cannot be read."""
    if not str(document.plain.get("questionnaire", "")).partition("|")[0].endswith("/Questionnaire/query-answer"):
        return Ignored(f"fhir {_PATH}")
    told = read_resource(document, fhir.QuestionnaireResponse)
    patient = patient_of(told.subject, f"{_PATH}.subject", surroundings)
    identifiers = told.identifier if isinstance(told.identifier, tuple) else (told.identifier,)
    query = next((each.value for each in identifiers if each and each.value), None)
    if not query:
        raise refused("no query", f"{_PATH}.identifier", "", "the id of the query that is answered")
    fact = _fact(told, f"{NAME}{query}", patient_key(patient), surroundings)
    return Telling(
        source=SOURCE,
        kind=KINDS[Answer],
        patient=fact.patient,
        patient_reference=patient,
        fact=fact,
        action=Action.DELETE if fact.cancelled else Action.ADD,
        whole=True,
        identifiers=(fact.key,),
        order=None,
        start=None,
        asserted=fact.at,
        message_id=None,
        digest=sha256(canonical(document.plain)).hexdigest(),
        ignored=test_kind(told.meta, patient, test_patients),
    )


def _fact(told: fhir.QuestionnaireResponse, key: str, patient: str, surroundings: Surroundings) -> Answer:
    items = {item.linkId: tuple(_texts(item)) for item in told.item}
    rule, says = _said(items)
    at = charted(told.authored, f"{_PATH}.authored", surroundings.zone).instant
    if at is None:
        raise refused("no time", f"{_PATH}.authored", told.authored or "", "when the answer was given")
    by = told.author.display if told.author else None
    if not by:
        raise refused("nobody", f"{_PATH}.author.display", "", "who gave the answer")
    return Answer(
        key=key,
        patient=patient,
        rule=rule,
        visit=next(iter(items.get(_VISIT, ())), ""),
        administrations=items.get(_ADMINISTRATIONS, ()),
        says=says,
        by=by,
        at=at,
        cancelled=told.status == WITHDRAWN,
        drug=next(iter(items.get(_DRUG, ())), ""),
    )


def _texts(item: fhir.ResponseItem) -> Iterator[str]:
    return (one.valueString for one in item.answer if one.valueString)


def _said(items: Mapping[str, tuple[str, ...]]) -> tuple[str, str]:
    """The rule that asked and what was answered, which must fit it."""
    rules = [name for name in items if name in FORMS]
    if len(rules) != 1:
        raise refused("not an answer", f"{_PATH}.item", "", "one item whose linkId is a rule that asks")
    says = "".join(items[rules[0]])
    if not FORMS[rules[0]].fits(says):
        raise refused("not an answer", f"{_PATH}.item({rules[0]})", says, FORMS[rules[0]].wanted)
    return rules[0], says
