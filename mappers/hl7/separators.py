"""The encoding characters of a message, and how one value is cut out of a field with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mappers.refused import refused

CLEARED = '""'
_STANDARD = "^~\\&"
_DOUBLED_ESCAPE = "^~\\\\&"
_ABSENT = "\r"  # stands in no line, so nothing is ever cut at it
_WANTED = r"up to four different characters, as in ^~\&"
_COMPONENTS_MOST = 20
_MOST_CHARACTERS = 5  # the fifth is the truncation character of 2.7
_HEXADECIMAL = re.compile(r"X((?:[0-7][0-9A-Fa-f])+)")
_SHOWN_BLANK = re.compile(r"\.(br|sp|ce)\+?\d{0,3}")
_HIGHLIGHTS = frozenset("HN")


@dataclass(frozen=True, slots=True, eq=False)
class Separators:
    """What parts fields, repetitions, components and subcomponents, and what opens an escape sequence."""

    field: str
    component: str
    repetition: str
    escape: str
    subcomponent: str

    def value(self, text: str, component: int = 1, subcomponent: int = 1) -> str:
        """One value of a field's first repetition; empty where not stated or cleared."""
        if self.repetition in text:
            text = text[: text.index(self.repetition)]
        if component != 1 or subcomponent != 1:
            return self.part(text, component, subcomponent)
        if self.component in text:
            text = text[: text.index(self.component)]
            if text.isalnum():
                return text
        if self.subcomponent in text:
            text = text[: text.index(self.subcomponent)]
        if self.escape in text:
            text = self._unescaped(text)
        text = text.strip()
        return "" if text == CLEARED else text

    def components(self, text: str) -> list[str]:
        """The components of a field's first repetition, as they were sent."""
        if self.repetition in text:
            text = text[: text.index(self.repetition)]
        return text.split(self.component, _COMPONENTS_MOST)

    def part(self, text: str, component: int = 1, subcomponent: int = 1) -> str:
        """One value of a repetition; empty where not stated or cleared."""
        if self.component in text:
            parts = text.split(self.component, component)
            text = parts[component - 1] if component <= len(parts) else ""
        elif component > 1:
            return ""
        return self.plain(text, subcomponent)

    def plain(self, text: str, subcomponent: int = 1) -> str:
        """A component's value without escape sequences and the blanks around it; empty where it says it is cleared."""
        if text.isalnum():
            return text if subcomponent == 1 else ""
        if self.subcomponent in text:
            parts = text.split(self.subcomponent, subcomponent)
            text = parts[subcomponent - 1] if subcomponent <= len(parts) else ""
        elif subcomponent > 1:
            return ""
        if self.escape in text:
            text = self._unescaped(text)
        text = text.strip()
        return "" if text == CLEARED else text

    def _unescaped(self, text: str) -> str:
        """Each `\\...\\` as what it means; one that means nothing to us stays as it is."""
        pieces = text.split(self.escape)
        out = [pieces[0]]
        place = 1
        while place < len(pieces):
            meant = self._meaning(pieces[place]) if place + 1 < len(pieces) else None
            if meant is None:
                out += (self.escape, pieces[place])
                place += 1
            else:
                out += (meant, pieces[place + 1])
                place += 2
        return "".join(out)

    def _meaning(self, sequence: str) -> str | None:
        if len(sequence) == 1:
            return "" if sequence in _HIGHLIGHTS else self._named().get(sequence)
        if _SHOWN_BLANK.fullmatch(sequence):
            return "\n"
        found = _HEXADECIMAL.fullmatch(sequence)
        return bytes.fromhex(found[1]).decode("ascii") if found else None

    def _named(self) -> dict[str, str]:
        return {
            "F": self.field,
            "S": self.component,
            "R": self.repetition,
            "E": self.escape,
            "T": self.subcomponent,
        }


@lru_cache(maxsize=64)
def separators_of(field: str, stated: str) -> Separators:
    """The separators that MSH-1 and MSH-2 state; raises Refused where they are not told apart.

    What MSH-2 leaves out is not used, except where it is the standard set cut short: `^&` (its tilde and
    backslash lost on the way) still means subcomponents by `&`. A doubled backslash is one.
    """
    characters = _STANDARD if stated == _DOUBLED_ESCAPE or _is_cut_short(stated) else stated
    every = field + characters
    if not characters or len(characters) > _MOST_CHARACTERS or len(set(every)) < len(every) or not _can_part(every):
        raise refused("not encoding characters", "MSH-2", stated[:_MOST_CHARACTERS], _WANTED)
    component, repetition, escape, subcomponent = (*characters, *_ABSENT * 4)[:4]
    return Separators(field, component, repetition, escape, subcomponent)


def _is_cut_short(stated: str) -> bool:
    left = iter(_STANDARD)
    return stated.startswith("^") and all(character in left for character in stated)


def _can_part(characters: str) -> bool:
    """Whether none of these is a letter, a digit, a blank or a quotation mark, of which values are made."""
    return not any(character.isalnum() or character.isspace() or character == '"' for character in characters)
