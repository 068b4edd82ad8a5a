"""What was ordered, where what was given says nothing of it: orders and administrations may arrive in any order.

An administration points at its order by name or by number. A name that is known decides; a number does where
one order of the patient in force has it. What the administration says itself is never changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from coder.facts import Administration, Order

KIND = "MedicationRequest"


def completing(orders: Iterable[Order]) -> Callable[[Administration], Administration]:
    """What completes an administration by these orders."""
    named: dict[tuple[str, str], Order] = {}
    numbered: dict[tuple[str, str], list[Order]] = defaultdict(list)
    for order in orders:
        named.update({(order.patient, one.reference): order for one in order.references if one.reference})
        if not order.cancelled:
            for number in order.numbers:
                numbered[order.patient, number].append(order)

    def completed(given: Administration) -> Administration:
        for said in (given.request, given.order):
            order = named.get((given.patient, _short(said))) if said else None
            if order:
                return given if order.cancelled else _filled(given, order)
        sharing = numbered.get((given.patient, given.order), []) if given.order else []
        return _filled(given, sharing[0]) if len(sharing) == 1 else given

    return completed


def _short(name: str) -> str:
    """A request by type and id, without the server it is on."""
    steps = name.split("/")
    return "/".join(steps[-2:]) if steps[-2:-1] == [KIND] else name


def _filled(given: Administration, order: Order) -> Administration:
    """The administration with what only the order says; its reasons are the administration's, else the order's."""
    unsaid: dict[str, Any] = {}
    if given.ordered_by is None and order.ordered_by:
        unsaid["ordered_by"] = order.ordered_by
    if given.ordered_minutes is None and order.minutes is not None:
        unsaid["ordered_minutes"] = order.minutes
    if not (given.reasons or given.reason_conditions):
        unsaid |= {"reasons": order.reasons, "reason_conditions": order.reason_conditions}
    return replace(given, **unsaid) if unsaid else given
