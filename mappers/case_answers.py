"""The answers of a case: which rule asked, of what, and what a person said, as that person would say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any

from coder.answers.forms import FORMS
from coder.answers.values import Asked
from coder.facts import Administration, Answer
from mappers.case_values import CaseDay, CaseError, entries, known_keys, listed, yes_or_no

ANSWER_KEYS = {"rule", "of", "says", "by", "at", "visit", "cancelled", "drug"}
NOON = time(12)


def read_answers(
    entry: Mapping[str, Any], administrations: Iterable[Administration], day: CaseDay, encounter: str
) -> tuple[Answer, ...]:
    """The answers told; a time of day is the first from the start of what was asked about on."""
    starts = {one.key: one.start for one in administrations}
    patient = next((one.patient for one in administrations), "")
    said = entries(entry, "answers")
    return tuple(_answer(f"answer|{place}", one, patient, starts, day, encounter) for place, one in enumerate(said))


def _answer(
    key: str,
    entry: Mapping[str, Any],
    patient: str,
    starts: Mapping[str, datetime | None],
    day: CaseDay,
    encounter: str,
) -> Answer:
    known_keys(entry, ANSWER_KEYS, "answers")
    rule, about = entry["rule"], listed(entry["of"])
    if rule not in FORMS:
        raise CaseError(f"answers: said the rule {rule!r}, wanted one that asks")
    since = min(
        (start for name in about if (start := starts[name])), default=datetime.combine(day.day, time(), day.zone)
    )
    says = FORMS[rule].read(entry["says"], Asked(day.zone, since))
    if says is None:
        raise CaseError(f"answers: said {entry['says']!r}, wanted {FORMS[rule].wanted}")
    return Answer(
        key=key,
        patient=patient,
        rule=rule,
        visit=entry.get("visit", encounter),
        administrations=about,
        says=says,
        by=entry.get("by", "RN Kim"),
        at=day.moment(entry["at"]) if "at" in entry else datetime.combine(day.day, NOON, day.zone),
        drug=entry.get("drug", ""),
        cancelled=bool(yes_or_no(entry, "cancelled")),
    )
