"""What a medication is made of, told apart from what was given of it; and the drugs that a dose of it gives."""

from __future__ import annotations

from coder.facts import Coding, DrugGiven, Quantity, Reference
from coder.values import value

_WHOLE_DOSE_UNITS = frozenset({None, "1", "dose", "{dose}"})


@value(frozen=True, slots=True)
class Component:
    """A drug in a medication; `strength` of it is in every `per` of the whole, or in every dose."""

    codings: tuple[Coding, ...] = ()
    text: str | None = None
    strength: Quantity | None = None
    per: Quantity | None = None


@value(frozen=True, slots=True)
class Composition:
    """A medication that many may point at: its drugs and its lot. It is of no patient."""

    key: str
    patient: str
    components: tuple[Component, ...] = ()
    lot: str | None = None
    expiry: str | None = None
    references: tuple[Reference, ...] = ()
    cancelled: bool = False


def drugs_of(components: tuple[Component, ...], dose: Quantity | None) -> tuple[DrugGiven, ...]:
    """The drugs given by a dose, each with its own amount where that can be reckoned."""
    alone = len(components) == 1
    return tuple(_given(each, dose, alone=alone) for each in components)


def _given(component: Component, dose: Quantity | None, *, alone: bool) -> DrugGiven:
    own = _of_dose(component.strength, component.per, dose)
    return DrugGiven(component.codings, component.text, dose if own is None and alone else own)


def _of_dose(strength: Quantity | None, per: Quantity | None, dose: Quantity | None) -> Quantity | None:
    """Strength times what was given of the whole, or the strength itself where it is stated per dose."""
    if strength is None:
        return None
    if per is None or (per.value == 1 and per.unit in _WHOLE_DOSE_UNITS):
        return strength
    if dose is None or dose.unit != per.unit or not per.value:
        return None
    return Quantity(strength.value * dose.value / per.value, strength.unit)
