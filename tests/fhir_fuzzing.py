"""Mutated FHIR documents: bytes cut and spiced as for HL7 v2, and values of one kind put where another belongs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

from tests.byte_mutations import Mutation, cut, spiced_with, swap
from tests.fhir_generator import document

PIECES_MOST = 4
SPICE = (
    b"{", b"}", b"[", b"]", b'"', b",", b":", b"\\", b"\\u0000", b"\\ud800", b"\x00", b"\xff", b"\xe2\x80\x8b", b"-1",
    b"1e999", b"NaN", b"null", b"true", b"99999999999999999999", b'"status":"banana"', b'"resourceType":"Bundle"',
    b"[[[[[[[[[[", b'{"a":', b"\n", b" ",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, 1e300, "", " ", "banana", "x" * 3000, "2026-02-30T09:00:00Z",
    "2026-03-08T02:30", "9999-12-31T23:59:59-14:00", "0001-01-01", "Patient/p1", "#m", "#", "urn:uuid:1", [], {},
    [None], [[]], [{}], {"a": {}}, {"value": "NaN"}, {"value": 1e18}, {"reference": "#m"},
    {"reference": {"reference": "Patient/p1"}},
    {"coding": [{}]}, {"start": "2026-03-03T10:00:00Z", "end": "2026-03-03T09:00:00Z"},
    {"resourceType": "Medication", "id": "m"},
)  # fmt: skip
NAMES = ("status", "subject", "id", "meta", "contained", "class", "extension", "modifierExtension", "notGiven", "entry")


def mutated(seed: int) -> bytes:
    """A document of the generator with a few pieces of it changed; the same for the same seed."""
    chance = Random(seed)
    value = document(chance.randrange(5000)).value
    if chance.random() < 0.7:
        plain = json.loads(value)
        for _ in range(chance.randrange(1, PIECES_MOST + 1)):
            chance.choice(_CHANGES)(chance.choice(list(_places(plain))), chance)
        value = json.dumps(plain).encode()
    for _ in range(chance.choice((0, 0, 0, 1, 2))):
        value = chance.choice(_MUTATIONS)(value, chance)
    return value


def _places(plain: Any) -> Iterator[Any]:
    """Every object and list of a document."""
    if isinstance(plain, dict | list):
        yield plain
        for each in list(plain.values() if isinstance(plain, dict) else plain):
            yield from _places(each)


def _replace(place: Any, chance: Random) -> None:
    if place:
        place[_key(place, chance)] = deepcopy(chance.choice(VALUES))


def _drop(place: Any, chance: Random) -> None:
    if place:
        del place[_key(place, chance)]


def _add(place: Any, chance: Random) -> None:
    if isinstance(place, dict):
        place[chance.choice(NAMES)] = deepcopy(chance.choice(VALUES))
    else:
        place.extend(deepcopy(chance.choice(VALUES)) for _ in range(chance.choice((1, 20))))


def _swap(place: Any, chance: Random) -> None:
    if place:
        one, other = _key(place, chance), _key(place, chance)
        place[one], place[other] = place[other], place[one]


def _key(place: Any, chance: Random) -> Any:
    return chance.choice(list(place)) if isinstance(place, dict) else chance.randrange(len(place))


_CHANGES: tuple[Callable[[Any, Random], None], ...] = (_replace, _replace, _replace, _drop, _add, _swap)
_spice = spiced_with(SPICE)
_MUTATIONS: tuple[Mutation, ...] = (cut, _spice, _spice, swap, swap)
