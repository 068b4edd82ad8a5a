"""HL7 v2 groups, messages and faults into items, each with a decoy beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.facts import (
    Administration,
    AdministrationStatus,
    Purpose,
    Quantity,
    Route,
)
from mappers.telling import Fault, Ignored, Telling
from tests.hl7_samples import (
    MSH,
    ORC,
    PID,
    PV1,
    RXA,
    RXR,
    WHOLE,
    administrations,
    fault,
    items,
    ras,
    reading,
    rxa,
    tellings,
    told,
    with_field,
)


def test_no_rxr_is_no_route() -> None:
    fact = told(MSH, PID, ORC, RXA)
    assert (fact.route, fact.access, fact.method) == (None, None, None)


IV, IM, SC = (f"RXR|{code}" for code in ("IV", "IM", "SC"))
RXE = "RXE||A^a|1||mg"


@pytest.mark.parametrize(
    ("lines", "routes"),
    [
        ((ORC, RXA, RXA, IV, RXA, SC), [Route.INTRAVENOUS, Route.INTRAVENOUS, Route.SUBCUTANEOUS]),
        ((ORC, IV, RXA, RXA), [Route.INTRAVENOUS, Route.INTRAVENOUS]),
        ((ORC, IV, RXA, SC, RXA), [Route.INTRAVENOUS, Route.SUBCUTANEOUS]),
        ((ORC, RXE, IM, RXA, IV), [Route.INTRAVENOUS]),
        ((ORC, RXE, IM, IV, RXA, SC), [Route.SUBCUTANEOUS]),
        ((ORC, RXE, IM, RXA), [Route.INTRAMUSCULAR]),
        ((ORC, RXA, IV, ORC, RXA), [Route.INTRAVENOUS, None]),
        ((ORC, RXA, "OBX|1", RXA, IV), [None, Route.INTRAVENOUS]),
        ((RXA, IV), [Route.INTRAVENOUS]),
        ((ORC, RXA, IV, RXA), [Route.INTRAVENOUS, Route.INTRAVENOUS]),
    ],
)
def test_which_rxr_speaks_of_which_rxa(lines: tuple[str, ...], routes: list[Route | None]) -> None:
    assert [fact.route for fact in administrations(MSH, PID, *lines)] == routes


def test_order_number() -> None:
    assert told(MSH, PID, with_field(ORC, 2, ""), RXA, RXR).order == "RX-1"
    assert told(MSH, PID, RXA, RXR).order is None
    second = with_field(ORC, 2, "ORD-2")
    assert [fact.order for fact in administrations(MSH, PID, ORC, RXA, RXR, second, RXA, RXR)] == ["ORD-1", "ORD-2"]


def test_the_components_of_a_bag() -> None:
    ordered = ("RXO|X^^", "RXC|A|OLD^old order^L|9|mg^mg")
    encoded = (RXE, "RXC|B|NS^saline^L|250|mL^mL", "RXC|A|K^potassium^L|40|meq^meq")
    fact = told(MSH, PID, ORC, *ordered, *encoded, RXA, RXR)
    assert [(drug.text, drug.dose) for drug in fact.drugs] == [
        ("saline", Quantity(Decimal(250), "mL")),
        ("potassium", Quantity(Decimal(40), "meq")),
    ]
    both = administrations(MSH, PID, ORC, *encoded, RXA, RXA, RXR)
    assert [fact.drugs[0].text for fact in both] == ["dalbavancin", "dalbavancin"]


def test_a_bad_component_is_named() -> None:
    assert fault(MSH, PID, ORC, "RXC|A|K^potassium|much|meq", RXA, RXR).path == "RXC[1]-3"


def observation(code: str, value: str) -> str:
    return f"OBX|1|ST|{code}^words^99H||{value}"


def test_observations_speak_of_the_rxa_before_them() -> None:
    attended = observation("ATTENDED", "Y")
    purpose = observation("PURPOSE", "keep-vein-open")
    access = observation("SECOND-ACCESS", "protocol")
    first, second = administrations(MSH, PID, ORC, RXA, RXR, attended, purpose, RXA, RXR, access)
    assert (first.attended, first.purpose, first.second_access) == (True, Purpose.KEEP_VEIN_OPEN, None)
    assert (second.attended, second.purpose, second.second_access) == (None, None, "protocol")


@pytest.mark.parametrize("code", ["ATTENDED", "PURPOSE", "SECOND-ACCESS"])
def test_an_observation_that_says_what_it_cannot_is_a_fault(code: str) -> None:
    bad = fault(MSH, PID, ORC, RXA, RXR, observation(code, "perhaps"))
    assert (bad.path, bad.said) == ("OBX[1]-5", "perhaps")


def test_two_quotes_clear_a_field() -> None:
    line = rxa((4, '""'), (5, '""'), (10, '""'), (12, '""'))
    (said,) = tellings(MSH, PID, ORC, line, 'RXR|""|""||""')
    assert said.cleared == {"end", "drugs", "given_by", "rate", "route", "access", "method"}
    assert isinstance(said.fact, Administration)
    assert (said.fact.end, said.fact.drugs, said.fact.route) == (None, (), None)
    visit = tellings(MSH, PID, with_field(with_field(PV1, 3, '""'), 45, '""'), ORC, RXA, RXR)[0]
    assert visit.cleared == {"department", "end"}


@pytest.mark.parametrize(
    ("msh", "pid", "kind"),
    [
        (with_field(MSH, 11, "T"), PID, "test message"),
        (with_field(MSH, 11, "D^A"), PID, "test message"),
        (MSH, with_field(PID, 3, "PRACTICE^^^HOSP^MR"), "test patient"),
        (MSH, with_field(PID, 3, "PRACTICE^^^ELSEWHERE^MR"), None),
    ],
)
def test_tests_are_ignored_but_told(msh: str, pid: str, kind: str | None) -> None:
    assert [each.ignored for each in tellings(msh, pid, PV1, ORC, RXA, RXR)] == [kind, kind]


def test_a_vaccine_is_ignored() -> None:
    assert tellings(MSH, PID, ORC, rxa((5, "85^hep B^CVX")), RXR)[0].ignored == "immunization"


@pytest.mark.parametrize("said", ["RAS^O17", "RAS", "RAS^O01", "RAS^O17^RAS_O17"])
def test_what_is_read(said: str) -> None:
    assert told(with_field(MSH, 9, said), PID, ORC, RXA, RXR) == told(MSH, PID, ORC, RXA, RXR)


@pytest.mark.parametrize(("said", "kind"), [("ADT^A31^ADT_A05", "ADT^A31"), ("ACK", "ACK"), ("VXU^V04", "VXU^V04")])
def test_other_messages_are_ignored_by_type(said: str, kind: str) -> None:
    assert items(with_field(MSH, 9, said), "PID|1") == (Ignored(f"hl7v2 {kind}"),)


@pytest.mark.parametrize("said", ["", "1234567890", "Smith^John", "ras^o17"])
def test_a_type_that_is_none_is_a_fault_and_no_kind(said: str) -> None:
    assert fault(with_field(MSH, 9, said), PID, RXA).path == "MSH-9"


@pytest.mark.parametrize("version", ["2.3", "2.2", "2.5.2", "2.8.2", "2.9", "2.9.1", "2.5.1^USA^1.0"])
def test_every_version_is_read_alike(version: str) -> None:
    assert told(with_field(MSH, 12, version), PID, ORC, RXA, RXR).status is AdministrationStatus.COMPLETED


@pytest.mark.parametrize("version", ["", "...", "3.0", "2.5x"])
def test_a_version_that_is_none_is_a_fault(version: str) -> None:
    assert fault(with_field(MSH, 12, version), PID, ORC, RXA, RXR).path == "MSH-12"


@pytest.mark.parametrize("separators", ["", "^~~&", "^^^^", "^~a&", '^~"&', "^~\\&#$"])
def test_encoding_characters_that_part_nothing_are_a_fault(separators: str) -> None:
    assert fault(with_field(MSH, 2, separators), PID, ORC, RXA, RXR).path == "MSH-2"


@pytest.mark.parametrize("separators", ["^&", "^", "^~\\\\&", "^~\\&#"])
def test_the_standard_encoding_characters_cut_short_or_doubled_are_still_the_standard_ones(separators: str) -> None:
    said = told(with_field(MSH, 2, separators), PID, ORC, RXA, RXR)
    assert (said.patient, said.drugs) == ("urn:oid:1.2.3|12345", told(MSH, PID, ORC, RXA, RXR).drugs)


def test_other_separators_are_as_good() -> None:
    turned = [line.translate(str.maketrans("|^~&", "*:!%")) for line in WHOLE]
    assert told(*turned).drugs == told(*WHOLE).drugs


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\r"])
def test_line_ends_bom_and_frame_are_no_matter(end: str) -> None:
    text = end.join(WHOLE) + end
    assert len(reading(text.encode("utf-8-sig")).items) == 2
    assert len(reading(b"\x0b" + text.encode() + b"\x1c\r").items) == 2


@pytest.mark.parametrize(
    ("named", "codec"),
    [
        ("", "utf-8"),
        ("UNICODE UTF-8", "utf-8"),
        ("8859/1", "latin-1"),
        ("~ISO IR87", "iso2022_jp"),
        ("~ISO IR87", "utf-8"),
    ],
)
def test_character_sets(named: str, codec: str) -> None:
    text = "é" if codec == "latin-1" else "薬"
    lines = [with_field(MSH, 18, named), PID, ORC, rxa((5, f"A^{text}^L")), RXR]
    (item,) = reading("\r".join(lines).encode(codec)).items
    assert isinstance(item, Telling)
    assert isinstance(item.fact, Administration)
    assert item.fact.drugs[0].text == text


def test_text_that_is_not_what_msh_18_says_is_a_fault() -> None:
    for named in ("", "UNHEARD OF"):
        (item,) = reading("\r".join([with_field(MSH, 18, named), PID, rxa((5, "é"))]).encode("latin-1")).items
        assert isinstance(item, Fault)
        assert item.path == "MSH-18"


def test_a_message_without_an_administration_says_so_and_keeps_its_visit() -> None:
    visit, bad = items(MSH, PID, PV1, ORC, RXR)
    assert isinstance(visit, Telling)
    assert isinstance(bad, Fault)
    assert bad.path == "RXA"


def test_an_asserted_time_to_the_day_is_none_and_a_bad_one_a_fault() -> None:
    assert tellings(with_field(MSH, 7, "20260303"), PID, ORC, RXA, RXR)[0].asserted is None
    assert fault(with_field(MSH, 7, "2026052911150700"), PID, ORC, RXA, RXR).path == "MSH-7"


def test_the_time_of_a_reading() -> None:
    assert reading(ras(*WHOLE)).time == datetime(2026, 3, 3, 16, 45, tzinfo=UTC)
    assert reading(ras(with_field(MSH, 7, ""), *WHOLE[1:])).time == datetime(2026, 3, 3, 15, 31, tzinfo=UTC)


@pytest.mark.parametrize("raw", [b"", b"MSH", b"MSHx", b"MSH|", b"FHS|^~\\&|", b"\x1f\x8b", b"PID|1||12345"])
def test_what_is_no_message_is_one_fault(raw: bytes) -> None:
    (item,) = reading(raw).items
    assert isinstance(item, Fault)


@settings(derandomize=True, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 600))
def test_no_bytes_raise(noise: bytes, place: int) -> None:
    whole = ras(*WHOLE)
    assert reading(whole[:place] + noise + whole[place + len(noise) :]).items


@settings(derandomize=True, deadline=None)
@given(st.sampled_from(range(1, 27)), st.text(max_size=12))
def test_no_field_raises(number: int, text: str) -> None:
    assert len(items(MSH, PID, ORC, rxa((number, text.translate({13: None, 10: None}))), RXR)) >= 1
