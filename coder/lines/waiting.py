"""Lines that wait: for what is asked, and with them what is an add-on to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from coder.charges import Charge, ChargeKey, ChargeStatus

WAITING_RULE = "initial.waiting"
WAITING = "Waits for its initial service, which is still planned."


def waiting(charges: Iterable[Charge], held: Mapping[str, Mapping[str, str]]) -> list[Charge]:
    """The lines with those planned that are of a held administration, and their add-ons.

    `held` has, by administration, the rules that hold it, each with its sentence.
    """
    told = [_held(charge, held) for charge in charges]
    planned = {charge.key for charge in told if charge.status is ChargeStatus.PLANNED}
    return [_add_on(charge, planned) for charge in told]


def _held(charge: Charge, held: Mapping[str, Mapping[str, str]]) -> Charge:
    rules = {rule: says for key in charge.service for rule, says in held.get(key, {}).items()}
    if not rules:
        return charge
    return replace(
        charge,
        status=ChargeStatus.PLANNED,
        because=tuple(dict.fromkeys((*charge.because, *rules))),
        explanation=(*charge.explanation, *rules.values()),
    )


def _add_on(charge: Charge, planned: set[ChargeKey]) -> Charge:
    if charge.part_of not in planned or charge.status is ChargeStatus.PLANNED:
        return charge
    return replace(
        charge,
        status=ChargeStatus.PLANNED,
        because=(*charge.because, WAITING_RULE),
        explanation=(*charge.explanation, WAITING),
    )
