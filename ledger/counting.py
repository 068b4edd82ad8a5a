"""What became of a batch: every record and every item counted once, as mapped, ignored or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ledger.stored import StoredTelling
from mappers.telling import Fault, Ignored, Item, Reading, Telling

NO_ITEMS = "nothing in it"

Mark = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Fates:
    """How many were mapped, ignored (by kind) and dead-lettered."""

    mapped: int = 0
    ignored: Mapping[str, int] = field(default_factory=dict)
    dead_letters: int = 0


@dataclass(frozen=True, slots=True)
class Posted:
    """What a posting came to.

    `repeats` counts items that said nothing new; they are mapped or ignored all the same. `patients` are
    those recoded, `held` those of them whose coding failed, so that their charges stayed as they were.
    """

    records: Fates
    items: Fates
    repeats: int
    patients: tuple[str, ...]
    held: tuple[str, ...]


def mark_of(telling: Telling) -> Mark:
    """What tells tellings apart in one batch."""
    return telling.kind, telling.digest


def fates(readings: Sequence[Reading], groups: Iterable[Sequence[StoredTelling]]) -> tuple[Fates, Fates]:
    """The fates of records and of items.

    A telling that is to be ignored counts as mapped where what it is about was told, earlier and
    otherwise, as something to bill: then it withdraws a charge.
    """
    group_of = {mark_of(stored.telling): group for group in groups for stored in group}
    said = (mark_of(item) for reading in readings for item in reading.items if isinstance(item, Telling))
    turn = {mark: place for place, mark in reversed(list(enumerate(said)))}
    records, items = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for reading in readings:
        found = [_fate(item, group_of, turn) for item in reading.items]
        items.update(found)
        records[_record_fate(found)] += 1
    return _fates(records), _fates(items)


def _fate(item: Item, group_of: Mapping[Mark, Sequence[StoredTelling]], turn: Mapping[Mark, int]) -> tuple[str, str]:
    if isinstance(item, Fault):
        return "dead letter", ""
    if isinstance(item, Ignored):
        return "ignored", item.kind
    if item.ignored is None:
        return "mapped", ""
    mine = turn[mark_of(item)]
    others = (stored.telling for stored in group_of.get(mark_of(item), ()))
    billable = any(other.ignored is None and turn.get(mark_of(other), -1) < mine for other in others)
    return ("mapped", "") if billable else ("ignored", item.ignored)


def _record_fate(found: Sequence[tuple[str, str]]) -> tuple[str, str]:
    for fate in (("mapped", ""), ("dead letter", "")):
        if fate in found:
            return fate
    return found[0] if found else ("ignored", NO_ITEMS)


def _fates(counted: Counter[tuple[str, str]]) -> Fates:
    ignored = {kind: count for (fate, kind), count in sorted(counted.items()) if fate == "ignored"}
    return Fates(counted["mapped", ""], ignored, counted["dead letter", ""])
