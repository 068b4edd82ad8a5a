"""HL7 v2 administrations into tellings, field by field, each with a decoy beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from coder.facts import (
    Administration,
    AdministrationStatus,
    Coding,
    DrugGiven,
    Encounter,
    Method,
    PatientClass,
    Pump,
    Quantity,
    Reference,
    Route,
)
from mappers.telling import Action, Fault, Telling
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
    rxa,
    tellings,
    told,
    told_visit,
    with_field,
)


def test_every_field_of_an_administration() -> None:
    assert told(*WHOLE) == Administration(
        key="",
        patient="urn:oid:1.2.3|12345",
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
        pump=Pump.STATIONARY,
    )


@pytest.mark.parametrize(
    ("device", "pump"),
    [
        ("PCA^PCA Pump^HL70164", Pump.STATIONARY),
        ("^Ambulatory pump", Pump.PORTABLE),
        ("IVS^IV Soluset^HL70164", None),
        ("HL^Heparin Lock^HL70164", None),
        ("", None),
    ],
)
def test_the_pump_of_a_device(device: str, pump: Pump | None) -> None:
    assert told(MSH, PID, ORC, RXA, with_field(RXR, 3, device)).pump is pump


def test_what_the_tellings_say_of_themselves() -> None:
    visit, given_drug = tellings(*WHOLE)
    assert (visit.kind, given_drug.kind) == ("encounter", "administration")
    assert (visit.identifiers, given_drug.identifiers) == (("VN|VN-1",), ())
    assert (visit.order, given_drug.order) == (None, "ORD-1")
    assert isinstance(given_drug.fact, Administration)
    assert given_drug.start == given_drug.fact.start
    assert visit.digest != given_drug.digest
    for each in (visit, given_drug):
        assert (each.source, each.whole, each.action, each.ignored) == ("hl7v2:MAR", False, Action.ADD, None)
        assert each.asserted == datetime(2026, 3, 3, 16, 45, tzinfo=UTC)
        assert (each.message_id, each.cleared) == ("CTRL-1", frozenset())
        assert each.patient_reference == Reference(system="urn:oid:1.2.3", value="12345")


def test_every_field_of_a_visit() -> None:
    assert told_visit(PV1) == Encounter(
        key="",
        patient="urn:oid:1.2.3|12345",
        patient_class=PatientClass.OUTPATIENT,
        start=datetime(2026, 3, 3, 14, 0, tzinfo=UTC),
        department="INF",
        account=Reference(system="HOSP", value="ACC-1"),
        references=(Reference(system="HOSP", value="VN-1"),),
        series=False,
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
        (with_field(PID, 18, ""), with_field(PV1, 19, ""), "day:urn:oid:1.2.3|12345|2026-03-03"),
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
    assert first.encounter == second.encounter == "day:urn:oid:1.2.3|12345|2026-03-03"


@pytest.mark.parametrize(
    ("pid3", "key"),
    [
        ("1^^^HOSP", "HOSP|1"),
        ("1^^^^MR", "|1"),
        ("1^^^&2.16.840&ISO^MR", "urn:oid:2.16.840|1"),
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
        (21, "Mixed", "RXA[2]-21"),
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
        ("100 mL per hour", Quantity(Decimal(100), "mL/hour")),
        ("infuse at 2.5 mL / hr via pump", Quantity(Decimal("2.5"), "mL/hr")),
        ("Rate: 12 units/kg/hr", Quantity(Decimal(12), "units/kg/hr")),
        ("off", Quantity(Decimal(0), None)),
        ("5 to 10 mL/hr", None),
        ("increase by 50 mL/hr", None),
        ("50 mL/hr, then 100 mL/hr", None),
        ("1,000 mL/hr", None),
        ("9" * 100, None),
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
        (((19, "CP"), (20, "A"), (21, "")), "IP", AdministrationStatus.COMPLETED),
        (((19, "CP"), (20, "D"), (21, "")), "CM", AdministrationStatus.ENTERED_IN_ERROR),
        (((19, "CP"), (20, "20260505201000")), "IP", AdministrationStatus.COMPLETED),
        (((20, ""), (21, "CP")), "IP", AdministrationStatus.COMPLETED),
        (((20, ""), (21, "NA")), "CM", AdministrationStatus.NOT_DONE),
        (((19, "E86.0^Dehydration^I10"), (20, "")), "CM", AdministrationStatus.COMPLETED),
        (((20, ""),), "IP", AdministrationStatus.IN_PROGRESS),
        (((20, ""),), "CM^Complete", AdministrationStatus.COMPLETED),
        (((20, ""),), "CP", AdministrationStatus.COMPLETED),
        (((20, ""),), "SC", AdministrationStatus.COMPLETED),
        (((20, ""), (4, "")), "SC", AdministrationStatus.IN_PROGRESS),
        (((20, ""), (4, ""), (12, "0 mL/hr")), "SC", AdministrationStatus.UNKNOWN),
        (((20, ""), (4, ""), (12, "")), "SC", AdministrationStatus.UNKNOWN),
        (((20, ""),), "HD", AdministrationStatus.ON_HOLD),
        (((20, ""),), "DC", AdministrationStatus.STOPPED),
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
        ("IT", Route.INTRATHECAL),
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
