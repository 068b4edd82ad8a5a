"""Writes the sample day's two message logs from its stories: python examples/write_sample_day.py [FOLDER]."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from day_everyday import EVERYDAY
from day_stories import STORIES, UNREADABLE
from fhir_words import fhir_messages
from hl7_words import hl7_messages

VISITS = (*STORIES, *EVERYDAY)
Message = tuple[datetime, str]


def fhir_log() -> str:
    """All resources told, one a line, in the order of their last update; one line is cut short."""
    told = [message for visit in VISITS if visit.wire != "hl7" for message in fhir_messages(visit)]
    return "".join(f"{text}\n" for text in _in_order([*told, *_cut_short()]))


def hl7_log() -> str:
    """All messages told, in the order they were sent; one has broken encoding characters."""
    told = [message for visit in VISITS if visit.wire != "fhir" for message in hl7_messages(visit)]
    return "".join(_in_order([*told, *_broken()]))


def _in_order(messages: list[Message]) -> list[str]:
    return [text for _, text in sorted(messages, key=lambda message: message[0])]


def _cut_short() -> Iterator[Message]:
    for visit in UNREADABLE:
        if visit.wire == "fhir":
            at, line = next(message for message in fhir_messages(visit) if "MedicationAdministration" in message[1])
            yield at, line[: len(line) // 2]


def _broken() -> Iterator[Message]:
    for visit in UNREADABLE:
        if visit.wire == "hl7":
            yield from ((at, text.replace("|^~\\&|", "|^^^^|")) for at, text in hl7_messages(visit))


def main(folder: Path) -> None:
    """Write both logs into the folder."""
    (folder / "fhir.ndjson").write_bytes(fhir_log().encode())
    (folder / "ras.hl7").write_bytes(hl7_log().encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "sample-day" / "logs")
