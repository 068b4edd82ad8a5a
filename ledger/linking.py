"""Facts out of tellings: a pure function of all tellings of some patients, in whatever order they arrived."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from coder.facts import (
    Administration,
    AdministrationStatus,
    AdmissionOrder,
    Answer,
    Condition,
    Coverage,
    Encounter,
    Order,
    PatientFacts,
    Procedure,
    Reference,
)
from ledger.adopting import adopted, is_of_nobody
from ledger.answered import keys_by_name, pointed
from ledger.births import births
from ledger.composing import composed
from ledger.grouping import Group, group_administrations, group_by_name, without_repeats
from ledger.link_keys import EARLIEST, asserted, minute_of
from ledger.merging import (
    AROUND,
    Around,
    Circumstance,
    administration,
    circumstance,
    fact_key,
    naming_order,
    patient_of,
)
from ledger.ordered import completing
from ledger.stored import StoredTelling
from mappers.telling import KINDS

GONE = {AdministrationStatus.ENTERED_IN_ERROR, AdministrationStatus.NOT_DONE}
TWO_PATIENTS = "one order and start under two patients"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Administrations that are held, by key, and what stands in the way of believing them."""

    kind: str
    administrations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """The facts of each patient, what is held, and which tellings each administration was made of.

    `repeated` are tellings, by kind and digest, that only said again what the same message had said. `owners` has
    whose each telling is that named no patient, by its digest.
    """

    patients: Mapping[str, PatientFacts]
    conflicts: tuple[Conflict, ...]
    tellings: Mapping[str, tuple[StoredTelling, ...]]
    repeated: frozenset[tuple[str, str]]
    owners: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Given:
    """An administration and its group."""

    fact: Administration
    group: Group

    @property
    def alive(self) -> bool:
        return self.fact.status not in GONE and self.fact.ignored is None


def link(tellings: Sequence[StoredTelling]) -> Linked:
    """Link the tellings of a set of patients into their facts.

    The set must hold every patient that any of its tellings could link to (see `ledger.link_keys.shared_keys`).
    """
    owners: dict[str, list[str]] = {}
    if any(is_of_nobody(one.telling.patient) for one in tellings):
        tellings, pointing = composed(tellings)
        tellings, owners = adopted(tellings)
        owners |= pointing
    heard = without_repeats(tellings)
    of_kind = _by_kind(heard)
    groups = {kind: group_by_name(of_kind[KINDS[kind]]) for kind in AROUND}
    names = _names(group for named in groups.values() for group in named)
    given = _administrations(of_kind[KINDS[Administration]], names)
    held = _two_patients(given)
    believed = [_held(one, held) for one in given]
    around = [circumstance(kind, group.tellings, names) for kind in AROUND for group in groups[kind]]
    if groups[Answer]:
        around = _pointed(around, believed, names)
    if groups[Order]:
        completed = completing(_only(Order, around))
        believed = [_Given(completed(one.fact), one.group) for one in believed]
    return Linked(
        patients=_by_patient(tellings, heard, believed, around),
        conflicts=tuple(_conflicts(given, held)),
        tellings={one.fact.key: one.group.tellings for one in believed},
        repeated=frozenset(_marks(tellings) - _marks(heard)),
        owners=owners,
    )


def _pointed(around: Iterable[Around], given: Iterable[_Given], names: Mapping[tuple[str, str], str]) -> list[Around]:
    """The same with what answers are about by the keys it has now."""
    keys = keys_by_name((one.fact.patient, one.fact.key, one.group.tellings) for one in given)
    return [pointed(one, keys, names) if isinstance(one, Answer) else one for one in around]


def _by_kind(heard: Iterable[StoredTelling]) -> Mapping[str, list[StoredTelling]]:
    of_kind: dict[str, list[StoredTelling]] = defaultdict(list)
    for one in heard:
        of_kind[one.telling.kind].append(one)
    return of_kind


def _marks(tellings: Iterable[StoredTelling]) -> set[tuple[str, str]]:
    return {(stored.telling.kind, stored.telling.digest) for stored in tellings}


def _names(groups: Iterable[Group]) -> dict[tuple[str, str], str]:
    """The key of each encounter and procedure by patient and every name it has."""
    names: dict[tuple[str, str], str] = {}
    for group in groups:
        key, patient = fact_key(group.tellings), patient_of(group.tellings)
        names.update({(patient, name): key for one in group.tellings for name in one.telling.identifiers})
    return names


