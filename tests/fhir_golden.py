"""The golden of each FHIR document of the shared corpus: what we read of it, in our words, or why it was refused.

`python -m tests.fhir_golden` writes them anew; look at every difference before it is kept. As in
`tests.corpus_golden` a golden names a document by its file and digest and holds none of its text.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from mappers.reading import read
from mappers.record import Record
from tests.corpus import CORPUS, documents
from tests.corpus_golden import SETTINGS, said_of

GOLDEN = Path(__file__).with_name("fhir_golden.txt")


def golden() -> str:
    """The goldens of every FHIR document of the corpus, by file."""
    files = sorted(path for path in (CORPUS / "fhir").rglob("*") if path.suffix in {".json", ".ndjson"})
    return "".join(_of_document(path, place, value) for path in files for place, value in enumerate(documents(path)))


def _of_document(path: Path, place: int, value: bytes) -> str:
    items = read(Record(path.name, 0, place, value), SETTINGS).items
    head = f"{path.parent.name}/{path.stem} {place} {sha256(value).hexdigest()[:16]}\n"
    return head + "".join(f"    {said_of(item)}\n" for item in items)


if __name__ == "__main__":
    GOLDEN.write_text(golden(), encoding="utf-8")
