"""`hangtime answer`: reads what a person says beside the question, and posts it as a record like any other."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import orjson

from coder.answers.effects import PUSH
from coder.answers.forms import FORMS
from coder.answers.values import Asked
from coder.facts import Answer
from coder.policy import MissingStop, Policy
from coder.tables import Formulary
from console.dead_letters.opening import Kept, opened
from console.instants import read_instant
from console.posting.logs import posting_context
from console.problems import UsageError
from ledger.answers import (
    Question,
    answers_told,
    charges_changed_since,
    is_open,
    open_questions,
    postings,
    question,
)
from ledger.deadlines import fire_deadlines
from ledger.heard import newest_time
from ledger.posting import PostingContext, post
from mappers.fhir.answer import NAME, SOURCE, answer_resource
from mappers.reading import read
from mappers.record import Record
from mappers.telling import Telling

COMMAND = "answer"
OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Order:
    """What was said on the command line."""

    query: str | None
    value: str
    by: str | None
    at: str | None
    withdraw: bool


def give_answer(order: Order, site: Path | None, ledger: str | None) -> None:
    """Record an answer or take one back, and say what came of it."""
    with opened(site, ledger, COMMAND) as kept:
        if order.query is None:
            raise UsageError("answer: said no query, wanted the id of one, as in queries.ndjson")
        asked = question(kept.ledger, order.query)
        if asked is None:
            raise UsageError(f"answer {order.query}: no such query is asked here, and none was answered")
        targets = tuple(target.name for target in kept.site.settings.publish)
        context = posting_context(kept.site, targets)
        answer = _withdrawn(order, asked) if order.withdraw else _answer(order, asked, kept, context)
        answer = replace(answer, at=_when(order, asked, kept))
        _post(answer, asked, kept, context)


def _withdrawn(order: Order, asked: Question) -> Answer:
    if asked.answer is None or asked.answer.cancelled:
        raise UsageError(f"answer {order.query}: there is no answer to withdraw")
    if order.value:
        raise UsageError(f"answer {order.query}: said a value beside --withdraw, wanted one of them")
    return replace(asked.answer, by=_who(order), cancelled=True)


def _answer(order: Order, asked: Question, kept: Kept, context: PostingContext) -> Answer:
    return Answer(
        key=f"{NAME}{asked.identity}",
        patient="",
        rule=asked.rule,
        visit=asked.visit,
        administrations=asked.administrations,
        says=_says(order, asked, kept, context),
        by=_who(order),
        drug=asked.drug,
    )


def _who(order: Order) -> str:
    if not order.by or not order.by.strip():
        raise UsageError(f"answer {order.query}: said nobody, wanted --by WHO")
    return " ".join(order.by.split())


def _says(order: Order, asked: Question, kept: Kept, context: PostingContext) -> str:
    """The answer in its stated form; UsageError says what fits."""
    form = FORMS.get(asked.rule)
    if form is None:
        raise UsageError(f"answer {order.query}: {asked.rule} takes no answer; the record must be completed")
    says = form.read(order.value, Asked(kept.site.zone, asked.since, _formulary(context))) if order.value else None
    if says == PUSH and not _may_be_push(context):
        says = None
    if says is None:
        said = "this does not fit" if order.value else "no value"
        ask = f" ({asked.ask})" if asked.ask and not order.value else ""
        raise UsageError(f"answer {order.query}: said {said}, wanted {form.wanted}{ask}")
    return says


def _formulary(context: PostingContext) -> Formulary:
    return context.tables.formulary


def _may_be_push(context: PostingContext) -> bool:
    """Whether the site leaves it to a person that an infusion without a stop is a push, anywhere in it."""
    policy = context.policy
    if isinstance(policy, Policy):
        return policy.missing_stop is MissingStop.PUSH
    otherwise = [one.values.get("missing_stop") for one in policy.overrides]
    return MissingStop.PUSH in (policy.base.missing_stop, *otherwise)


def _when(order: Order, asked: Question, kept: Kept) -> datetime:
    """When it was answered, which is after what was answered before."""
    at = read_instant("--at", order.at, kept.site.zone) if order.at else datetime.now(UTC)
    before = asked.answer.at if asked.answer else None
    if before is not None and at <= before:
        raise UsageError(f"answer {order.query}: said --at not after its last answer, wanted a later time")
    return at


def _post(answer: Answer, asked: Question, kept: Kept, context: PostingContext) -> None:
    raw = orjson.dumps(answer_resource(answer, asked.patient))
    number = len(answers_told(kept.ledger))
    reading = read(Record(SOURCE, 0, number, raw), kept.site.reading())
    if not all(isinstance(item, Telling) for item in reading.items):
        raise UsageError(f"answer {asked.identity}: it could not be kept as a record")
    before = postings(kept.ledger)
    post(kept.ledger, [reading], context, offsets=())
    newest = newest_time(kept.ledger)
    if newest is not None:
        fire_deadlines(kept.ledger, newest, context)
    _print_outcome(answer, asked, kept, charges_changed_since(kept.ledger, before))


def _print_outcome(answer: Answer, asked: Question, kept: Kept, changed: int) -> None:
    print("Answer withdrawn." if answer.cancelled else f"Answered: {answer.says}.")
    if is_open(kept.ledger, asked.identity):
        print(
            "The query is asked again." if answer.cancelled else "The query is still asked: the answer leaves it open."
        )
    print(f"{changed} charge(s) changed. {open_questions(kept.ledger)} question(s) stand.")


def export_answers(target: str, site: Path | None, ledger: str | None) -> None:
    """Write every answer given and every one taken back, a record a line, in the order they were given."""
    with opened(site, ledger, COMMAND) as kept:
        told = [one.telling for one in answers_told(kept.ledger)]
    lines = [
        orjson.dumps(answer_resource(telling.fact, telling.patient_reference)) + b"\n"
        for telling in told
        if isinstance(telling.fact, Answer)
    ]
    if target == "-":
        sys.stdout.buffer.writelines(lines)
        return
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.writelines(lines)
    print(f"{len(lines)} answer(s) written to {target}.")
