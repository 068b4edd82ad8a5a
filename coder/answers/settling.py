"""What answers do to a result: what was answered is not asked again, and the lines say who answered what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from coder.answers.applying import given_at
from coder.answers.forms import FORMS
from coder.charges import Charge, CodedVisit, NotBilled
from coder.facts import Answer, PatientFacts

About = tuple[str, frozenset[str], str]


def settled(visits: Iterable[CodedVisit], facts: PatientFacts, zone: tzinfo) -> tuple[CodedVisit, ...]:
    """The visits without the questions that were answered.

    What an answer could not cure is not curable by asking again.
    """
    answers = sorted((one for one in facts.answers if not one.cancelled and one.rule in FORMS), key=given_at)
    over = {_about(one.rule, one.administrations, one.drug) for one in answers if FORMS[one.rule].settles}
    return tuple(_settled(visit, answers, over, zone) for visit in visits)


def _about(rule: str, administrations: Iterable[str], drug: str) -> About:
    return rule, frozenset(administrations), drug


def _settled(visit: CodedVisit, answers: Sequence[Answer], over: set[About], zone: tzinfo) -> CodedVisit:
    asked = tuple(one for one in visit.queries if _about(one.because, one.administrations, one.drug) not in over)
    answered = {about[:2] for about in over} - {(one.because, frozenset(one.administrations)) for one in asked}
    return replace(
        visit,
        queries=asked,
        not_billed=tuple(_cured(one, answered) for one in visit.not_billed),
        charges=tuple(_told(one, answers, zone) for one in visit.charges),
    )


def _cured(left: NotBilled, answered: set[tuple[str, frozenset[str]]]) -> NotBilled:
    return replace(left, curable=False) if (left.because, frozenset(left.administrations)) in answered else left


def _told(charge: Charge, answers: Iterable[Answer], zone: tzinfo) -> Charge:
    service = set(charge.service)
    said = [sentence(one, zone) for one in answers if not service.isdisjoint(one.administrations)]
    return replace(charge, explanation=(*charge.explanation, *said)) if said else charge


def sentence(answer: Answer, zone: tzinfo) -> str:
    """Who answered what, and when."""
    when = f" on {answer.at.astimezone(zone):%Y-%m-%d at %H:%M}" if answer.at else ""
    return f"Answered by {answer.by}{when}: {_words(answer.says, zone)} ({answer.rule})."


def _words(says: str, zone: tzinfo) -> str:
    """A stated answer as a person reads it: times on the site's clock."""
    return " to ".join(_moment(part, zone) for part in says.split("/")) if "T" in says else says


def _moment(says: str, zone: tzinfo) -> str:
    try:
        return f"{datetime.fromisoformat(says).astimezone(zone):%Y-%m-%d %H:%M}"
    except ValueError:
        return says
