"""The quick ways of reading FHIR say what the slower ones say: whole resources, times, parts kept by their bytes."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from coder.facts import Administration
from mappers.fhir.element_names import ELEMENTS
from mappers.fhir.one_pass import in_one_pass
from mappers.fhir.values import charted
from mappers.refused import Refused
from mappers.telling import Fault
from tests.fhir_samples import administration, dosage, extension, fault, only, told

CHICAGO = ZoneInfo("America/Chicago")
NINE = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", sorted(ELEMENTS["MedicationAdministration"]))
def test_every_name_that_fhir_has_is_read_in_one_pass(name: str) -> None:
    document = {"resourceType": "MedicationAdministration", "status": "completed", "subject": {}}
    unread = name.startswith("_") or name in {"fhir_comments", "implicitRules", "language", "note", "text"}
    read = in_one_pass(json.dumps({**document, **({name: "anything"} if unread else {})}).encode())
    assert type(read).__name__ == "MedicationAdministration"


@pytest.mark.parametrize(
    "document",
    [
        b'{"resourceType":"MedicationAdministration","status":"completed","subject":{},"dose":1}',
        b'{"resourceType":"MedicationAdministration","subject":{}}',
        b'{"resourceType":"Observation"}',
        b'{"resourceType":"MedicationAdministration","status":"completed","subject":{},"note":"\xff"}',
        b'{"resourceType":"MedicationAdministration","status":"completed","subject":{}',
        b"[]",
    ],
    ids=("unknown element", "no status", "another type", "not UTF-8", "not whole", "a list"),
)
def test_what_is_not_as_it_should_be_takes_the_slower_way(document: bytes) -> None:
    assert in_one_pass(document) is None


def test_bytes_that_are_no_utf_8_are_a_fault_even_where_nobody_reads() -> None:
    raw = json.dumps(administration(note=[{"text": "?"}])).encode().replace(b'"?"', b'"\xff"')
    assert isinstance(fault(raw), Fault)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-03-03T09:00:00-06:00", "2026-03-03T15:00:00Z", "2026-03-03T15:00:00.000Z", "2026-03-03T09:00-06:00"),
        *("2026-03-03T09:00:00.000-06:00", "2026-03-03T15:00:00.000000Z", "2026-03-03T09:00:00"),
        *("2026-03-03T20:30:00+05:30", "2026-03-03T15:07:00+00:07", "2026-03-04T00:45:00+09:45"),
    ],
)  # fmt: skip
def test_every_way_to_write_a_time_is_the_same_instant(text: str) -> None:
    found = charted(text, "here", CHICAGO)
    assert (found.instant, found.day, found.later) == (NINE, NINE.date(), None)
    assert found.instant is not None
    assert found.instant.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        *("2026-03-03 09:00:00-06:00", "2026-W10-2T09:00:00-06:00", "20260303T09:00:00.00-06:00"),
        *("2026-02-30T09:00:00-06:00", "2026-03-03T24:00:00-06:00", "2026-03-03T090000.0-06:00"),
        *("2026-03-03T09:00:60-06:00", "1899-12-31T09:00:00-06:00", "2200-01-01T09:00:00Z"),
        *("2026-03-03T09:00:00,000-06:00", "٢٠٢٦-03-03T09:00:00-06:00", "2026-03-03T09:00:00+25:00"),
        *("2026-03-03T09:00:00-0600", "2026-03-03t09:00:00z", "2026-03-03T09:00-06:00:00"),
    ],
)  # fmt: skip
def test_what_is_no_time_of_fhirs_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="not a time"):
        charted(text, "here", CHICAGO)


def test_the_day_is_the_sites() -> None:
    assert charted("2026-03-04T04:30:00Z", "here", CHICAGO).day == NINE.date()


def test_a_dose_stays_as_it_was_written_whatever_was_kept_before() -> None:
    for text in ("1500", "1500.00", "1500.0"):
        raw = json.dumps(administration()).replace('"value": 1500,', f'"value": {text},').encode()
        item = only(raw)
        fact = getattr(item, "fact", None)
        assert isinstance(fact, Administration)
        dose = fact.drugs[0].dose
        assert dose is not None
        assert str(dose.value) == text


def test_an_extension_is_read_in_the_zone_of_who_sent_it() -> None:
    """Kept parts are kept by profile: the same bytes mean another instant elsewhere."""
    stated = [extension("taken-over", valueDateTime="2026-03-03T09:10:00")]
    assert told(extension=stated).taken_over_at == datetime(2026, 3, 3, 15, 10, tzinfo=UTC)


@pytest.mark.parametrize("part", ["subject", "context", "performer", "device", "dosage", "medicationCodeableConcept"])
def test_a_part_of_another_type_is_refused_by_its_path(part: str) -> None:
    for wrong in ("a word", 7, None):
        document = administration()
        document[part] = wrong
        found = fault(document)
        assert (found.reason, found.path) == ("not valid FHIR", f"MedicationAdministration.{part}")


def test_a_part_too_long_to_keep_is_read_all_the_same() -> None:
    long = dosage(text="over 30 minutes" + " " * 3000, dose={"value": 5, "unit": "mg"})
    drug = told(dosage=long).drugs[0]
    assert drug.dose is not None
    assert drug.dose.value == Decimal(5)
