"""Message logs: files, folders and record logs, as one stream in the order of their times."""

from __future__ import annotations

import base64
import gzip
import io
import json
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from listeners.logs import LogError, open_logs
from listeners.packing import unpacked
from listeners.splitting import split
from mappers.reading import ReadingSettings
from mappers.telling import Fault, Reading
from tests.log_samples import line, ras, resource

SETTINGS = ReadingSettings(zone=ZoneInfo("America/Chicago"), test_patients=frozenset())


def read_all(*paths: Path | str) -> list[Reading]:
    return list(open_logs([str(path) for path in paths], SETTINGS))


# Record logs


def envelope(number: int, **changed: object) -> bytes:
    fields: dict[str, object] = {
        "topic": "mar.ras",
        "partition": 2,
        "offset": 40 + number,
        "timestamp": 1772553600000 + number,
        "key": f"p{number}",
        "headers": {"source": "MAR"},
        "value": ras(number).decode(),
    }
    return json.dumps(fields | changed).encode() + b"\n"


PAIRS = [["a", "1"], ["a", None]]


def written(folder: Path, data: bytes, name: str = "log") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_record_log_gives_records_as_the_broker_held_them(tmp_path: Path) -> None:
    packed = base64.b64encode(ras(2)).decode()
    data = envelope(1) + envelope(
        2, value=packed, timestamp="2026-03-03T16:00:00.002Z", headers=[["a", "1"], ["a", None]]
    )
    first, second = (reading.record for reading in read_all(written(tmp_path, data)))
    assert (first.source, first.partition, first.offset) == ("mar.ras", 2, 41)
    assert (first.value, first.key, first.headers) == (ras(1), b"p1", (("source", b"MAR"),))
    assert first.timestamp == datetime(2026, 3, 3, 16, 0, 0, 1000, tzinfo=UTC)
    assert (second.value, second.headers) == (ras(2), (("a", b"1"), ("a", b"")))
    assert second.timestamp == datetime(2026, 3, 3, 16, 0, 0, 2000, tzinfo=UTC)


def test_a_record_log_and_resources_are_told_apart_line_by_line(tmp_path: Path) -> None:
    path = written(tmp_path, line(1) + envelope(2, timestamp=None) + line(3) + b"{broken\n")
    places = [(each.record.source, each.record.offset) for each in read_all(path)]
    assert places == [(str(path), 0), ("mar.ras", 42), (str(path), 1), (str(path), 2)]


def test_a_document_with_a_value_and_a_topic_of_its_own_is_no_record_log(tmp_path: Path) -> None:
    data = json.dumps(resource(1) | {"topic": [], "value": "x"}).encode()
    (reading,) = read_all(written(tmp_path, data))
    assert reading.record.value == data


@pytest.mark.parametrize(
    ("changed", "path", "said"),
    [
        ({"topic": ""}, "line 1: topic", ""),
        ({"partition": -1}, "line 1: partition", "-1"),
        ({"offset": None}, "line 1: offset", "null"),
        ({"offset": True}, "line 1: offset", "true"),
        ({"timestamp": "2026-03-03T10:00:00"}, "line 1: timestamp", "2026-03-03T10:00:00"),
        ({"timestamp": 10**30}, "line 1: timestamp", ""),
        ({"key": 7}, "line 1: key", "7"),
        ({"headers": {"a": 1}}, "line 1: headers", '{"a":1}'),
        ({"value": None}, "line 1: value", "null"),
        ({"value": {"resourceType": "Patient"}}, "line 1: value", '{"resourceType":"Patient"}'),
        ({"value": "TVNIfF5+"[:-1]}, "line 1: value", "TVNIfF5"),
        ({"value": "not a message"}, "line 1: value", "not a message"),
    ],
)
def test_a_record_that_cannot_be_read_is_one_fault(
    tmp_path: Path, changed: dict[str, object], path: str, said: str
) -> None:
    broken, sound = read_all(written(tmp_path, envelope(1, **changed) + envelope(2)))
    (fault,) = broken.items
    assert isinstance(fault, Fault)
    assert fault.path == path
    assert fault.said.startswith(said)
    assert broken.record.value == envelope(1, **changed).rstrip()
    assert sound.record.offset == 42


def test_a_record_with_a_broken_value_keeps_its_place(tmp_path: Path) -> None:
    (reading,) = read_all(written(tmp_path, envelope(1, value="%%%")))
    assert (reading.record.source, reading.record.partition, reading.record.offset) == ("mar.ras", 2, 41)
    assert reading.time == reading.record.timestamp


