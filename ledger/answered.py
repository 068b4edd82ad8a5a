"""What answers point at: the administrations they name, by the keys these have now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from coder.facts import Answer
from ledger.link_keys import primary_key
from ledger.stored import StoredTelling

Keys = Mapping[tuple[str, str], str]


def keys_by_name(named: Iterable[tuple[str, str, Iterable[StoredTelling]]]) -> Keys:
    """The key of each administration by patient and every name a telling gave it; `named` is patient, key, tellings."""
    keys: dict[tuple[str, str], str] = {}
    for patient, key, tellings in named:
        for stored in tellings:
            keys.setdefault((patient, primary_key(stored.telling)), key)
            for name in stored.telling.identifiers:
                keys.setdefault((patient, name), key)
    return keys


def pointed(answer: Answer, keys: Keys, encounters: Mapping[tuple[str, str], str]) -> Answer:
    """The answer about what it was given of, whatever that is called by now."""
    about = (keys.get((answer.patient, name), name) for name in answer.administrations)
    return replace(
        answer,
        administrations=tuple(dict.fromkeys(about)),
        visit=encounters.get((answer.patient, answer.visit), answer.visit),
    )
