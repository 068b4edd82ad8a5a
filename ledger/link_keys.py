"""What a telling can be recognised by: the sender's own ids, else order, start and drug.

A start is cut to the minute, in UTC. Visit numbers, account numbers and patient days hold within one
patient; a sender's id of an administration or encounter holds whoever it was filed under.
"""

from __future__ import annotations

from datetime import UTC, datetime

from coder.facts import Administration, AdministrationStatus
from ledger.stored import StoredTelling
from mappers.telling import NAME_OF_PATIENT, Action, Telling

ExactKey = tuple[str, ...]
POINTING = "pointing|"
EARLIEST = datetime.min.replace(tzinfo=UTC)
STRENGTHS = {action: place for place, action in enumerate(Action)}
WITHIN_PATIENT = ("VN|", "AN|", "day:")
MINUTE = "%Y-%m-%dT%H:%MZ"


def source_rank(source: str) -> tuple[bool, str]:
    """FHIR before HL7, then by name; the lower ranks first."""
    return source != "fhir", source


def asserted(telling: Telling) -> datetime:
    """When it was asserted; what states no time is older than everything that does."""
    return telling.asserted.astimezone(UTC) if telling.asserted else EARLIEST


def withdraws(telling: Telling) -> bool:
    """Whether it takes back what it is about, by what it does or by the status it gives."""
    fact = telling.fact
    entered_in_error = isinstance(fact, Administration) and fact.status is AdministrationStatus.ENTERED_IN_ERROR
    return telling.action is Action.DELETE or entered_in_error


def strength(telling: Telling) -> int:
    """Of two tellings asserted at the same time the stronger wins: delete, update, add."""
    return STRENGTHS[Action.DELETE if withdraws(telling) else telling.action]


def chronological(stored: StoredTelling) -> tuple[datetime, int, str, str]:
    """The order in which tellings were asserted, whatever order they arrived in."""
    telling = stored.telling
    return asserted(telling), strength(telling), primary_key(telling), telling.digest


def minute(telling: Telling) -> str | None:
    """The start, cut to the minute."""
    return minute_of(telling.start) if telling.start else None


def minute_of(moment: datetime) -> str:
    """A moment, cut to the minute, in UTC."""
    return moment.astimezone(UTC).strftime(MINUTE)


def drug_words(telling: Telling) -> tuple[str, ...]:
    """Every code and text that names a drug of it, the first component's first code before all."""
    if not isinstance(telling.fact, Administration):
        return ()
    words: dict[str, None] = {}
    for drug in telling.fact.drugs:
        said = [coding.code for coding in drug.codings] + [drug.text or ""]
        words.update(dict.fromkeys(word.casefold() for word in said if word))
    return tuple(words)


def primary_key(telling: Telling) -> str:
    """The link key a fact would have if this were its only telling."""
    if telling.identifiers:
        return telling.identifiers[0]
    start = minute(telling)
    if telling.order and start:
        return f"order:{telling.order}|{start}|{_drug(telling)}"
    return f"told:{telling.digest}"


def exact_keys(telling: Telling) -> tuple[ExactKey, ...]:
    """The keys that make two tellings one, wherever they agree in one."""
    if telling.identifiers:
        return tuple(_identifier_key(telling, identifier) for identifier in telling.identifiers)
    start = minute(telling)
    if telling.kind == "administration" and start:
        return (("slot", telling.patient, telling.order or "", start, _drug(telling)),)
    return ()


def shared_keys(telling: Telling) -> tuple[str, ...]:
    """The keys by which another patient's telling may be about the same thing, or about the patient by another name."""
    keys = [one for one in telling.identifiers if not one.startswith(WITHIN_PATIENT)]
    keys.append(f"{NAME_OF_PATIENT}{telling.patient}")
    start = minute(telling)
    if telling.kind == "administration" and telling.order and start:
        keys.append(f"order:{telling.order}|{start}")
    return tuple(keys)


def pointing_key(telling: Telling) -> str | None:
    """The key under which to find the patient when the medication that it points at is told."""
    medication = telling.fact.medication if isinstance(telling.fact, Administration) else None
    return f"{POINTING}{medication}" if medication else None


def _identifier_key(telling: Telling, identifier: str) -> ExactKey:
    if identifier.startswith(WITHIN_PATIENT):
        return telling.kind, telling.patient, identifier
    return telling.kind, identifier


def _drug(telling: Telling) -> str:
    return next(iter(drug_words(telling)), "")
