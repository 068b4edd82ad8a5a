"""Logs split into single records: HL7 v2, JSON, anything else, packed or not, whole or broken."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.log_samples import faults, line, pieces, ras, raws, resource

# HL7 v2


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_messages_are_told_apart_whatever_ends_their_segments(end: str, size: int) -> None:
    data = b"\xef\xbb\xbf" + ras(1, end=end) + ras(2, end=end) + end.encode() * 2 + ras(3, end=end).rstrip()
    found = raws(data, size)
    assert found == [ras(number, end=end).rstrip() for number in (1, 2, 3)]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_the_envelope_of_a_batch_is_no_record(size: int) -> None:
    data = b"FHS|^~\\&|MAR\rBHS|^~\\&|MAR\r" + ras(1) + ras(2) + b"BTS|2\rFTS|1\r"
    assert raws(data, size) == [ras(1).rstrip(), ras(2).rstrip()]


@pytest.mark.parametrize("size", [1, 5, 1000])
@pytest.mark.parametrize("after", [b"\r", b"\r\n", b"\n", b""])
def test_mllp_blocks_are_taken_off(size: int, after: bytes) -> None:
    data = b"".join(b"\x0b" + ras(number) + b"\x1c" + after for number in (1, 2, 3))
    assert raws(data, size) == [ras(number).rstrip() for number in (1, 2, 3)]


def test_a_frame_without_its_last_carriage_return() -> None:
    assert raws(b"\x0b" + ras(1).rstrip() + b"\x1c\r" + b"\x0b" + ras(2)[:-1] + b"\x1c\r") == [
        ras(1).rstrip(),
        ras(2).rstrip(),
    ]


def test_a_frame_that_is_not_closed_is_a_fault() -> None:
    found = pieces(b"\x0b" + ras(1) + b"\x1c\r\x0b" + ras(2)[:100])
    assert faults(found) == [("line 7", "an MLLP frame that is not closed")]
    assert found[1].raw == ras(2)[:100]


def test_text_after_a_blank_line_is_no_part_of_a_message() -> None:
    found = pieces(ras(1) + b"\r\rend of export\r" + ras(2))
    assert [piece.raw for piece in found] == [ras(1).rstrip(), b"end of export", ras(2).rstrip()]
    assert faults(found) == [("line 8", "text outside any record")]


def test_a_line_break_inside_a_field_stays_in_its_message() -> None:
    message = ras(1).rstrip() + b"\rNTE|1||first line\nsecond line\rZZZ|1"
    assert raws(message + b"\r" + ras(2)) == [message, ras(2).rstrip()]


def test_bytes_of_another_character_set_are_kept_as_they_are() -> None:
    message = ras(1).rstrip() + "\rNTE|1||点滴静注".encode("iso-2022-jp")
    assert raws(message + b"\r" + ras(2), 1) == [message, ras(2).rstrip()]


# FHIR JSON


@pytest.mark.parametrize("indent", [None, 0, 1, 2])
@pytest.mark.parametrize("size", [1, 11, 1000])
def test_documents_are_told_apart_on_one_line_or_many(indent: int | None, size: int) -> None:
    bundle = {"resourceType": "Bundle", "entry": [{"resource": resource(1)}, {"resource": resource(2)}]}
    texts = [json.dumps(each, indent=indent).encode() for each in (bundle, resource(3), resource(4))]
    assert raws(b"\n".join(texts), size) == texts


def test_documents_without_anything_between_them() -> None:
    texts = [json.dumps(resource(number), indent=indent).encode() for number, indent in ((1, 2), (2, None), (3, 2))]
    assert raws(b"".join(texts)) == texts


def test_a_line_cut_off_anywhere_takes_no_other_with_it() -> None:
    whole = line(1).rstrip()
    for place in range(1, len(whole)):
        found = pieces(whole[:place] + b"\n" + line(2) + line(3))
        assert [piece.raw for piece in found] == [whole[:place].rstrip(b"\n"), line(2).rstrip(), line(3).rstrip()]
        assert [piece.fault is None for piece in found] == [False, True, True], whole[:place]


def test_a_document_of_many_lines_cut_off_anywhere_takes_no_other_with_it() -> None:
    whole = json.dumps(resource(1), indent=2).encode()
    for place in range(1, len(whole)):
        found = pieces(whole[:place] + b"\n" + whole + b"\n" + line(3))
        assert [piece.fault is None for piece in found] == [False, True, True], whole[:place]


def test_a_document_cut_off_at_the_end_of_the_log_is_a_fault() -> None:
    (piece,) = pieces(line(1)[:20])
    assert faults([piece]) == [("line 1", "a text that is not closed on its line")]
    (piece,) = pieces(b'{"resourceType": "Bundle",\n"entry": [')
    assert faults([piece]) == [("line 1", "JSON that is not closed")]


def test_a_message_ends_a_document_that_is_not_closed() -> None:
    found = pieces(b'{"resourceType": "Bundle",\n"entry": [\n' + ras(1, end="\n"))
    assert [piece.raw for piece in found][1:] == [ras(1, end="\n").rstrip()]
    assert faults(found) == [("line 1", "JSON that is not closed")]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_json_array_is_one_fault(indent: int | None) -> None:
    array = json.dumps([resource(1), resource(2)], indent=indent).encode()
    found = pieces(array + b"\n" + line(3))
    assert faults(found) == [("line 1", "a JSON array")]
    assert [piece.raw for piece in found] == [array, line(3).rstrip()]


def test_brackets_that_do_not_match_are_a_fault() -> None:
    found = pieces(b'{"a": [1}\n' + line(2))
    assert faults(found) == [("line 1", "brackets that do not match")]
    assert len(found) == 2


# Anything else


def test_text_outside_any_record_is_one_fault_with_its_bytes() -> None:
    found = pieces(b"Export of\n[INFO] 2026-03-03\n" + line(1) + b"done\n")
    assert [piece.raw for piece in found] == [b"Export of\n[INFO] 2026-03-03", line(1).rstrip(), b"done"]
    assert faults(found) == [("line 1", "text outside any record"), ("line 4", "text outside any record")]


def test_what_a_fault_says_is_short_and_without_zero_bytes() -> None:
    (piece,) = pieces("Größe {".encode("utf-16") * 200)
    assert piece.fault is not None
    assert len(piece.fault.said) == 200
    assert "\0" not in piece.fault.said


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": "' + b"x" * 5000 + b'"}\n',
        b'{"a": [\n' + b'"xxxxxxxxx",\n' * 500 + b'"x"]}\n',
        ras(9) + b"OBX|1|ST\r" * 500,
        b"nothing " * 700 + b"\n",
        b"nothing\n" * 700,
    ],
)
def test_what_is_too_long_is_a_fault_and_the_next_record_is_read(data: bytes) -> None:
    found = pieces(data + line(1), bytes_most=1000)
    assert faults(found) == [("line 1", "a record too long to be one")]
    assert len(found[0].raw) <= 1000
    assert found[1].raw == line(1).rstrip()


def test_an_empty_log_has_no_records() -> None:
    assert pieces(b"") == []
    assert pieces(b"\n\r\n \t\n\x0b\x1c\r") == []


RECORDS = st.lists(
    st.builds(
        lambda make, number: make(number),
        st.sampled_from(
            [
                ras,
                line,
                lambda number: ras(number, end="\r\n"),
                lambda number: b"\x0b" + ras(number) + b"\x1c\r",
                lambda number: json.dumps(resource(number), indent=2).encode(),
                lambda number: line(number) + b"\n\n",
            ]
        ),
        st.integers(0, 9),
    ),
    max_size=8,
)


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(RECORDS, st.integers(1, 300))
def test_concatenating_records_gives_as_many(records: Sequence[bytes], size: int) -> None:
    found = pieces(b"\n".join(records), size)
    assert len(found) == len(records)
    assert faults(found) == []
    assert [piece.raw for piece in pieces(b"\n".join(piece.raw for piece in found))] == [each.raw for each in found]


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(
    st.lists(
        st.sampled_from([b"MSH|", *(bytes([byte]) for byte in b'\x0b\x1c\r\n{}[]"\\:,x')]),
        max_size=40,
    ).map(b"".join),
    st.integers(1, 9),
)
def test_no_bytes_are_dropped_and_none_raise(data: bytes, size: int) -> None:
    found = b"".join(piece.raw for piece in pieces(data, size))
    white = b"\x0b\x1c\r\n"
    assert found.translate(None, white) == data.translate(None, white)


# Packed logs


def packings(data: bytes) -> dict[str, bytes]:
    zstd = zstandard.ZstdCompressor().compress
    return {
        "gzip": gzip.compress(data),
        "zstd": zstd(data),
        "gzip in zstd": zstd(gzip.compress(data)),
        "gzip in gzip": gzip.compress(gzip.compress(data)),
        "two members": gzip.compress(data[:70]) + gzip.compress(data[70:]),
        "two frames": zstd(data[:70]) + zstd(data[70:]),
        "padded": gzip.compress(data) + b"\0" * 20,
    }


@pytest.mark.parametrize("name", packings(b""))
@pytest.mark.parametrize("size", [1, 100_000])
def test_packed_logs_are_unpacked(name: str, size: int) -> None:
    data = line(1) + ras(2) + line(3)
    assert raws(packings(data)[name], size) == [line(1).rstrip(), ras(2).rstrip(), line(3).rstrip()]


@pytest.mark.parametrize("name", ["gzip", "zstd", "gzip in zstd"])
def test_a_packed_log_that_breaks_off_ends_with_one_fault(name: str) -> None:
    many = b"".join(line(number) for number in range(2000))
    packed = packings(many)[name]
    for place in (20, len(packed) // 2, len(packed) - 1):
        found = pieces(packed[:place], 4096)
        assert ["data that breaks off" in reason for _, reason in faults(found)] == [True]
        assert found[-1].fault is not None
        assert [piece.raw for piece in found[:-1]] == [line(number).rstrip() for number in range(len(found) - 1)]


def test_corrupted_bytes_end_a_packed_log_with_one_fault() -> None:
    packed = bytearray(gzip.compress(b"".join(line(number) for number in range(500))))
    packed[-5] ^= 0xFF
    found = pieces(bytes(packed))
    (piece,) = [piece for piece in found if piece.fault]
    assert piece is found[-1]
    assert faults([piece]) == [(f"line {len(found)}", "corrupted gzip data; nothing from here on was read")]


def test_a_message_that_may_be_cut_off_is_not_taken_for_whole() -> None:
    found = pieces(gzip.compress(ras(1) + ras(2))[:-4])
    assert [piece.fault is None for piece in found] == [True, False]
