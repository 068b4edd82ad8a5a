"""What an RXA says in words that come again from dose to dose: the drug, the rate, how far it got, and why."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from coder.facts import DrugGiven, Purpose, Quantity
from mappers.amounts import rate
from mappers.hl7.drugs import drug_in, is_immunization
from mappers.hl7.message import Segment
from mappers.hl7.reasons import reasons_in
from mappers.hl7.separators import Separators
from mappers.hl7.status import State, state_in
from mappers.profile import Profile

KEEPS_OPEN = frozenset({"kvo", "tko"})
_KEPT_CHARACTERS_MOST = 500


class Said(NamedTuple):
    """The words of an RXA; no `drugs` where its amount is none, no `state` where its action is none.

    `immunizes` where the drug is a vaccine; `rarer` are the facts that few administrations have, by name.
    """

    drugs: tuple[DrugGiven, ...] | None
    immunizes: bool
    rate: Quantity | None
    state: State | None
    rarer: Mapping[str, Any]


def said_in(rxa: Segment, orc: Segment | None, profile: Profile) -> Said:
    """The words of an RXA and of its order's status, ORC-5."""
    fields = rxa.fields()
    order = orc.fields()[5] if orc else ""
    ended = fields[4].isalnum() or bool(rxa.text(4))
    find = _kept if len(rxa.line) + len(order) <= _KEPT_CHARACTERS_MOST else _said
    words = fields[5], fields[6], fields[7], fields[12], fields[18], fields[19], fields[20], fields[21], order
    return find(words, rxa.separators, profile, ended)


def _said(words: tuple[str, ...], separators: Separators, profile: Profile, ended: bool) -> Said:
    code, amount, unit, rated, refusal, shifted, completion, action, order = words
    paced = separators.value(rated)
    charted = rate(paced) if paced else None
    stated = refusal, shifted, completion, action, order
    drug = drug_in(code, amount, unit, separators, profile)
    rarer: dict[str, Any] = {}
    if charted is None and paced.casefold() in KEEPS_OPEN:
        rarer["purpose"] = Purpose.KEEP_VEIN_OPEN
    if reasons := reasons_in(shifted, separators):
        rarer["reasons"] = reasons
    return Said(
        None if drug is None else (drug,) if drug.codings or drug.text else (),
        drug is not None and is_immunization((drug,)),
        charted,
        state_in(stated, separators, profile, runs=bool(charted and charted.value), ended=ended),
        rarer,
    )


_kept = lru_cache(maxsize=8192)(_said)  # a site gives its drugs in few doses, at few rates
