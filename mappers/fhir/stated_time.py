"""How long something ran by what a dosage says beside the times: rate and amount, a rate that is a time, words."""

from __future__ import annotations

import re
from decimal import Decimal

from coder.facts import Quantity
from mappers.fhir import elements as fhir
from mappers.fhir.values import amount, minutes_of

_OVER = re.compile(
    r"\bover\s+(?P<value>\d{1,4}(?:\.\d{1,2})?)\s*(?P<unit>min(?:ute)?s?|h(?:(?:ou)?rs?)?)\b", re.IGNORECASE
)
_AT = re.compile(
    r"\bat\s+(?P<value>\d{1,4}(?:\.\d{1,2})?)\s*(?P<unit>mL)\s*(?:/|per)\s*(?P<per>h(?:(?:ou)?r)?|min(?:ute)?)\b(?!\s*-)",
    re.IGNORECASE,
)
_CHANGING = re.compile(r"\b(?:titrat\w*|increas\w*|decreas\w*|taper\w*|max\w*|then|until|up to|if)\b", re.IGNORECASE)
_WORDS_MOST = 400


def stated_minutes(dosage: fhir.Dosage, dose: Quantity | None, rate: Quantity | None, path: str) -> tuple[int, ...]:
    """The whole minutes of each statement, in order and each once; one under a minute is none."""
    worded = rate_in_words(dosage.text)
    found = (
        _of_words(dosage.text),
        _of_rate(dose, worded) if worded else None,
        _of_rate(dose, rate) if rate else _of_time(dosage, path),
    )
    return tuple(dict.fromkeys(int(minutes) for minutes in found if minutes is not None and minutes >= 1))


def rate_in_words(text: str | None) -> Quantity | None:
    """`at 125 mL/hr`, where the words say it once and nothing of a change."""
    if text is None or len(text) > _WORDS_MOST or _CHANGING.search(text):
        return None
    found = _AT.findall(text)
    return Quantity(Decimal(found[0][0]), f"{found[0][1]}/{found[0][2]}") if len(found) == 1 else None


def _of_words(text: str | None) -> Decimal | None:
    """`over 30 min`, where the words say it once; a range says nothing."""
    if text is None or len(text) > _WORDS_MOST:
        return None
    found = _OVER.findall(text)
    return minutes_of(Quantity(Decimal(found[0][0]), found[0][1])) if len(found) == 1 else None


def _of_time(dosage: fhir.Dosage, path: str) -> Decimal | None:
    """A rate that is a mere time."""
    time = amount(dosage.rateQuantity, f"{path}.rateQuantity") if dosage.rateQuantity else None
    return minutes_of(time) if time and time.unit else None


def _of_rate(dose: Quantity | None, rate: Quantity) -> Decimal | None:
    """The amount at its rate, where both are of one unit."""
    much, _, per = (rate.unit or "").partition("/")
    if dose is None or not per or not rate.value or (dose.unit or "").casefold() != much.casefold():
        return None
    length = minutes_of(Quantity(Decimal(1), per))
    return dose.value * length / rate.value if length else None
