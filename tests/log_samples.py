"""Small logs of our own, and how they come apart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from listeners.gathering import Piece
from listeners.packing import unpacked
from listeners.splitting import split


def ras(number: int, time: str = "20260303100000", end: str = "\r") -> bytes:
    segments = [
        f"MSH|^~\\&|MAR|LAKE|||{time}-0600||RAS^O17^RAS_O17|M{number}|P|2.5.1",
        f"PID|1||p{number}^^^LAKE^MR",
        f"ORC|RE|O{number}",
        f"RXA|0|1|{time}-0600||J1756^iron sucrose^HCPCS|200|mg||||||||||||CP|A",
        "RXR|IV",
    ]
    return end.join(segments).encode() + end.encode()


def resource(number: int, updated: str = "2026-03-03T10:00:00-06:00", **more: object) -> dict[str, object]:
    return {
        "resourceType": "MedicationAdministration",
        "id": f"a{number}",
        "meta": {"lastUpdated": updated},
        "status": "completed",
        "medicationCodeableConcept": {"text": 'iron {sucrose} "\\'},
        "subject": {"reference": f"Patient/p{number}"},
        "effectiveDateTime": updated,
        **more,
    }


def line(number: int, updated: str = "2026-03-03T10:00:00-06:00") -> bytes:
    return json.dumps(resource(number, updated)).encode() + b"\n"


def in_chunks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def pieces(data: bytes, size: int = 1000, bytes_most: int = 1 << 20) -> list[Piece]:
    return list(split(unpacked(in_chunks(data, size)), bytes_most))


def raws(data: bytes, size: int = 1000) -> list[bytes]:
    found = pieces(data, size)
    assert [piece.fault for piece in found] == [None] * len(found)
    return [piece.raw for piece in found]


def faults(found: Iterable[Piece]) -> list[tuple[str, str]]:
    return [(piece.fault.path, piece.fault.reason) for piece in found if piece.fault]
