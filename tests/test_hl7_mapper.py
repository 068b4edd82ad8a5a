"""HL7 v2 RAS into tellings, field by field, each with a decoy beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.facts import (
    Administration,
    AdministrationStatus,
    Coding,
    DrugGiven,
    Encounter,
    Method,
    PatientClass,
    Purpose,
    Quantity,
    Reference,
    Route,
)
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from mappers.telling import Action, Fault, Ignored, Item, Reading, Telling

SETTINGS = ReadingSettings(ZoneInfo("America/Chicago"), frozenset({"HOSP|PRACTICE"}))

MSH = r"MSH|^~\&|MAR^not this|HOSP|ANY|ANY|20260303104500||RAS^O17^RAS_O17|CTRL-1|P|2.5.1"
# PID-3 holds an insurance number first: the repetition typed MR is the patient. PID-18 is the account.
PID = "PID|1|old|INS-1^^^PAYER^SN~12345^^^HOSP&1.2.3&ISO^MR||Never^Kept|||||||||||||ACC-1^^^HOSP^AN"
# PV1-50 is another identifier of the visit: PV1-19 is the visit number. PV1-46 is a balance, no time.
PV1 = "PV1|1|O|INF^3^1|||||||||||||||CLINIC|VN-1^^^HOSP^VN" + "|" * 25 + "202603030800||99991231"
# ORC-3 is the filler's number: the placer's wins. ORC-5 IP is here to prove that RXA-20 wins.
ORC = "ORC|RE|ORD-1^MAR|RX-1^PHARM||IP|||||||D1^House^Greg^^^^^^HOSP"
# RXA-1 and RXA-2 count and say nothing; RXA-8 (form) and RXA-9 (note) are no route; RXA-22 is entry time.
RXA = (
    "RXA|0|1|202603030900|202603030931|1594653^dalbavancin^RXNORM^57970-0100-01^Dalvance^NDC|1500|mg^milligram^ISO+"
    "|PO|^by mouth|N1^Ratched^Mildred|ICU|500 mL/hr||||||||CP|A|20260303093200"
)
# RXR-3 IVP is a pump in table 0164, no push.
RXR = "RXR|IV^Intravenous^HL70162|LACF^Left Antecubital Fossa^HL70163|IVP^IV Pump^HL70164"

WHOLE = (MSH, PID, PV1, ORC, RXA, RXR)


def ras(*lines: str) -> bytes:
    return ("\r".join(lines) + "\r").encode()


def with_field(line: str, number: int, text: str) -> str:
    """The line with another text in field `number`, counted as the standard counts."""
    fields = line.split("|")
    place = number - 1 if line.startswith("MSH") else number
    fields += [""] * (place + 1 - len(fields))
    fields[place] = text
    return "|".join(fields)


def rxa(*changes: tuple[int, str]) -> str:
    line = RXA
    for number, text in changes:
        line = with_field(line, number, text)
    return line


def reading(value: bytes) -> Reading:
    return read(Record("mar.hl7", 0, 0, value), SETTINGS)


def items(*lines: str) -> tuple[Item, ...]:
    return reading(ras(*lines)).items


def tellings(*lines: str) -> list[Telling]:
    every = [item for item in items(*lines) if isinstance(item, Telling)]
    assert len(every) == len(items(*lines)), items(*lines)
    return every


def administrations(*lines: str) -> list[Administration]:
    return [each.fact for each in tellings(*lines) if isinstance(each.fact, Administration)]


def told(*lines: str) -> Administration:
    (fact,) = administrations(*lines)
    return fact


def told_visit(pv1: str, *more: str) -> Encounter:
    fact = tellings(MSH, PID, pv1, ORC, *(more or (RXA, RXR)))[0].fact
    assert isinstance(fact, Encounter)
    return fact


def fault(*lines: str) -> Fault:
    (bad,) = [item for item in items(*lines) if isinstance(item, Fault)]
    return bad


def test_every_field_of_an_administration() -> None:
    assert told(*WHOLE) == Administration(
        key="",
        patient="HOSP|12345",
        status=AdministrationStatus.COMPLETED,
        start=datetime(2026, 3, 3, 15, 0, tzinfo=UTC),
        end=datetime(2026, 3, 3, 15, 31, tzinfo=UTC),
        drugs=(
            DrugGiven(
                (
                    Coding("http://www.nlm.nih.gov/research/umls/rxnorm", "1594653", "dalbavancin"),
                    Coding("http://hl7.org/fhir/sid/ndc", "57970-0100-01", "Dalvance"),
                ),
                "dalbavancin",
                Quantity(Decimal(1500), "mg"),
            ),
        ),
        route=Route.INTRAVENOUS,
        rate=Quantity(Decimal(500), "mL/hr"),
        access="Left Antecubital Fossa",
        order="ORD-1",
        encounter="VN|VN-1",
        ordered_by=Reference(None, "HOSP", "D1", "Greg House"),
        given_by=Reference(None, None, "N1", "Mildred Ratched"),
    )


def test_what_the_tellings_say_of_themselves() -> None:
    visit, given_drug = tellings(*WHOLE)
    assert (visit.kind, given_drug.kind) == ("encounter", "administration")
    assert (visit.identifiers, given_drug.identifiers) == (("VN|VN-1",), ())
    assert (visit.order, given_drug.order) == (None, "ORD-1")
    assert given_drug.start == given_drug.fact.start
    assert visit.digest != given_drug.digest
    for each in (visit, given_drug):
        assert (each.source, each.whole, each.action, each.ignored) == ("hl7v2:MAR", False, Action.ADD, None)
        assert each.asserted == datetime(2026, 3, 3, 16, 45, tzinfo=UTC)
        assert (each.message_id, each.cleared) == ("CTRL-1", frozenset())
        assert each.patient_reference == Reference(system="HOSP", value="12345")


def test_every_field_of_a_visit() -> None:
    assert told_visit(PV1) == Encounter(
        key="",
        patient="HOSP|12345",
        patient_class=PatientClass.OUTPATIENT,
        start=datetime(2026, 3, 3, 14, 0, tzinfo=UTC),
        department="INF",
        account=Reference(system="HOSP", value="ACC-1"),
        references=(Reference(system="HOSP", value="VN-1"),),
    )


@pytest.mark.parametrize(
    ("patient_class", "patient_type", "meaning"),
    [
        ("I", "", PatientClass.INPATIENT),
        ("IP", "", PatientClass.INPATIENT),
        ("O", "", PatientClass.OUTPATIENT),
        ("R", "", PatientClass.OUTPATIENT),
        ("E", "", PatientClass.EMERGENCY),
        ("OBS", "", PatientClass.OBSERVATION),
        ("O", "OBS", PatientClass.OBSERVATION),
        ("O", "OBSTETRICS", PatientClass.OUTPATIENT),
        ("B", "", PatientClass.UNKNOWN),
        ("C", "", PatientClass.UNKNOWN),
        ("N", "", PatientClass.UNKNOWN),
        ("P", "", PatientClass.UNKNOWN),
        ("U", "", PatientClass.UNKNOWN),
        ("", "", PatientClass.UNKNOWN),
    ],
)
def test_class_of_a_visit(patient_class: str, patient_type: str, meaning: PatientClass) -> None:
    pv1 = with_field(with_field(PV1, 2, patient_class), 18, patient_type)
    assert told_visit(pv1).patient_class is meaning


@pytest.mark.parametrize(
    ("pid", "pv1", "key"),
    [
        (PID, PV1, "VN|VN-1"),
        (PID, with_field(PV1, 19, ""), "AN|ACC-1"),
        (PID, with_field(PV1, 19, '""'), "AN|ACC-1"),
        (with_field(PID, 18, ""), with_field(PV1, 19, ""), "day:HOSP|12345|2026-03-03"),
    ],
)
def test_a_visit_is_known_by_number_account_or_day(pid: str, pv1: str, key: str) -> None:
    visit, given_drug = tellings(MSH, pid, pv1, ORC, RXA, RXR)
    assert visit.identifiers == (key,)
    assert isinstance(given_drug.fact, Administration)
    assert given_drug.fact.encounter == key


def test_without_pv1_there_is_no_telling_of_a_visit_but_the_account_names_it() -> None:
    (only,) = tellings(MSH, PID, ORC, RXA, RXR)
    assert isinstance(only.fact, Administration)
    assert only.fact.encounter == "AN|ACC-1"


def test_the_day_of_a_visit_is_the_first_charted_at_the_site() -> None:
    late, early = rxa((3, "20260304053000+0000"), (4, "")), rxa((3, "202603040001"), (4, ""))
    first, second = administrations(MSH, with_field(PID, 18, ""), ORC, early, late, RXR)
    assert first.encounter == second.encounter == "day:HOSP|12345|2026-03-03"


@pytest.mark.parametrize(
    ("pid3", "key"),
    [
        ("1^^^HOSP", "HOSP|1"),
        ("1^^^^MR", "|1"),
        ("1^^^&2.16.840&ISO^MR", "2.16.840|1"),
        ("1^^^A^PI~2^^^B^PI", "A|1"),
        ("^^^A^MR~2^^^B^PI", "B|2"),
    ],
)
def test_patient(pid3: str, key: str) -> None:
    assert told(MSH, with_field(PID, 3, pid3), ORC, RXA, RXR).patient == key


@pytest.mark.parametrize("pid", [with_field(PID, 3, ""), with_field(PID, 3, '""'), with_field(PID, 3, "^^^HOSP"), PV1])
def test_no_patient_is_one_fault_for_the_message(pid: str) -> None:
    assert [item.path for item in items(MSH, pid, ORC, RXA, RXR) if isinstance(item, Fault)] == ["PID-3"]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("202603030900", datetime(2026, 3, 3, 15, 0, tzinfo=UTC)),
        ("20260303090059", datetime(2026, 3, 3, 15, 0, 59, tzinfo=UTC)),
        ("20260303090059.5", datetime(2026, 3, 3, 15, 0, 59, 500000, UTC)),
        ("202603030900-0500", datetime(2026, 3, 3, 14, 0, tzinfo=UTC)),
        ("20260303090000+0000", datetime(2026, 3, 3, 9, 0, tzinfo=UTC)),
        ("202607010900", datetime(2026, 7, 1, 14, 0, tzinfo=UTC)),
        ("202611010130", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),  # twice that night: the earlier of the two
        ("202603080300", datetime(2026, 3, 8, 8, 0, tzinfo=UTC)),  # the first minute after the clocks went forward
        ("2026030309", None),
        ("20260303", None),
        ("202603", None),
        ('""', None),
    ],
)
def test_start(text: str, instant: datetime | None) -> None:
    assert told(MSH, PID, ORC, rxa((3, text), (4, "")), RXR).start == instant


@pytest.mark.parametrize(
    "text", ["202603080230", "20260230", "202603032500", "2026052911150700", "soon", "202603030900+2500", "2026-03-03"]
)
def test_a_start_that_is_no_time_is_a_fault(text: str) -> None:
    bad = fault(MSH, PID, ORC, rxa((3, text), (4, "")), RXR)
    assert (bad.path, bad.said, bad.reason) == ("RXA[1]-3", text, "not a time")


def test_the_zone_has_a_word_about_times_it_skipped() -> None:
    assert "America/Chicago" in fault(MSH, PID, ORC, rxa((3, "202603080230")), RXR).wanted


@pytest.mark.parametrize(
    ("number", "text", "path"),
    [
        (3, "", "RXA[2]-3"),
        (4, "202603030859", "RXA[2]-4"),
        (4, "later", "RXA[2]-4"),
        (6, "some", "RXA[2]-6"),
        (6, "-1", "RXA[2]-6"),
        (21, "Given", "RXA[2]-21"),
    ],
)
def test_a_bad_field_is_the_fault_of_its_item_alone(number: int, text: str, path: str) -> None:
    visit, good, bad = items(MSH, PID, PV1, ORC, RXA, rxa((number, text)), RXR)
    assert isinstance(visit, Telling)
    assert isinstance(good, Telling)
    assert isinstance(bad, Fault)
    assert bad.path == path


def test_a_bad_visit_does_not_take_the_administrations_with_it() -> None:
    bad, good = items(MSH, PID, with_field(PV1, 44, "@admission"), ORC, RXA, RXR)
    assert isinstance(bad, Fault)
    assert bad.path == "PV1-44"
    assert isinstance(good, Telling)


def test_an_end_at_the_start_is_one_charted_time() -> None:
    fact = told(MSH, PID, ORC, rxa((4, "202603030900"), (20, "")), RXR)
    assert fact.end is None


@pytest.mark.parametrize(
    ("dose", "unit", "quantity"),
    [
        ("1.50", "mg", Quantity(Decimal("1.50"), "mg")),
        (".5", "^milligram", Quantity(Decimal("0.5"), "milligram")),
        ("300", "", Quantity(Decimal(300), None)),
        ("999", "", None),
        ("999", "mg", Quantity(Decimal(999), "mg")),
        ("", "mg", None),
        ('""', "mg", None),
    ],
)
def test_dose(dose: str, unit: str, quantity: Quantity | None) -> None:
    assert told(MSH, PID, ORC, rxa((6, dose), (7, unit)), RXR).drugs[0].dose == quantity


@pytest.mark.parametrize(
    ("code", "drug"),
    [
        ("^fish oil", DrugGiven((), "fish oil")),
        ("A^b^LOCAL", DrugGiven((Coding("LOCAL", "A", "b"),), "b")),
        ("A^b", DrugGiven((Coding(None, "A", "b"),), "b")),
        (r"A^b \T\ c^99X", DrugGiven((Coding("99X", "A", "b & c"),), "b & c")),
        ("A^b^L^^^^^^^J0875^^HCPCS", DrugGiven((
            Coding("L", "A", "b"), Coding("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "J0875")
        ), "b")),
    ],
)  # fmt: skip
def test_drug(code: str, drug: DrugGiven) -> None:
    assert told(MSH, PID, ORC, rxa((5, code), (6, ""), (7, "")), RXR).drugs == (drug,)


def test_no_drug_is_no_drug() -> None:
    assert told(MSH, PID, ORC, rxa((5, "")), RXR).drugs == ()


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("100 mL/hr", Quantity(Decimal(100), "mL/hr")),
        ("100mg/min", Quantity(Decimal(100), "mg/min")),
        ("0.5 mcg/kg/min", Quantity(Decimal("0.5"), "mcg/kg/min")),
        ("0", Quantity(Decimal(0), None)),
        ("", None),
        ("N1 Ratched", None),
        ("5-10 mL/hr", None),
        ("100 mL per hour", None),
    ],
)
def test_rate(text: str, quantity: Quantity | None) -> None:
    assert told(MSH, PID, ORC, rxa((12, text)), RXR).rate == quantity


@pytest.mark.parametrize(
    ("changes", "order_status", "status"),
    [
        (((20, "CP"),), "IP", AdministrationStatus.COMPLETED),
        (((20, "PA"),), "", AdministrationStatus.STOPPED),
        (((20, "RE"),), "IP", AdministrationStatus.NOT_DONE),
        (((20, "NA"),), "", AdministrationStatus.NOT_DONE),
        (((20, "Given"),), "CM", AdministrationStatus.UNKNOWN),
        (((20, "20260505201000"),), "CM", AdministrationStatus.UNKNOWN),
        (((20, "CP"), (18, "00^Parental refusal^NIP002")), "CM", AdministrationStatus.NOT_DONE),
        (((20, "CP"), (18, '""')), "CM", AdministrationStatus.COMPLETED),
        (((19, "CP"), (20, "")), "IP", AdministrationStatus.COMPLETED),
        (((19, "NA"), (20, "")), "CM", AdministrationStatus.NOT_DONE),
        (((19, "RE"), (20, "")), "", AdministrationStatus.NOT_DONE),
        (((19, "RE"), (20, "")), "IP", AdministrationStatus.IN_PROGRESS),
        (((19, "CP"), (20, "A")), "CM", AdministrationStatus.UNKNOWN),
        (((19, "E86.0^Dehydration^I10"), (20, "")), "CM", AdministrationStatus.COMPLETED),
        (((20, ""),), "IP", AdministrationStatus.IN_PROGRESS),
        (((20, ""),), "CM^Complete", AdministrationStatus.COMPLETED),
        (((20, ""),), "CP", AdministrationStatus.COMPLETED),
        (((20, ""),), "SC", AdministrationStatus.COMPLETED),
        (((20, ""), (4, "")), "SC", AdministrationStatus.UNKNOWN),
        (((20, "CP"), (21, "D")), "CM", AdministrationStatus.ENTERED_IN_ERROR),
    ],
)
def test_status(changes: tuple[tuple[int, str], ...], order_status: str, status: AdministrationStatus) -> None:
    assert told(MSH, PID, with_field(ORC, 5, order_status), rxa(*changes), RXR).status is status


@pytest.mark.parametrize(
    ("text", "action"),
    [("", Action.ADD), ("A", Action.ADD), ("X", Action.ADD), ("U", Action.UPDATE), ("D", Action.DELETE)],
)
def test_action(text: str, action: Action) -> None:
    assert tellings(MSH, PID, ORC, rxa((21, text)), RXR)[0].action is action


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("IV", Route.INTRAVENOUS),
        ("IVP^IV Push^HL70162", Route.INTRAVENOUS),
        ("IVPB", Route.INTRAVENOUS),
        ("^Intravenous", Route.INTRAVENOUS),
        ("SC^Subcutaneous^HL70162", Route.SUBCUTANEOUS),
        ("SQ^^L", Route.SUBCUTANEOUS),
        ("IM", Route.INTRAMUSCULAR),
        ("IA", Route.INTRA_ARTERIAL),
        ("IT", Route.OTHER),
        ("78421000^^SCT", Route.INTRAMUSCULAR),
        ("INJ^Injection", None),
        ("P0^mouth, with a zero^HL70162", None),
        ("OTH^Other/Miscellaneous^HL70162", None),
        ("39^^99LOCAL", None),
    ],
)
def test_route(text: str, route: Route | None) -> None:
    (said,) = tellings(MSH, PID, ORC, RXA, with_field(RXR, 1, text))
    assert isinstance(said.fact, Administration)
    assert (said.fact.route, said.fact.method, said.ignored) == (route, None, None)


@pytest.mark.parametrize(
    ("text", "kind"), [("PO", "oral route"), ("PR^Rectal^HL70162", "rectal route"), ("TD", "transdermal route")]
)
def test_a_route_that_is_not_injected_is_ignored_by_kind(text: str, kind: str) -> None:
    assert tellings(MSH, PID, ORC, RXA, with_field(RXR, 1, text))[0].ignored == kind


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("IVP^IV Push^HL70165", Method.PUSH),
        ("^push", Method.PUSH),
        ("^Continuous infusion", Method.INFUSION),
        ("IVPB^IV Piggyback^HL70165", None),
        ("CH^Chew^HL70165", None),
    ],
)
def test_method(text: str, method: Method | None) -> None:
    assert told(MSH, PID, ORC, RXA, with_field(RXR, 4, text)).method is method


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


@pytest.mark.parametrize(("said", "kind"), [("ADT^A08^ADT_A01", "ADT^A08"), ("ACK", "ACK"), ("VXU^V04", "VXU^V04")])
def test_other_messages_are_ignored_by_type(said: str, kind: str) -> None:
    assert items(with_field(MSH, 9, said), "PID|1") == (Ignored(f"hl7v2 {kind}"),)


@pytest.mark.parametrize("said", ["", "1234567890", "Smith^John", "ras^o17"])
def test_a_type_that_is_none_is_a_fault_and_no_kind(said: str) -> None:
    assert fault(with_field(MSH, 9, said), PID, RXA).path == "MSH-9"


@pytest.mark.parametrize("version", ["2.3", "2.2", "2.5.2", "2.8.2", "2.9", "2.9.1", "2.5.1^USA^1.0"])
def test_a_version_hl7apy_does_not_know_is_read_as_its_neighbour(version: str) -> None:
    assert told(with_field(MSH, 12, version), PID, ORC, RXA, RXR).status is AdministrationStatus.COMPLETED


@pytest.mark.parametrize("version", ["", "...", "3.0", "2.5x"])
def test_a_version_that_is_none_is_a_fault(version: str) -> None:
    assert fault(with_field(MSH, 12, version), PID, ORC, RXA, RXR).path == "MSH-12"


@pytest.mark.parametrize("separators", ["^&", "^~~&", "^"])
def test_broken_encoding_characters_are_a_fault(separators: str) -> None:
    assert fault(with_field(MSH, 2, separators), PID, ORC, RXA, RXR).path == "MSH"


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
