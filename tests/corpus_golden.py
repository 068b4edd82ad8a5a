"""The golden of each HL7 message of the shared corpus: what we read of it, in our words, or why it was refused.

`python -m tests.corpus_golden` writes them anew; look at every difference before it is kept. A golden names
a message by its file and digest and holds none of its text: of each fact the kind, what decides how it is
coded, and a digest of the whole.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from coder.facts import Administration, Encounter
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from mappers.telling import Fault, Ignored, Item, Telling
from tests.corpus import CORPUS, documents

GOLDEN = Path(__file__).with_name("corpus_golden.txt")
SETTINGS = ReadingSettings(ZoneInfo("America/Chicago"))


def golden() -> str:
    """The goldens of every HL7 message of the corpus, by file."""
    files = sorted((CORPUS / "hl7v2").rglob("*.hl7"))
    return "".join(_of_message(path, place, value) for path in files for place, value in enumerate(documents(path)))


def _of_message(path: Path, place: int, value: bytes) -> str:
    items = read(Record(path.name, 0, place, value), SETTINGS).items
    head = f"{path.parent.name}/{path.stem} {place} {sha256(value).hexdigest()[:16]}\n"
    return head + "".join(f"    {said_of(item)}\n" for item in items)


def said_of(item: Item) -> str:
    """One line on an item."""
    match item:
        case Telling():
            digest = sha256(repr(_bare(item)).encode()).hexdigest()[:16]
            ignored = f"ignored as {item.ignored}" if item.ignored else ""
            return ", ".join(word for word in (item.kind, *_facts(item), ignored, digest) if word)
        case Ignored():
            return f"counted as {item.kind}"
        case Fault():
            return f"refused at {item.path}: {item.reason}"


def _bare(telling: Telling) -> tuple[object, ...]:
    """The fact and what links it; a fact that gains a field which nobody stated stays the same."""
    return _stated(telling.fact), telling.action.value, telling.identifiers, telling.order, sorted(telling.cleared)


def _stated(value: object) -> object:
    """A fact as the fields that differ from their defaults, all the way down."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return tuple(_stated(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        stated = ((field.name, getattr(value, field.name)) for field in fields(value) if field.name != "key")
        defaults = {field.name: field.default for field in fields(value)}
        return sorted((name, _stated(each)) for name, each in stated if each != defaults[name])
    return str(value)


def _facts(telling: Telling) -> list[str]:
    fact = telling.fact
    if isinstance(fact, Encounter):
        return [fact.patient_class.value, f"{len(fact.classes)} classes", "cancelled" if fact.cancelled else ""]
    if not isinstance(fact, Administration):
        return [telling.action.value]
    minutes = int((fact.end - fact.start).total_seconds() // 60) if fact.start and fact.end else None
    return [
        fact.status.value,
        f"{minutes} minutes" if minutes is not None else "open" if fact.start else "no time",
        fact.route.value if fact.route else "no route",
        fact.method.value if fact.method else "",
        f"{len(fact.drugs)} drugs",
        "a rate" if fact.rate else "",
        telling.action.value if telling.action.value != "add" else "",
    ]


if __name__ == "__main__":
    GOLDEN.write_text(golden(), encoding="utf-8")
