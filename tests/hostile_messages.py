"""Messages made to be slow: as long as an honest one of many administrations, and each long in one way."""

from __future__ import annotations

from collections.abc import Callable

from tests.hl7_samples import MSH, ORC, PID, PV1, RXA, RXR, ras, rxa, with_field

HONEST = ras(MSH, PID, PV1, *[ORC, RXA, RXR] * 60)
SIZE = len(HONEST)


def filled(start: str, piece: str, end: str = "") -> bytes:
    """A message of the honest one's size, most of it one piece over and over."""
    return ras(*[MSH, PID, PV1, ORC], (start + piece * (SIZE // len(piece)))[:SIZE] + end)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing but line ends": lambda: ras(MSH, PID, "\r" * SIZE),
    "nothing but fields": lambda: filled("RXA", "|"),
    "nothing but components": lambda: filled("RXA|0|1|202603030900||", "^"),
    "nothing but repetitions": lambda: filled("PID|1||", "1^^^A~"),
    "nothing but subcomponents": lambda: filled("RXA|0|1|202603030900||A", "&"),
    "nothing but escapes": lambda: filled("RXA|0|1|202603030900||", "\\T"),
    "escapes that mean nothing": lambda: filled("RXA|0|1|202603030900||", "\\.sp99999\\"),
    "one long number": lambda: filled("RXA|0|1|202603030900||A|", "9"),
    "one long time": lambda: filled("RXA|0|1|", "2"),
    "one long rate": lambda: filled("RXA|0|1|202603030900||A|1|mg|||||", "1 mL/hr "),
    "one long word for a route": lambda: ras(MSH, PID, ORC, RXA, "RXR|^" + "intravenous " * (SIZE // 12)),
    "one long word for a device": lambda: ras(
        MSH, PID, ORC, RXA, "RXR|IV||^" + "implanted venous access " * (SIZE // 24)
    ),
    "one long note": lambda: ras(MSH, PID, ORC, RXA, "NTE|1||" + "Purpose: " * (SIZE // 9)),
    "many short administrations": lambda: ras(MSH, PID, *["RXA|"] * (SIZE // 5)),
    "many administrations and as many observations": lambda: ras(
        MSH, PID, *[RXA] * (SIZE // 320), *["OBX|1|ST|PURPOSE||hydration"] * (SIZE // 56)
    ),
    "many routes": lambda: ras(MSH, PID, ORC, RXA, *[f"RXR|{number}" for number in range(SIZE // 9)]),
    "many orders of a long orderer": lambda: ras(
        MSH, PID, *[with_field(ORC, 12, "D^" * 400), rxa((6, "")), RXR] * (SIZE // 1100)
    ),
    "many components of a mixture": lambda: ras(MSH, PID, ORC, *["RXC|A|A^a|1|mg"] * (SIZE // 15), RXA, RXR),
    "many diagnoses": lambda: ras(MSH, PID, PV1, *["DG1|1||A1^a^I10"] * (SIZE // 16), RXA),
    "many names of segments": lambda: ras(MSH, PID, *[f"Z{number:02}|" for number in range(SIZE // 6)]),
    "a long list of character sets": lambda: ras(with_field(MSH, 18, "ISO IR87~" * (SIZE // 9)), PID, rxa((5, "é"))),
    "long encoding characters": lambda: ras(with_field(MSH, 2, "^~" * (SIZE // 2)), PID, RXA),
    "a long type": lambda: ras(with_field(MSH, 9, "RAS^" * (SIZE // 4)), PID, RXA),
    "shifts of double bytes": lambda: ras(with_field(MSH, 18, "~ISO IR87"), PID, RXA).replace(
        b"dalbavancin", b"\x1b$B\x1b(B" * (SIZE // 6)
    ),
}
