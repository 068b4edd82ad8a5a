"""One fact out of several tellings of it: which telling wins, and which fields each one states.

The newest asserted wins; at the same time a deletion beats an update beats an addition; then the later
place in the same partition; then the source's rank; then the digest. A FHIR resource stands whole, in
place of what its source said before; HL7 messages state single fields, and `""` clears one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import groupby
from typing import Any, TypeVar

from coder.facts import (
    Administration,
    AdministrationStatus,
    AdmissionOrder,
    Answer,
    Condition,
    Coverage,
    Encounter,
    Order,
    PatientClass,
    Procedure,
    Reference,
    Route,
)
from ledger.classes import classes_over_time
from ledger.link_keys import asserted, chronological, primary_key, source_rank, strength, withdraws
from ledger.places import places_over_time
from ledger.stored import StoredTelling
from mappers.composed import Composition
from mappers.telling import KINDS, Telling

NAMING_SYSTEMS = {
    "order": "urn:hangtime:hl7v2-administration",
    "told": "urn:hangtime:hl7v2-administration",
    "VN": "urn:hangtime:visit-number",
    "AN": "urn:hangtime:account-number",
    "day": "urn:hangtime:patient-day",
}
KEPT_BY_THE_LEDGER = {"key", "patient", "status", "references", "ignored", "cancelled"}
FIELDS: dict[type, list[str]] = {
    kind: [field.name for field in fields(kind) if field.name not in KEPT_BY_THE_LEDGER] for kind in KINDS
}
READ_WITH = {"start": "later_start", "end": "later_end"}
_UNKNOWN_CLASS = PatientClass.UNKNOWN
POINTERS = ("encounter", "part_of", "procedure")

Around = Encounter | Procedure | AdmissionOrder | Coverage | Condition | Order | Composition | Answer
AROUND: tuple[type[Around], ...] = (Encounter, Procedure, AdmissionOrder, Coverage, Condition, Order, Answer)
Circumstance = TypeVar("Circumstance", bound=Around)
Names = Mapping[tuple[str, str], str]


def administration(tellings: Sequence[StoredTelling], names: Names) -> Administration:
    """The administration that all its tellings, taken together, tell of.

    `names` has the link keys of encounters and procedures by patient and by any name a sender uses.
    """
    standing = _standing(tellings)
    newest = standing[-1]
    stated = _stated(standing, FIELDS[Administration], names)
    if _is_mere_day(stated, newest.patient, names):
        del stated["encounter"]
    return Administration(
        key=fact_key(tellings),
        patient=newest.patient,
        status=_status(newest),
        references=references(tellings),
        ignored=_ignored(standing, stated.get("route")),
        **stated,
    )


def _is_mere_day(stated: Mapping[str, Any], patient: str, names: Names) -> bool:
    """Whether all that is known of the encounter is the day, which the start tells better."""
    named = stated.get("encounter", "")
    return named.startswith("day:") and "start" in stated and (patient, named) not in names


def circumstance(kind: type[Circumstance], tellings: Sequence[StoredTelling], names: Names) -> Circumstance:
    """The encounter, or whatever else bears on a visit, that all its tellings, taken together, tell of.

    What a test or of a test patient says nothing; where nothing else tells of it, it never was.
    """
    heard = _standing(tellings)
    standing = [telling for telling in heard if telling.ignored is None]
    newest = (standing or heard)[-1]
    cancelled = not standing or (isinstance(newest.fact, kind) and newest.fact.cancelled)
    stated = _stated(standing or heard, FIELDS[kind], names)
    if kind is Encounter and standing:
        told = classes_over_time(standing)
        cancelled, stated["classes"], stated["patient_class"] = told.cancelled, told.periods, told.patient_class
        stated["places"] = places_over_time(standing)
    return kind(
        key=fact_key(tellings),
        patient=newest.patient,
        references=references(tellings),
        cancelled=cancelled,
        **stated,
    )


def patient_of(tellings: Sequence[StoredTelling]) -> str:
    """Whose the tellings, taken together, say it is."""
    return _standing(tellings)[-1].patient


def fact_key(tellings: Iterable[StoredTelling]) -> str:
    """The lowest link key of all tellings: by rank of the source, asserted time, key."""
    return min((source_rank(one.source), asserted(one), primary_key(one)) for one in map(_telling, tellings))[2]


def naming_order(stored: StoredTelling) -> tuple[tuple[bool, str], tuple[datetime, int, str, str]]:
    """Names are taken from the highest source, as asserted."""
    return source_rank(stored.telling.source), chronological(stored)


def references(tellings: Iterable[StoredTelling]) -> tuple[Reference, ...]:
    """How the senders name it: each FHIR name, and the first name that HL7 gave it."""
    ranked = sorted(tellings, key=naming_order)
    named: dict[Reference, None] = {}
    named_by_hl7 = False
    for telling in map(_telling, ranked):
        if telling.whole or not named_by_hl7:
            named.update(dict.fromkeys(telling.fact.references or (_name(telling),)))
            named_by_hl7 = not telling.whole
    return tuple(named)


def _telling(stored: StoredTelling) -> Telling:
    return stored.telling


def _name(telling: Telling) -> Reference:
    key = primary_key(telling)
    own = f"{telling.source}|"
    if telling.whole and key.startswith(own):
        return Reference(reference=key.removeprefix(own))
    for prefix, system in NAMING_SYSTEMS.items():
        if key.startswith((f"{prefix}|", f"{prefix}:")):
            return Reference(system=system, value=key[len(prefix) + 1 :])
    system, _, value = key.rpartition("|")
    return Reference(system=system or None, value=value)


def _standing(tellings: Sequence[StoredTelling]) -> list[Telling]:
    """The tellings that still state something, the weakest first."""
    if len(tellings) == 1:
        return [tellings[0].telling]
    whole: dict[str, list[StoredTelling]] = defaultdict(list)
    for stored in tellings:
        if stored.telling.whole:
            whole[stored.telling.source].append(stored)
    newest = [_weakest_first(of_source, _version)[-1] for of_source in whole.values()]
    partial = [stored for stored in tellings if not stored.telling.whole]
    return [stored.telling for stored in _weakest_first([*partial, *newest], _unversioned)]


def _weakest_first(tellings: Sequence[StoredTelling], version: Callable[[Telling], int]) -> list[StoredTelling]:
    def standing(stored: StoredTelling) -> tuple[datetime, int, int]:
        telling = stored.telling
        return asserted(telling), version(telling), strength(telling)

    ranked = sorted(tellings, key=standing)
    return [stored for _, tied in groupby(ranked, key=standing) for stored in _untied(list(tied))]


def _version(telling: Telling) -> int:
    """The sender's own version, where it counts them."""
    said = telling.message_id or ""
    return int(said) if said.isascii() and said.isdecimal() else -1


