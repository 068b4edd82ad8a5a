"""What was given: RXA-5 to RXA-7, or the components of the mixture where the order lists them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from coder.facts import Coding, DrugGiven, Quantity
from mappers.amounts import WANTED, number
from mappers.code_systems import CVX, of_short_name
from mappers.hl7.message import Segment
from mappers.hl7.orders import Order
from mappers.hl7.separators import Separators
from mappers.profile import STANDARD, Profile
from mappers.refused import refused

_CODING_STARTS = (0, 3, 9)
_WORDS = (1, 4, 8)
_CODED_MOST = 12
_UNKNOWN_AMOUNT = Decimal(999)
_KEPT_CHARACTERS_MOST, _KEPT_LINE_MOST = 200, 500
Coded = tuple[tuple[Coding, ...], str | None]


def mixture_of(order: Order, profile: Profile) -> tuple[DrugGiven, ...]:
    """The components of one bag, where the order lists them."""
    mixture = order.mixture()
    return tuple(_component(each, profile) for each in mixture) if mixture else ()


def is_immunization(drugs: Iterable[DrugGiven]) -> bool:
    """Whether a vaccine code says that this is an immunization, which has its own codes."""
    for drug in drugs:
        for coding in drug.codings:
            if coding.system == CVX:
                return True
    return False


def coded(segment: Segment, field: int, profile: Profile = STANDARD) -> Coded:
    """Every coding of a coded field's first repetition, and the words a person would know it by."""
    raw = segment.raw(field)
    if not raw:
        return (), None
    if len(raw) > _KEPT_CHARACTERS_MOST:
        return _coded(raw, segment.separators, profile)
    return _kept(raw, segment.separators, profile)


def _coded(raw: str, separators: Separators, profile: Profile) -> Coded:
    if separators.repetition in raw:
        raw = raw[: raw.index(separators.repetition)]
    plain = separators.part
    parts = [plain(part) if part else "" for part in raw.split(separators.component, _CODED_MOST)[:_CODED_MOST]]
    parts += [""] * (_CODED_MOST - len(parts))
    codings = [_coding(parts, at, profile) for at in _CODING_STARTS if parts[at]]
    codings += [profile.drugs[coding.code] for coding in codings if coding.code in profile.drugs]
    return tuple(codings), next((parts[at] for at in _WORDS if parts[at]), None)


_kept = lru_cache(maxsize=2048)(_coded)  # a site's words for its drugs, routes and lines come again and again


def _coding(parts: Sequence[str], at: int, profile: Profile) -> Coding:
    code, display, system = parts[at : at + 3]
    return Coding(profile.systems.get(system) or of_short_name(system), code, display or None)


def codings_in(segment: Segment, field: int) -> tuple[Coding, ...]:
    """Every coding of a coded field's first repetition."""
    return coded(segment, field)[0]


def words_in(segment: Segment, field: int) -> str | None:
    """The words a person would know a coded field by."""
    return coded(segment, field)[1]


def _component(rxc: Segment, profile: Profile) -> DrugGiven:
    stated = rxc.raw(2), rxc.raw(3), rxc.raw(4)
    find = _kept_drug if len(rxc.line) <= _KEPT_LINE_MOST else drug_in
    drug = find(*stated, rxc.separators, profile)
    if drug is None:
        raise refused("not an amount", rxc.path(3), rxc.text(3), WANTED)
    return drug


def drug_in(code: str, amount: str, unit: str, separators: Separators, profile: Profile) -> DrugGiven | None:
    """The drug with its dose, as the fields say it; None where the amount is none."""
    codings, words = _coded(code, separators, profile) if code else ((), None)
    said = separators.value(amount)
    value = number(said) if said else None
    if value is None:
        return None if said else DrugGiven(codings, words)
    return DrugGiven(codings, words, _dose(value, separators.value(unit) or separators.value(unit, 2) or None))


def _dose(value: Decimal, unit: str | None) -> Quantity | None:
    """An amount with its unit; 999 without a unit is how senders say that they do not know."""
    return None if unit is None and value == _UNKNOWN_AMOUNT else Quantity(value, unit)


_kept_drug = lru_cache(maxsize=4096)(drug_in)  # a bag's components come in the same few doses