def _administrations(tellings: Iterable[StoredTelling], names: Mapping[tuple[str, str], str]) -> list[_Given]:
    groups = group_administrations(tellings)
    return _told_apart(_Given(administration(group.tellings, names), group) for group in groups)


def _told_apart(given: Iterable[_Given]) -> list[_Given]:
    """Give what stands under two patients two keys; what is alive and was asserted first keeps its own."""
    by_key: dict[str, list[_Given]] = defaultdict(list)
    for one in given:
        by_key[one.fact.key].append(one)
    return [named for same in by_key.values() for named in _numbered(sorted(same, key=_precedence))]


def _precedence(one: _Given) -> tuple[bool, datetime, str]:
    return not one.alive, min(asserted(stored.telling) for stored in one.group.tellings), one.fact.patient


def _numbered(same: Sequence[_Given]) -> Iterable[_Given]:
    yield same[0]
    for number, one in enumerate(same[1:], start=2):
        yield _Given(replace(one.fact, key=f"{one.fact.key}|{number}"), one.group)


def _two_patients(given: Iterable[_Given]) -> dict[str, tuple[str, ...]]:
    """The administrations of an order and start that more than one patient has, under each of their keys."""
    slots: dict[tuple[str, str], list[Administration]] = defaultdict(list)
    for one in given:
        if one.alive and one.fact.order and one.fact.start:
            slots[one.fact.order, minute_of(one.fact.start)].append(one.fact)
    held: dict[str, tuple[str, ...]] = {}
    for facts in slots.values():
        if len({fact.patient for fact in facts}) > 1:
            keys = tuple(sorted(fact.key for fact in facts))
            held.update(dict.fromkeys(keys, keys))
    return held


def _held(one: _Given, held: Mapping[str, tuple[str, ...]]) -> _Given:
    if one.group.unclear or one.fact.key in held:
        return _Given(replace(one.fact, status=AdministrationStatus.UNKNOWN), one.group)
    return one


def _conflicts(given: Iterable[_Given], held: Mapping[str, tuple[str, ...]]) -> Iterable[Conflict]:
    unclear = [Conflict(one.group.unclear, (one.fact.key,)) for one in given if one.group.unclear]
    doubled = [Conflict(TWO_PATIENTS, keys) for keys in set(held.values())]
    return sorted([*unclear, *doubled], key=lambda conflict: (conflict.kind, conflict.administrations))


def _by_patient(
    tellings: Iterable[StoredTelling],
    heard: Iterable[StoredTelling],
    given: Iterable[_Given],
    around: Iterable[Around],
) -> dict[str, PatientFacts]:
    administrations: dict[str, list[Administration]] = defaultdict(list)
    charted_at: dict[str, dict[str, datetime]] = defaultdict(dict)
    for one in given:
        administrations[one.fact.patient].append(one.fact)
        times = [stored.telling.asserted for stored in one.group.tellings if stored.telling.asserted]
        if times:
            charted_at[one.fact.patient][one.fact.key] = max(times)
    bearing: dict[str, list[Around]] = defaultdict(list)
    for fact in sorted(around, key=lambda fact: fact.key):
        bearing[fact.patient].append(fact)
    references, born = _references(heard), births(heard)
    return {
        patient: PatientFacts(
            patient=patient,
            reference=references.get(patient, Reference(value=patient)),
            administrations=tuple(sorted(administrations[patient], key=_by_start)),
            encounters=_only(Encounter, bearing[patient]),
            procedures=_only(Procedure, bearing[patient]),
            admission_orders=_only(AdmissionOrder, bearing[patient]),
            coverages=_only(Coverage, bearing[patient]),
            conditions=_only(Condition, bearing[patient]),
            born=born.get(patient),
            answers=_only(Answer, bearing[patient]),
            charted_at=charted_at.get(patient, {}),
        )
        for patient in sorted({stored.telling.patient for stored in tellings})
    }


def _only(kind: type[Circumstance], bearing: Iterable[Around]) -> tuple[Circumstance, ...]:
    return tuple(one for one in bearing if isinstance(one, kind))


def _by_start(fact: Administration) -> tuple[bool, datetime, str]:
    return fact.start is None, fact.start or EARLIEST, fact.key


def _references(heard: Iterable[StoredTelling]) -> dict[str, Reference]:
    """How a patient is named: by the highest source, where it was asserted first."""
    first: dict[str, StoredTelling] = {}
    for stored in heard:
        patient = stored.telling.patient
        if patient not in first or naming_order(stored) < naming_order(first[patient]):
            first[patient] = stored
    return {patient: stored.telling.patient_reference for patient, stored in first.items()}
