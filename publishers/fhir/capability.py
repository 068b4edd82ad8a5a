"""How a server lets ChargeItems be written, from its CapabilityStatement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from publishers.fhir.answers import Answer


class Write(StrEnum):
    """The ways of writing a ChargeItem: under our id, or wherever its identifier is found."""

    UPDATE = "update"
    CONDITIONAL_UPDATE = "conditional-update"


_SAID_AS = {Write.UPDATE: "updateCreate", Write.CONDITIONAL_UPDATE: "conditionalUpdate"}


def offered(statement: Answer) -> tuple[Write, ...]:
    """The ways the server offers, the best first.

    An update under our own id is guarded by If-Match; a conditional update is not, so it comes second.
    """
    entries = list(_charge_item_entries(statement.resource or {}))
    return tuple(way for way, said in _SAID_AS.items() if any(entry.get(said) is True for entry in entries))


def _charge_item_entries(statement: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for rest in _objects(statement.get("rest")):
        for entry in _objects(rest.get("resource")):
            if entry.get("type") == "ChargeItem" and rest.get("mode") != "client":
                yield entry


def _objects(found: object) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
