"""Documents made to be slow: as long as an honest Bundle of forty administrations, and each long in one way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.fhir_samples import administration, bundle, dosage, extension

HONEST = json.dumps(bundle(*[administration(id=f"a{number}") for number in range(40)])).encode()
SIZE = len(HONEST)


def many(piece: Any, of: Callable[[list[Any]], Any]) -> bytes:
    """A document of the honest one's size, most of it one piece over and over."""
    return json.dumps(of([piece] * (SIZE // (len(json.dumps(piece)) + 2)))).encode()


def contained(count: int) -> dict[str, Any]:
    held = [{"resourceType": "Device", "id": f"d{number}"} for number in range(count)]
    return administration(contained=held, device=[{"reference": f"#d{number}"} for number in range(count)])


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing but lists": lambda: b'{"a":' + b"[" * 900 + b"]" * 900 + b"}" + b" " * SIZE,
    "nothing but brackets": lambda: b"[" * SIZE,
    "Bundles in Bundles": lambda: b'{"resourceType":"Bundle","entry":[{"resource":' * (SIZE // 47) + b"1",
    "many entries of nothing": lambda: many({}, lambda each: {"resourceType": "Bundle", "entry": each}),
    "many small resources": lambda: many({"resourceType": "Patient"}, lambda each: bundle(*each)),
    "many extensions": lambda: many(
        extension("attended", valueBoolean=True), lambda each: administration(extension=each)
    ),
    "many codings": lambda: many(
        {"code": "IV push"}, lambda each: administration(dosage=dosage(route={"coding": each}))
    ),
    "many performers": lambda: many({"actor": {"reference": "x/1"}}, lambda each: administration(performer=each)),
    "many devices that are contained": lambda: json.dumps(contained(SIZE // 75)).encode(),
    "many identifiers": lambda: many({"system": "a", "value": "b"}, lambda each: administration(identifier=each)),
    "many wholes": lambda: many({"reference": "a/b/c"}, lambda each: administration(partOf=each)),
    "many reasons": lambda: many({"text": "hydration"}, lambda each: administration(reasonCode=each)),
    "one long number": lambda: json.dumps(administration()).replace("1500,", "9" * SIZE + ",").encode(),
    "one long exponent": lambda: json.dumps(administration()).replace("1500,", "1e" + "9" * SIZE + ",").encode(),
    "one long time": lambda: json.dumps(administration(effectivePeriod={"start": "2" * SIZE})).encode(),
    "one long fraction": lambda: json.dumps(
        administration(effectivePeriod={"start": "2026-03-03T09:00:00." + "1" * SIZE + "Z"})
    ).encode(),
    "one long site": lambda: json.dumps(
        administration(dosage=dosage(site={"text": "implanted venous access " * (SIZE // 24)}))
    ).encode(),
    "one long text": lambda: json.dumps(administration(dosage=dosage(text="over 1 mL/h " * (SIZE // 12)))).encode(),
    "one long reference": lambda: json.dumps(administration(subject={"reference": "Patient/" * (SIZE // 8)})).encode(),
    "one long device": lambda: json.dumps(administration(device=[{"display": "no pump " * (SIZE // 8)}])).encode(),
}