def _unversioned(_: Telling) -> int:
    return 0


def _untied(tied: list[StoredTelling]) -> list[StoredTelling]:
    """Equals by place in their partition; partitions by the rank of their last telling, then its digest."""
    if len(tied) == 1:
        return tied
    partitions: dict[tuple[str, int], list[StoredTelling]] = defaultdict(list)
    for stored in sorted(tied, key=lambda one: one.position):
        partitions[stored.position.source, stored.position.partition].append(stored)
    blocks = sorted(partitions.values(), key=lambda block: block[-1].telling.digest)
    blocks.sort(key=lambda block: source_rank(block[-1].telling.source), reverse=True)
    return [stored for block in blocks for stored in block]


def _stated(standing: Sequence[Telling], fields_of_kind: Sequence[str], names: Names) -> dict[str, Any]:
    """Each field as the strongest telling that states or clears it has it, what it points at by its link key."""
    stated: dict[str, Any] = {}
    for telling in standing:
        for name in telling.cleared:
            stated.pop(name, None)
            stated.pop(READ_WITH.get(name, name), None)
        for name in fields_of_kind:
            value = getattr(telling.fact, name)
            if value is not None and value != () and value is not _UNKNOWN_CLASS:
                stated[name] = value
                stated.pop(READ_WITH.get(name, ""), None)
    patient = standing[-1].patient
    pointers = {name: names.get((patient, stated[name]), stated[name]) for name in POINTERS if name in stated}
    return stated | pointers


def _status(newest: Telling) -> AdministrationStatus:
    if withdraws(newest) or not isinstance(newest.fact, Administration):
        return AdministrationStatus.ENTERED_IN_ERROR
    return newest.fact.status


def _ignored(standing: Sequence[Telling], route: Route | None) -> str | None:
    """The newest telling's reason to leave it unbilled, or a route's, for as long as that route stands."""
    newest = standing[-1].ignored
    if newest or route is not Route.OTHER:
        return newest
    reasons = [telling.ignored for telling in standing if telling.ignored and _route(telling) is route]
    return reasons[-1] if reasons else None


def _route(telling: Telling) -> Route | None:
    return telling.fact.route if isinstance(telling.fact, Administration) else None
