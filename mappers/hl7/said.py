"""What an RXA says in words that come again from dose to dose: the drug, the rate, how far it got, and why."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from coder.facts import DrugGiven, Purpose, Quantity
from mappers.amounts import rate
from mappers.hl7.drugs import drug_in
from mappers.hl7.message import Segment
from mappers.hl7.reasons import reasons_in
from mappers.hl7.separators import Separators
from mappers.hl7.status import State, state_in
from mappers.profile import Profile

KEEPS_OPEN = frozenset({"kvo", "tko"})
_KEPT_CHARACTERS_MOST = 500


class Said(NamedTuple):
    """The words of an RXA; no `drug` where its amount is none, no `state` where its action is none."""

    drug: DrugGiven | None
    rate: Quantity | None
    purpose: Purpose | None
    state: State | None
    reasons: tuple[str, ...]


def said_in(rxa: Segment, orc: Segment | None, profile: Profile) -> Said:
    """The words of an RXA and of its order's status, ORC-5."""
    fields = rxa.fields()
    order = orc.fields()[5] if orc else ""
    ended = bool(fields[4] and rxa.text(4))
    find = _kept if len(rxa.line) + len(order) <= _KEPT_CHARACTERS_MOST else _said
    return find((*fields[5:8], fields[12], *fields[18:22], order), rxa.separators, profile, ended)


def _said(words: tuple[str, ...], separators: Separators, profile: Profile, ended: bool) -> Said:
    code, amount, unit, rated, refusal, shifted, completion, action, order = words
    paced = separators.value(rated)
    charted = rate(paced) if paced else None
    stated = refusal, shifted, completion, action, order
    return Said(
        drug_in(code, amount, unit, separators, profile),
        charted,
        Purpose.KEEP_VEIN_OPEN if charted is None and paced.casefold() in KEEPS_OPEN else None,
        state_in(stated, separators, profile, runs=bool(charted and charted.value), ended=ended),
        reasons_in(shifted, separators),
    )


_kept = lru_cache(maxsize=8192)(_said)  # a site gives its drugs in few doses, at few rates
