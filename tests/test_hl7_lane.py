"""The lazy reader of ER7: what it cuts, what it leaves whole, each with what it must not cut."""

from __future__ import annotations

import pytest

from mappers.hl7.header import read_header
from mappers.hl7.message import Message, parse
from mappers.hl7.separators import separators_of
from mappers.refused import Refused


def message(*lines: str, ends: str = "\r") -> Message:
    return parse(ends.join(lines))


MSH = r"MSH|^~\&|A^B|C"


def test_fields_are_counted_as_the_standard_counts() -> None:
    said = message(MSH, "PID|1||12^^^A&1.2&ISO^MR~3")
    msh, pid = said.segments
    assert [msh.raw(number) for number in (1, 2, 3, 4, 5)] == ["|", r"^~\&", "A^B", "C", ""]
    assert (pid.text(3), pid.text(3, 4), pid.text(3, 4, 2), pid.text(3, 9), pid.text(40)) == ("12", "A", "1.2", "", "")
    assert pid.repetitions(3) == ["12^^^A&1.2&ISO^MR", "3"]
    assert pid.repetitions(4) == []


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (r"a\T\b", "a&b"),
        (r"\F\\S\\R\\E\\T\ ", r"|^~\&"),
        (r"one\.br\two\.sp3\three", "one\ntwo\nthree"),
        (r"\X41\\X4243\ ", "ABC"),
        (r"\H\loud\N\ ", "loud"),
        (r"\Zlocal\ ", "\\Zlocal\\"),
        (r"half \T", r"half \T"),
        ("\\XFF\\", "\\XFF\\"),
        ('""', ""),
        ("  x  ", "x"),
    ],
)
def test_escape_sequences(said: str, meant: str) -> None:
    assert message(MSH, f"NTE|1||{said}").segments[1].text(3) == meant


@pytest.mark.parametrize("ends", ["\r", "\n", "\r\n", "\r\r", "\n\r"])
def test_lines_end_in_any_way(ends: str) -> None:
    assert [segment.name for segment in message(MSH, "PID|1", "RXA|0", ends=ends).segments] == ["MSH", "PID", "RXA"]


def test_what_is_no_segment_belongs_to_nothing() -> None:
    said = message(MSH, "PIDX|1", "  PID|2", "continued text", "RXA", "", "ZPD|x")
    read = [(segment.name, segment.text(1)) for segment in said.segments[1:]]
    assert read == [("PID", "2"), ("RXA", ""), ("ZPD", "x")]


def test_segments_of_a_name_are_counted() -> None:
    said = message(MSH, "PID|1", "RXA|1", "RXA|2")
    assert [segment.path(3) for segment in said.every("RXA")] == ["RXA[1]-3", "RXA[2]-3"]
    assert [segment.path(3) for segment in said.every("PID")] == ["PID-3"]
    assert said.first("ORC") is None


def test_a_moved_field_is_read_where_it_is_sent_and_named_so() -> None:
    said = parse("\r".join([MSH, "PV1|1|O|3|4"]), {"PV1": {19: 3, 3: 4}})
    pv1 = said.segments[1]
    assert (pv1.text(19), pv1.text(3), pv1.path(19)) == ("3", "4", "PV1-3")


@pytest.mark.parametrize("stated", [r"^~\&", r"^~\&#", "^&", "^", r"^~\\&"])
def test_the_standard_characters_however_they_were_cut_mean_the_same(stated: str) -> None:
    separators = separators_of("|", stated)
    assert (separators.component, separators.subcomponent) == ("^", "&")


def test_other_characters_stand_by_their_place() -> None:
    separators = separators_of("*", ":!%@")
    assert (separators.component, separators.repetition, separators.escape, separators.subcomponent) == (*":!%@",)
    assert separators_of("|", "^&~\\").repetition == "&"


def test_characters_that_are_left_out_part_nothing() -> None:
    separators = separators_of("|", "$")
    assert separators.part("a$b~c&d\\T\\", 2) == "b~c&d\\T\\"


@pytest.mark.parametrize("stated", ["", "^^", "^~^&", "^~ &", "a", '"', "^~\\&#!"])
def test_characters_that_tell_nothing_apart_are_refused(stated: str) -> None:
    with pytest.raises(Refused) as refusal:
        separators_of("|", stated)
    assert refusal.value.fault.path == "MSH-2"


@pytest.mark.parametrize(
    ("named", "codec", "text"),
    [
        ("", "utf-8", "Zoë 薬"),
        ("UNICODE_UTF-8", "utf-8", "Zoë"),
        ("8859/1", "iso8859-1", "Zoë"),
        ("ISO-8859-15", "iso8859-15", "Zoë €"),
        ("8859/7", "iso8859-7", "Γεώργιος"),
        ("~ISO IR87", "iso2022_jp", "患者^太郎~カ&ナ|"),
        ("ASCII~ISO IR87", "iso2022_jp", "薬"),
        ("GB 18030-2000", "gb18030", "药"),
        ("KS X 1001", "euc_kr", "약"),
    ],
)
def test_the_character_set_is_decoded_before_anything_is_cut(named: str, codec: str, text: str) -> None:
    head = rf"MSH|^~\&|A|B|C|D|20260303||RAS^O17|1|P|2.5||||||{named}|"
    header, decoded = read_header(f"{head}\rNTE|1||{text}".encode(codec))
    assert decoded.endswith(text)
    assert header.kind_and_sender()[0] == "RAS^O17"


@pytest.mark.parametrize(("value", "path"), [(b"MSH", "MSH-1"), (b"MSHx", "MSH-1"), ("MSH§".encode(), "MSH-1")])
def test_a_header_without_a_separator_is_refused(value: bytes, path: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_header(value)
    assert refusal.value.fault.path == path


def test_double_byte_text_may_hold_the_bytes_of_separators() -> None:
    """In ISO-2022-JP the two bytes of a character can be those of our separators: here of ^, |, ~ and &."""
    every = [chr(code) for code in range(0x4E00, 0x9FFF)]
    held = [sign for sign in every if any(byte in sign.encode("iso2022_jp", "ignore")[3:5] for byte in b"^|~&")][:40]
    text = "".join(held)
    assert len(held) == 40
    value = rf"MSH|^~\&|A|B|C|D|20260303||RAS^O17|1|P|2.5||||||~ISO IR87|||{text}".encode("iso2022_jp")
    assert parse(read_header(value)[1]).segments[0].text(21) == text
