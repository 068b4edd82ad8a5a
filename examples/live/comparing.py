"""Whether two places hold the same charges: one line for each charge they do not agree on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from ledger.versions import WITHDRAWN

Item = dict[str, Any]
# What the receiver adds, what two runs may count differently, and the wording, which changes without a new version.
NOT_COMPARED = {"meta", "id", "note", "definitionCanonical"}
VERSION = "/version"
VERSION_LINE = "Version "
WORDING = (VERSION, "/because", "/minutes")


def identity_of(item: Item) -> str:
    """The identity that a ChargeItem carries as its identifier."""
    return str(item["identifier"][0]["value"])


def version_of(item: Item) -> int:
    """The version of the charge that a ChargeItem carries."""
    versions = [extension["valuePositiveInt"] for extension in item["extension"] if extension["url"].endswith(VERSION)]
    return int(versions[0])


def comparable(item: Item) -> Item:
    """The ChargeItem without what may differ."""
    kept = {name: value for name, value in item.items() if name not in NOT_COMPARED}
    kept["extension"] = [found for found in item["extension"] if not found["url"].endswith(WORDING)]
    kept["code"] = {name: value for name, value in item["code"].items() if name != "text"}
    return kept


def but_for_version(item: Item) -> Item:
    """The whole ChargeItem but for its version and what made it, for places that hold the newest wording too."""
    kept = [found for found in item["extension"] if not found["url"].endswith(VERSION)]
    lines = [line for note in item["note"] for line in note["text"].splitlines() if not line.startswith(VERSION_LINE)]
    return {**item, "extension": kept, "note": lines}


def differences(
    wanted: Iterable[Item], found: Iterable[Item], compared: Callable[[Item], Item] = comparable
) -> list[str]:
    """What is missing, too much, there twice, or not the same; withdrawn charges count for nothing."""
    expected = {identity_of(item): compared(item) for item in _in_force(wanted)}
    return list(_differences(expected, [(identity_of(item), compared(item)) for item in _in_force(found)]))


def _in_force(items: Iterable[Item]) -> list[Item]:
    return [item for item in items if item["status"] != WITHDRAWN]


def _differences(wanted: Mapping[str, Item], found: Collection[tuple[str, Item]]) -> Iterator[str]:
    seen: set[str] = set()
    for identity, item in found:
        if identity in seen:
            yield f"{_name(identity, item)}: there twice"
        elif identity not in wanted:
            yield f"{_name(identity, item)}: not wanted"
        else:
            yield from _unlike(wanted[identity], item, _name(identity, item))
        seen.add(identity)
    yield from (f"{_name(identity, item)}: missing" for identity, item in wanted.items() if identity not in seen)


def _unlike(wanted: Item, found: Item, name: str) -> Iterator[str]:
    for element in sorted(wanted.keys() | found.keys()):
        if wanted.get(element) != found.get(element):
            yield f"{name}: {element} is {found.get(element)!r}, wanted {wanted.get(element)!r}"


def _name(identity: str, item: Item) -> str:
    return f"{identity[:12]} {item['code']['coding'][0]['code']}"
