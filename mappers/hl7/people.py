"""People in HL7 v2: XCN fields, and PRT segments where later versions withdrew the field."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from coder.facts import Reference
from mappers.hl7.message import Segment
from mappers.hl7.separators import Separators

ADMINISTERING, ORDERING, SUPERVISING = "AP", "OP", "SUPERVISOR"
_KEPT_CHARACTERS_MOST = 200


def person_in(segment: Segment | None, field: int) -> Reference | None:
    """The first person of an XCN field: authority, number, given and family name."""
    raw = segment.raw(field) if segment else ""
    if not raw or segment is None:
        return None
    return (_kept if len(raw) <= _KEPT_CHARACTERS_MOST else _person)(raw, segment.separators)


def _person(raw: str, separators: Separators) -> Reference | None:
    parts = separators.components(raw)
    plain, count = separators.plain, len(parts)
    number = plain(parts[0])
    family = plain(parts[1]) if count > 1 else ""
    given = plain(parts[2]) if count > 2 else ""
    authority = plain(parts[8]) if count > 8 else ""
    name = f"{given} {family}" if given and family else given or family
    return Reference(None, authority or None, number or None, name or None) if number or name else None


_kept = lru_cache(maxsize=2048)(_person)  # the same few people sign everything


def participant(segments: Iterable[Segment], part: str) -> Reference | None:
    """The person of the first PRT that names this part in PRT-4."""
    named = (prt for prt in segments if part in (prt.text(4).upper(), prt.text(4, 2).upper()))
    return next((person for prt in named if (person := person_in(prt, 5))), None)
