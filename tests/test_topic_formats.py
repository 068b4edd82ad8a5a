"""What a site states of a topic's format: what is of the other becomes a dead letter that says what was wanted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.cli import main
from console.posting.live import LivePosting
from console.posting.logs import posting_context
from console.site.loading import Site, load_site
from ledger.dead_letters import kept_letters, notices
from ledger.ledger import Ledger, open_ledger
from ledger.reading_back import DeadLetter
from ledger.worker import LedgerWorker
from listeners.kafka.batches import Batch
from mappers.conformance import Conformance
from mappers.reading import read
from mappers.record import Record
from mappers.telling import Fault, Telling
from tests.small_logs import encounter, write_site

FHIR = json.dumps(encounter("1")).encode()
HL7 = b"MSH|^~\\&|PUMPS|ELM|||20260303090000||ADT^A31|1|P|2.5"
KAFKA = """
[[kafka]]
name = "{name}"
brokers = "127.0.0.1:9"
topics = [ {topics} ]
"""
STATED = '{ name = "mar.fhir", format = "fhir" }, { name = "mar.ras", format = "hl7v2" }, { name = "mar" }'
LEDGER = '[ledger]\nurl = "sqlite:///ledger.db"\n'


def site_of(folder: Path, *topics: str) -> Site:
    tables = [KAFKA.format(name=f"k{number}", topics=said) for number, said in enumerate(topics)]
    return load_site(write_site(folder, LEDGER + "".join(tables)))


def record(topic: str, value: bytes, offset: int = 0) -> Record:
    return Record(topic, 0, offset, value, datetime(2026, 3, 3, 15, tzinfo=UTC))


def opened(site: Site) -> Ledger:
    return open_ledger(site.ledger_url(), facility=site.facility, identity_key=site.identity_key())


def letters(site: Site) -> list[DeadLetter]:
    """Those that stand."""
    with opened(site) as ledger:
        numbers = [notice.id for notice in notices(ledger, settled=False)]
        return [kept.letter for kept in kept_letters(ledger, numbers)]


@pytest.mark.parametrize("value", [FHIR, b"\xef\xbb\xbf " + FHIR, HL7, b"\x0b" + HL7 + b"\r\x1c\r"])
def test_what_is_of_its_topics_format_is_read_and_so_is_either_where_none_is_stated(
    value: bytes, tmp_path: Path
) -> None:
    settings = site_of(tmp_path, STATED).reading()
    own = "mar.ras" if b"MSH" in value else "mar.fhir"
    for topic in (own, "mar", "another"):
        assert not any(isinstance(item, Fault) for item in read(record(topic, value), settings).items)


@pytest.mark.parametrize(
    ("topic", "value", "said", "wanted"),
    [
        ("mar.fhir", HL7, "an HL7 v2 message", "a FHIR JSON document, which the site states of mar.fhir"),
        ("mar.ras", FHIR, "a FHIR JSON document", "an HL7 v2 message, which the site states of mar.ras"),
    ],
)
def test_what_is_of_the_other_format_says_what_was_wanted(
    topic: str, value: bytes, said: str, wanted: str, tmp_path: Path
) -> None:
    reading = read(record(topic, value), site_of(tmp_path, STATED).reading())
    assert reading.items == (Fault("not the format of its source", "record", said, wanted),)


def test_what_is_of_no_format_names_the_one_that_is_stated(tmp_path: Path) -> None:
    settings = site_of(tmp_path, STATED).reading()
    (fault,) = read(record("mar.ras", b"neither"), settings).items
    assert fault == Fault("not a message", "record", "neither", "an HL7 v2 message, which the site states of mar.ras")
    (fault,) = read(record("mar", b"neither"), settings).items
    assert isinstance(fault, Fault)
    assert fault.wanted == "a FHIR JSON document or an HL7 v2 message"


@pytest.mark.parametrize("other", ['{ name = "mar.fhir", format = "hl7v2" }', '{ name = "mar.fhir" }'])
def test_a_name_that_two_clusters_use_otherwise_states_nothing(other: str, tmp_path: Path) -> None:
    assert site_of(tmp_path, STATED, other).reading().formats == {"mar.ras": "hl7v2"}
    assert site_of(tmp_path, STATED, STATED).reading().formats == {"mar.fhir": "fhir", "mar.ras": "hl7v2"}


async def _post_live(site: Site, *records: Record) -> None:
    with opened(site) as ledger:
        worker = LedgerWorker()
        posting = LivePosting(ledger, worker, posting_context(site, ()), site.reading(), lambda *_: None)
        await posting.post(Batch(records, {}))
        worker.close()


@pytest.mark.asyncio
async def test_live_it_is_a_dead_letter_beside_what_can_be_read_and_feeding_it_again_takes_another_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = site_of(tmp_path, STATED)
    await _post_live(site, record("mar.fhir", FHIR), record("mar.ras", FHIR, 1))
    (letter,) = letters(site)
    assert (letter.source, letter.position, letter.raw) == ("mar.ras", "0:1", FHIR)
    feed = ["dead-letters", "replay", "--site", str(site.path)]
    assert main(feed) == 0
    assert "Still refused: 1." in capsys.readouterr().out
    site = site_of(tmp_path, STATED.replace("hl7v2", "fhir"))
    assert main(feed) == 0
    assert letters(site) == []


def test_a_log_of_the_topic_is_replayed_as_it_was_heard(tmp_path: Path) -> None:
    site = site_of(tmp_path, STATED)
    lines = [
        {"topic": topic, "partition": 0, "offset": 0, "timestamp": 1772550000000, "value": FHIR.decode()}
        for topic in ("mar.fhir", "mar.ras")
    ]
    log = tmp_path / "day.ndjson"
    log.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    assert main(["replay", str(log), "--site", str(site.path), "--out", str(tmp_path / "out")]) == 0
    (line,) = (tmp_path / "out" / "dead-letters.ndjson").read_text().splitlines()
    assert json.loads(line)["source"] == "mar.ras"


def test_a_file_of_any_name_is_read_by_its_content(tmp_path: Path) -> None:
    settings = site_of(tmp_path, STATED).reading()
    (item,) = read(record("day.ndjson", FHIR), settings).items
    assert isinstance(item, Telling)


@pytest.mark.asyncio
async def test_what_the_strict_lane_objects_to_is_counted_and_posted_all_the_same(tmp_path: Path) -> None:
    site = site_of(tmp_path, '{ name = "mar.ras" }')
    settings = replace(site.reading(), conformance={"mar.ras": Conformance.EVERY})
    told: list[tuple[int, ...]] = []
    no_message = b"MSH|^~~&|MAR|H|X|Y|20260303||RAS^O17|1|P|2.5.1\rPID|1||7"
    with opened(site) as ledger:
        worker = LedgerWorker()
        posting = LivePosting(
            ledger, worker, posting_context(site, ()), settings, lambda *said: told.append((*said[:2], said[3]))
        )
        await posting.post(Batch((record("mar.ras", no_message), record("mar.ras", HL7, 1)), {}))
        worker.close()
    assert told == [(2, 1, 1)]
