"""Ways to spoil a message byte by byte, for every wire; chance alone decides, so a seed spoils the same way again."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, Random], bytes]


def cut(value: bytes, chance: Random) -> bytes:
    """Without a stretch."""
    first, last = sorted((chance.randrange(len(value) + 1), chance.randrange(len(value) + 1)))
    return value[:first] + value[last:]


def swap(value: bytes, chance: Random) -> bytes:
    """With one byte turned into another."""
    place = chance.randrange(len(value) + 1)
    return value[:place] + bytes([chance.randrange(256)]) + value[place + 1 :]


def spiced_with(spice: tuple[bytes, ...]) -> Mutation:
    """With some of the spice put in, once or often."""

    def spiced(value: bytes, chance: Random) -> bytes:
        place = chance.randrange(len(value) + 1)
        return value[:place] + chance.choice(spice) * chance.choice((1, 1, 3, 50)) + value[place:]

    return spiced
