"""How long something ran by what a dosage says beside the times: rate and amount, a rate that is a time, words."""

from __future__ import annotations

import re
from decimal import Decimal

from coder.facts import Quantity
from mappers.fhir import elements as fhir
from mappers.fhir.values import amount, minutes_of, rate

_OVER = re.compile(
    r"\bover\s+(?P<value>\d{1,4}(?:\.\d{1,2})?)\s*(?P<unit>min(?:ute)?s?|h(?:(?:ou)?rs?)?)\b", re.IGNORECASE
)
_WORDS_MOST = 400


def stated_minutes(dosage: fhir.Dosage, path: str) -> tuple[int, ...]:
    """The whole minutes of each statement, in order; one under a minute is none."""
    found = (_of_words(dosage.text), _of_rate(dosage, path))
    return tuple(int(minutes) for minutes in found if minutes is not None and minutes >= 1)


def _of_words(text: str | None) -> Decimal | None:
    """`over 30 min`, where the words say it once; a range says nothing."""
    if text is None or len(text) > _WORDS_MOST:
        return None
    found = _OVER.findall(text)
    return minutes_of(Quantity(Decimal(found[0][0]), found[0][1])) if len(found) == 1 else None


def _of_rate(dosage: fhir.Dosage, path: str) -> Decimal | None:
    """The amount at its rate, where both are of one unit; else a rate that is a mere time."""
    flow = rate(dosage, path)
    if flow is None:
        time = amount(dosage.rateQuantity, f"{path}.rateQuantity")
        return minutes_of(time) if time and time.unit else None
    dose = amount(dosage.dose, f"{path}.dose")
    much, _, per = (flow.unit or "").partition("/")
    length = minutes_of(Quantity(Decimal(1), per)) if per else None
    if dose is None or length is None or not flow.value or (dose.unit or "").casefold() != much.casefold():
        return None
    return dose.value * length / flow.value
