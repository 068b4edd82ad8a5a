"""Facts as they stand once every answer that was not taken back is counted in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from coder.answers.forms import FORMS
from coder.facts import Administration, Answer, Encounter, PatientClass, PatientFacts
from coder.tables import Formulary

EARLIEST = datetime.min.replace(tzinfo=UTC)


def with_answers(facts: PatientFacts, formulary: Formulary) -> PatientFacts:
    """The facts with what the answers state, the later of two over the earlier; the same where there are none."""
    if not facts.answers:
        return facts
    answers = [one for one in facts.answers if not one.cancelled and one.rule in FORMS]
    given = {one.key: one for one in facts.administrations}
    encounters = {one.key: one for one in facts.encounters}
    for answer in sorted(answers, key=given_at):
        about = [given[key] for key in answer.administrations if key in given]
        if about:
            given |= _stated(answer, about, encounters, formulary)
    return replace(facts, administrations=tuple(given.values()), encounters=tuple(encounters.values()))


def given_at(answer: Answer) -> tuple[datetime, str]:
    """The order of answers: when they were given, then their keys."""
    return (answer.at.astimezone(UTC) if answer.at else EARLIEST, answer.key)


def _stated(
    answer: Answer, about: list[Administration], encounters: dict[str, Encounter], formulary: Formulary
) -> dict[str, Administration]:
    """What it is about as the answer states it, by key."""
    form = FORMS[answer.rule]
    in_order = sorted(about, key=lambda one: (one.start.astimezone(UTC) if one.start else EARLIEST, one.key))
    if form.of_visit:
        stated: Iterable[Administration] = _of_visit(answer, in_order, encounters)
    elif form.of_drug:
        stated = form.of_drug(in_order, answer, formulary)
    else:
        stated = form.state(in_order, answer.says)
    return {one.key: replace(one, answers=(*one.answers, answer)) for one in stated}


def _of_visit(
    answer: Answer, about: Iterable[Administration], encounters: dict[str, Encounter]
) -> list[Administration]:
    """The class of every encounter of the visit whose class is unknown, also of one that nobody told of."""
    patient_class = PatientClass(answer.says)
    placed = [one if one.encounter else replace(one, encounter=answer.visit) for one in about]
    for key in dict.fromkeys(one.encounter for one in placed if one.encounter):
        known = encounters.get(key) or Encounter(key, answer.patient)
        if known.patient_class is PatientClass.UNKNOWN:
            encounters[key] = replace(known, patient_class=patient_class)
    return placed
