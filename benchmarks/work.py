"""The pieces of work that are measured on the sample day's own messages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from fhir.resources.R4B.medicationadministration import MedicationAdministration
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message

from benchmarks.measured import Measured, measure, measure_beside
from console.posting.logs import LogPosting, posting_context
from console.site.loading import load_site
from ledger.ledger import open_ledger
from listeners.logs import open_logs
from mappers.reading import ReadingSettings, read
from mappers.record import Record

ZONE = ZoneInfo("America/Chicago")


def reading_hl7(sample: Path) -> Iterator[Measured]:
    """RAS to tellings, beside hl7apy's parse alone."""
    parts = (sample / "logs" / "ras.hl7").read_bytes().split(b"MSH|")[1:]
    messages = [b"MSH|" + part for part in parts if part.startswith(rb"^~\&|")][:20]
    texts = [message.decode() for message in messages]

    def parse() -> int:
        for text in texts:
            parse_message(text, validation_level=VALIDATION_LEVEL.TOLERANT, find_groups=False)
        return len(texts)

    yield measure_beside("HL7 v2 RAS to tellings, one message", lambda: _read(messages), "hl7apy parse alone", parse)


def reading_fhir(sample: Path) -> Iterator[Measured]:
    """MedicationAdministration to tellings, beside fhir.resources' validation alone."""
    log = (sample / "logs" / "fhir.ndjson").read_bytes().splitlines()
    lines = [line for line in log if b'"MedicationAdministration"' in line and line.endswith(b"}")][:40]
    documents = [json.loads(line) for line in lines]

    def validate() -> int:
        for document in documents:
            MedicationAdministration.model_validate(document)
        return len(documents)

    yield measure_beside("FHIR to tellings, one resource", lambda: _read(lines), "fhir.resources validation", validate)


def _read(values: list[bytes]) -> int:
    settings = ReadingSettings(ZONE)
    for offset, value in enumerate(values):
        read(Record("bench", 0, offset, value), settings)
    return len(values)


def posting(sample: Path) -> Iterator[Measured]:
    """The sample day from files to charges in a ledger, one record."""
    site = load_site(sample / "site.toml")

    def replay() -> int:
        with open_ledger("sqlite://", facility=site.facility, identity_key=site.identity_key()) as ledger:
            posting = LogPosting(ledger, posting_context(site, ("bench",)))
            posting.post_all(open_logs((str(sample / "logs"),), site.reading()))
            return posting.counts.records.read

    yield measure("the sample day, log to charges in the ledger, one record", replay)
