"""Which tellings are about the same thing. A function of the tellings alone, not of when they arrived.

Tellings are taken in the order they were asserted. Equal keys join; a correction that matches no start
joins the only administration of its order asserted before it, within a day; what has been corrected
keeps linking. FHIR and HL7 tellings join where order and start leave no doubt. What could belong to
several stays apart and is marked unclear, so that it is asked about and never billed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ledger.link_keys import ExactKey, asserted, chronological, drug_words, exact_keys, minute
from ledger.stored import StoredTelling
from mappers.telling import Action, Telling

CORRECTION_WINDOW = timedelta(hours=24)
UNCLEAR_CORRECTION = "correction of several"
UNCLEAR_FEED = "told differently by two feeds"


@dataclass(frozen=True, slots=True)
class Group:
    """All tellings of one thing, as asserted; `unclear` says why it cannot be taken at its word."""

    tellings: tuple[StoredTelling, ...]
    unclear: str | None = None


def without_repeats(tellings: Iterable[StoredTelling]) -> list[StoredTelling]:
    """Each telling once: of equal bytes the first position, of one message id the record asserted first."""
    distinct: dict[tuple[str, str], StoredTelling] = {}
    for stored in tellings:
        mark = (stored.telling.kind, stored.telling.digest)
        known = distinct.get(mark)
        if known is None or stored.position < known.position:
            distinct[mark] = stored
    first: dict[object, StoredTelling] = {}
    for stored in sorted(distinct.values(), key=lambda one: (asserted(one.telling), one.telling.digest)):
        first.setdefault(message_mark(stored.telling), stored)
    return [one for one in distinct.values() if _is_first(one, first[message_mark(one.telling)])]


def message_mark(telling: Telling) -> tuple[object, ...]:
    """What tells that a sender repeats itself: its message id, said again of the same thing."""
    keys = exact_keys(telling)
    if telling.message_id is None or not keys:
        return telling.kind, telling.digest
    return telling.source, telling.kind, telling.message_id, telling.patient, keys


def _is_first(stored: StoredTelling, first: StoredTelling) -> bool:
    return stored.position.record == first.position.record


def group_by_name(tellings: Iterable[StoredTelling]) -> list[Group]:
    """What has a name of its own, an encounter or a procedure, joins by any identifier that tellings share."""
    links = _Links(tellings)
    for place in range(len(links.tellings)):
        links.join_exact(place)
    return links.groups({})


def group_administrations(tellings: Iterable[StoredTelling]) -> list[Group]:
    """Administrations join by key, by correction, and across feeds."""
    links = _Links(tellings)
    unclear: dict[int, str] = {}
    of_order: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, telling in enumerate(links.tellings):
        known = links.join_exact(place)
        if not telling.order:
            continue
        before = of_order[telling.patient, telling.order]
        if not known and telling.action is not Action.ADD and not telling.identifiers:
            _join_correction(links, place, before, unclear)
        before.append(place)
    _join_feeds(links, unclear)
    return links.groups(unclear)


class _Links:
    """Tellings in the order asserted, joined into sets of places."""

    def __init__(self, tellings: Iterable[StoredTelling]) -> None:
        self._stored = sorted(tellings, key=chronological)
        self.tellings = [stored.telling for stored in self._stored]
        self._set_of = [[place] for place in range(len(self._stored))]
        self._by_key: dict[ExactKey, int] = {}

    def join(self, one: int, other: int) -> None:
        kept, moved = sorted((self._set_of[one], self._set_of[other]))
        if kept is not moved:
            kept.extend(moved)
            for place in moved:
                self._set_of[place] = kept

    def join_exact(self, place: int) -> bool:
        """Join everything that has a key of this telling; whether anything had."""
        keys = exact_keys(self.tellings[place])
        known = [self._by_key[key] for key in keys if key in self._by_key]
        for other in known:
            self.join(place, other)
        self._by_key.update(dict.fromkeys(keys, place))
        return bool(known)

    def sets(self, places: Iterable[int]) -> list[list[int]]:
        """The whole sets that these places are in, each once, by their first telling."""
        return list({found[0]: found for found in (self._set_of[place] for place in places)}.values())

    def groups(self, unclear: dict[int, str]) -> list[Group]:
        return [
            Group(tuple(self._stored[place] for place in sorted(places)), _doubt(places, unclear))
            for places in self.sets(range(len(self._stored)))
        ]


def _doubt(places: Sequence[int], unclear: dict[int, str]) -> str | None:
    doubts = [unclear.get(place) for place in sorted(places)]
    return doubts[0] if all(doubts) else None


def _join_correction(links: _Links, place: int, before: Sequence[int], unclear: dict[int, str]) -> None:
    """Join the only administration of the order: of those of its drug, else of its start, else of all."""
    correction = links.tellings[place]
    near = [at for at in links.sets(before) if _is_near(correction, [links.tellings[one] for one in at])]
    same_drug = [at for at in near if any(_has_its_drug(correction, links.tellings[one]) for one in at)]
    same_start = [at for at in near if any(_has_its_start(correction, links.tellings[one]) for one in at)]
    candidates = same_drug or same_start or near
    if len(candidates) == 1:
        links.join(place, candidates[0][0])
    elif candidates:
        unclear[place] = UNCLEAR_CORRECTION


def _is_near(correction: Telling, administration: Sequence[Telling]) -> bool:
    start = correction.start
    starts = [telling.start for telling in administration if telling.start]
    return start is None or not starts or any(abs(start - one) <= CORRECTION_WINDOW for one in starts)


def _has_its_drug(correction: Telling, other: Telling) -> bool:
    return not set(drug_words(correction)).isdisjoint(drug_words(other))


def _has_its_start(correction: Telling, other: Telling) -> bool:
    return correction.start is not None and minute(correction) == minute(other)


def _join_feeds(links: _Links, unclear: dict[int, str]) -> None:
    slots: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for place, telling in enumerate(links.tellings):
        start = minute(telling)
        if telling.order and start:
            slots[telling.patient, telling.order, start].append(place)
    for slot in sorted(slots):
        _join_slot(links, slots[slot], unclear)


def _join_slot(links: _Links, places: Sequence[int], unclear: dict[int, str]) -> None:
    """Join what FHIR and HL7 tell of one order and start: what shares a drug, then what is left alone."""
    fhir, hl7 = _told_by_one_feed(links, places)
    for one in fhir:
        partners = _sharing_a_drug(links, one, hl7)
        if len(partners) == 1 and len(_sharing_a_drug(links, partners[0], fhir)) == 1:
            links.join(one[0], partners[0][0])
    fhir, hl7 = _told_by_one_feed(links, places)
    if len(fhir) == len(hl7) == 1:
        links.join(fhir[0][0], hl7[0][0])
    elif fhir and hl7:
        unclear.update((place, UNCLEAR_FEED) for told in (*fhir, *hl7) for place in told)


def _told_by_one_feed(links: _Links, places: Sequence[int]) -> tuple[list[list[int]], list[list[int]]]:
    """The sets at a slot that only FHIR tells of, and those that only HL7 does."""
    sets = links.sets(places)
    fhir = [told for told in sets if all(links.tellings[place].whole for place in told)]
    hl7 = [told for told in sets if not any(links.tellings[place].whole for place in told)]
    return fhir, hl7


def _sharing_a_drug(links: _Links, one: Sequence[int], others: Sequence[list[int]]) -> list[list[int]]:
    words = {word for place in one for word in drug_words(links.tellings[place])}
    return [told for told in others if any(words & set(drug_words(links.tellings[place])) for place in told)]
