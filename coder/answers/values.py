"""The values an answer can have: read as a person says them, kept in one stated form each.

Each reader gives the stated form, or None where what was said does not fit. What is in its stated form
already reads as itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal, InvalidOperation

from coder.drugs.identity import NDC, identify
from coder.facts import Coding, DrugGiven, Quantity
from coder.tables import Formulary

DIAGNOSIS = re.compile(r"[A-TV-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?")
SYNONYMS = {"y": "yes", "n": "no", "true": "yes", "false": "no"}
HIGHEST_COUNT = 9999
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer is read beside: the site's zone, what the question was about, and the formulary.

    A time of day without a date is the first one from `since` on; without a formulary any product is taken
    at its word.
    """

    zone: tzinfo = UTC
    since: datetime | None = None
    formulary: Formulary | None = None


Reader = Callable[[str, Asked], str | None]


def moment(said: str, asked: Asked) -> str | None:
    """A time of day, a date with a time, or one with its offset where an hour comes twice."""
    try:
        if "T" not in said:
            return _time_of_day(time.fromisoformat(said), asked)
        return _on_the_clock(datetime.fromisoformat(said), asked.zone)
    except (ValueError, OverflowError):
        return None


def _time_of_day(clock: time, asked: Asked) -> str | None:
    if asked.since is None or clock.tzinfo is not None:
        return None
    since = asked.since.astimezone(asked.zone)
    first = datetime.combine(since.date(), clock)
    if clock < since.time().replace(second=0, microsecond=0, fold=0):
        first += timedelta(days=1)
    return _on_the_clock(first, asked.zone)


def _on_the_clock(stated: datetime, zone: tzinfo) -> str | None:
    """The moment with its offset; None where the zone's clock never showed it, or showed it twice."""
    if stated.tzinfo is not None:
        return stated.isoformat()
    known = stated.replace(tzinfo=zone)
    if known.utcoffset() != known.replace(fold=1).utcoffset():
        return None
    return known.isoformat()


def period(said: str, asked: Asked) -> str | None:
    """From one time to a later one: `09:00-10:15`, or two full times with a slash between them."""
    first, _, last = said.partition("/") if "/" in said else said.partition("-")
    start, end = moment(first.strip(), asked), moment(last.strip(), asked)
    if start is None or end is None:
        return None
    begun, ended = datetime.fromisoformat(start), datetime.fromisoformat(end)
    if "/" not in said and ended < begun:
        ended += timedelta(days=1)
        end = ended.isoformat()
    return f"{start}/{end}" if begun < ended else None


def words(*known: str, **others: str) -> Reader:
    """One of some words; `others` are further spellings of them."""
    meant: Mapping[str, str] = {one: one for one in known} | {
        spelling.replace("_", "-"): word for spelling, word in others.items()
    }

    def read(said: str, _: Asked) -> str | None:
        plain = "-".join(said.casefold().replace("-", " ").split())
        return meant.get(plain)

    return read


def yes_or_no(said: str, _: Asked) -> str | None:
    """Yes or no."""
    plain = said.strip().casefold()
    plain = SYNONYMS.get(plain, plain)
    return plain if plain in ("yes", "no") else None


def count(said: str, _: Asked) -> str | None:
    """A whole number from 1."""
    if not (said.isascii() and said.isdecimal()) or not 1 <= int(said) <= HIGHEST_COUNT:
        return None
    return str(int(said))


def amount(said: str, _asked: Asked) -> str | None:
    """A number and its unit."""
    number, _, unit = said.strip().partition(" ")
    value = _number(number)
    return f"{number} {unit.strip()}" if value is not None and value > 0 and unit.strip() else None


def volume(said: str, asked: Asked) -> str | None:
    """A volume; a mere number is millilitres."""
    stated = said if " " in said.strip() else f"{said.strip()} mL"
    return stated if amount(stated, asked) else None


def opened_and_discarded(said: str, asked: Asked) -> str | None:
    """What was opened, container by container, and what was discarded: `opened 500 mg + 500 mg, discarded 200 mg`."""
    first, _, last = said.partition(", ")
    parts = [first, last] if last else [first]
    stated = [_opened(parts[0], asked) if parts[0].startswith("opened ") else None, _discarded(parts[-1], asked)]
    known = [one for one in stated if one]
    return ", ".join(known) if len(known) == len(parts) else None


def _opened(said: str, asked: Asked) -> str | None:
    containers = [amount(one, asked) for one in said.removeprefix("opened ").split(" + ")]
    return f"opened {' + '.join(one for one in containers if one)}" if all(containers) else None


def _discarded(said: str, asked: Asked) -> str | None:
    if not said.startswith("discarded "):
        return None
    stated = said.removeprefix("discarded ")
    number, _, unit = stated.partition(" ")
    if _number(number) == 0 and unit.strip():
        return f"discarded 0 {unit.strip()}"
    much = amount(stated, asked)
    return f"discarded {much}" if much else None


def volume_and_rate(said: str, asked: Asked) -> str | None:
    """How much ran in, and how fast: `250 mL at 125 mL/h`."""
    first, _, last = said.partition(" at ")
    much, fast = amount(first, asked), amount(last, asked)
    return f"{much} at {fast}" if much and fast else None


def text(said: str, _: Asked) -> str | None:
    """Words of one's own."""
    plain = " ".join(said.split())
    return plain if plain.isprintable() and 0 < len(plain) <= LONGEST_TEXT else None


def lot_and_expiry(said: str, asked: Asked) -> str | None:
    """A lot number and the date it expires."""
    lot, _, expiry = (text(said, asked) or "").rpartition(" ")
    try:
        return f"{lot} {date.fromisoformat(expiry).isoformat()}" if lot else None
    except ValueError:
        return None


def diagnoses(said: str, _: Asked) -> str | None:
    """ICD-10-CM codes with a comma between them, the first the weightiest."""
    codes = [one.strip().upper() for one in said.split(",")]
    return ", ".join(codes) if all(map(DIAGNOSIS.fullmatch, codes)) else None


def products(said: str, asked: Asked) -> str | None:
    """Products by NDC or by name, one for each that was not known, with a comma between them."""
    named = [" ".join(one.split()) for one in said.split(",")]
    if not all(named):
        return None
    known = asked.formulary is None or all(identify(product(one), asked.formulary).drug for one in named)
    return ", ".join(named) if known else None


def product(said: str) -> DrugGiven:
    """A product as a drug: by NDC where it is written as one."""
    if said.replace("-", "").isdecimal():
        return DrugGiven(codings=(Coding(NDC, said),))
    return DrugGiven(text=said)


def either(*readers: Reader) -> Reader:
    """Whatever the first reader that understands it makes of it."""

    def read(said: str, asked: Asked) -> str | None:
        return _first(one(said, asked) for one in readers)

    return read


def _first(found: Iterable[str | None]) -> str | None:
    return next((one for one in found if one is not None), None)


def quantity_of(says: str) -> Quantity:
    """A stated amount as a quantity."""
    number, _, unit = says.partition(" ")
    return Quantity(Decimal(number), unit)


def _number(said: str) -> Decimal | None:
    try:
        value = Decimal(said)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