# Paths


def test_a_file_is_named_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "day" / ".hidden").mkdir(parents=True)
    for name in ("day/b.hl7", "day/a", "day/.c", "day/.hidden/d", "one"):
        written(tmp_path, ras(1), name)
    assert [reading.record.source for reading in read_all("./one")] == ["./one"]
    assert [reading.record.source for reading in read_all("day")] == ["day/a", "day/b.hl7"]
    assert [reading.record.source for reading in read_all("*")] == ["day/a", "day/b.hl7", "one"]
    assert [reading.record.source for reading in read_all("**/*.hl7")] == ["day/b.hl7"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = written(tmp_path, ras(1))
    assert len(read_all(path, tmp_path, tmp_path / "*", tmp_path / "." / "log")) == 1


def test_a_file_whose_name_looks_like_a_glob(tmp_path: Path) -> None:
    path = written(tmp_path, ras(1), "log[1]")
    assert [reading.record.source for reading in read_all(path)] == [str(path)]


def test_standard_input_is_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(ras(1) + ras(2)))))
    assert [(each.record.source, each.record.offset) for each in read_all("-")] == [("-", 0), ("-", 1)]


def test_every_wrong_path_is_one_line_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    good = written(tmp_path, ras(1))
    wrong = [tmp_path / "absent", tmp_path / "empty", tmp_path / "loop", tmp_path / "*.hl7"]
    with pytest.raises(LogError) as caught:
        open_logs([str(path) for path in (good, *wrong)], SETTINGS)
    assert len(caught.value.problems) == len(wrong)
    for path, problem in zip(wrong, caught.value.problems, strict=True):
        assert str(path) in problem
        assert "\n" not in problem


def test_many_files_need_few_handles(tmp_path: Path) -> None:
    for number in range(300):
        written(tmp_path, b'{"resourceType": "Patient"}', f"{number:03}")
    readings = open_logs([str(tmp_path)], SETTINGS)
    next(readings)
    assert len(list(Path("/proc/self/fd").iterdir())) < 100
    assert len(list(readings)) == 299


# Order


def test_logs_merge_by_time_then_path_then_position(tmp_path: Path) -> None:
    late, early = "2026-03-03T12:00:00Z", "2026-03-03T11:00:00Z"
    written(tmp_path, line(1, early) + line(2, late), "b")
    written(tmp_path, line(3, late) + line(4, early) + line(5, late), "a")
    written(tmp_path, line(6, "2026-03-03T06:30:00-05:00"), "c")
    places = [(Path(each.record.source).name, each.record.offset) for each in read_all(tmp_path)]
    assert places == [("b", 0), ("c", 0), ("a", 0), ("a", 1), ("a", 2), ("b", 1)]


def test_a_record_without_a_time_follows_the_one_before_it(tmp_path: Path) -> None:
    written(tmp_path, b"no record\n" + line(1, "2026-03-03T12:00:00Z") + b"{broken\n", "a")
    written(tmp_path, line(2, "2026-03-03T11:00:00Z") + line(3, "2026-03-03T13:00:00Z"), "b")
    places = [(Path(each.record.source).name, each.record.offset) for each in read_all(tmp_path)]
    assert places == [("a", 0), ("b", 0), ("a", 1), ("a", 2), ("b", 1)]


# Memory

FLAT_BYTES = 8 * 1024 * 1024
LARGE_BYTES = 50 * 1024 * 1024


def test_a_large_log_is_read_in_flat_memory() -> None:
    block = b"".join(ras(number) + b"NTE|1||" + b"x" * 3000 + b"\r" + line(number) for number in range(30))
    copies = LARGE_BYTES // len(block) + 1
    tracemalloc.start()
    count = sum(1 for _ in split(unpacked(block for _ in range(copies))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 60 * copies
    assert peak < FLAT_BYTES


def test_a_large_packed_file_is_read_in_flat_memory(tmp_path: Path) -> None:
    picture = json.dumps({"resourceType": "Binary", "data": "x" * 20_000}).encode() + b"\n"
    copies = LARGE_BYTES // len(picture) + 1
    with gzip.open(tmp_path / "log.gz", "wb", compresslevel=1) as file:
        file.writelines(picture for _ in range(copies))
    tracemalloc.start()
    count = sum(1 for _ in open_logs([str(tmp_path)], SETTINGS))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == copies
    assert peak < FLAT_BYTES
