"""What ADT and any other message say of a visit: classes over time, who pays, diagnoses, what else was done."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from coder.facts import (
    AdmissionOrder,
    ClassPeriod,
    Condition,
    Coverage,
    DiagnosisUse,
    Encounter,
    PatientClass,
    Procedure,
    ProcedureKind,
)
from coder.visits.surroundings import coverage_on
from mappers.telling import Action, Fault, Ignored, Telling
from tests.hl7_samples import MSH, ORC, PID, PV1, RXA, RXR, items, tellings, with_field

EVN = "EVN|A01|20260303081500|||CLERK|20260303081000"
OCCURRED = datetime(2026, 3, 3, 14, 10, tzinfo=UTC)
ADMITTED = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
OUTPATIENT, INPATIENT = PatientClass.OUTPATIENT, PatientClass.INPATIENT


def adt(event: str, pv1: str = PV1, *more: str, evn: str = EVN) -> list[Telling]:
    return tellings(with_field(MSH, 9, f"ADT^{event}^ADT_{event}"), evn, PID, pv1, *more)


def visit(event: str, pv1: str = PV1, evn: str = EVN) -> Encounter:
    fact = adt(event, pv1, evn=evn)[0].fact
    assert isinstance(fact, Encounter)
    return fact


@pytest.mark.parametrize("event", ["A01", "A04"])
def test_an_arrival_begins_a_visit_and_its_class(event: str) -> None:
    fact = visit(event)
    assert (fact.start, fact.end, fact.patient_class) == (ADMITTED, None, OUTPATIENT)
    assert fact.classes == (ClassPeriod(OUTPATIENT, ADMITTED),)
    assert visit(event, with_field(PV1, 44, "")).start == OCCURRED


@pytest.mark.parametrize(("event", "said", "meant"), [("A06", "I", INPATIENT), ("A07", "O", OUTPATIENT)])
def test_a_change_of_class_is_so_from_then_on(event: str, said: str, meant: PatientClass) -> None:
    fact = visit(event, with_field(PV1, 2, said))
    assert fact.classes == (ClassPeriod(meant, OCCURRED),)
    assert (fact.patient_class, fact.start) == (meant, ADMITTED)


@pytest.mark.parametrize("event", ["A02", "A03", "A08", "A12", "A13"])
def test_other_events_know_the_class_but_not_since_when(event: str) -> None:
    fact = visit(event)
    assert (fact.patient_class, fact.classes) == (OUTPATIENT, ())


def test_a_class_nobody_knows_gives_no_period() -> None:
    assert visit("A01", with_field(PV1, 2, "X")).classes == ()


def test_a_discharge_ends_the_visit() -> None:
    assert visit("A03").end == OCCURRED
    assert visit("A03", with_field(PV1, 45, "202603031200")).end == datetime(2026, 3, 3, 18, 0, tzinfo=UTC)
    assert visit("A08").end is None


def test_a_cancelled_discharge_clears_the_end() -> None:
    (told,) = adt("A13", with_field(PV1, 45, "202603031200"))
    assert told.cleared == {"end"}
    assert isinstance(told.fact, Encounter)
    assert told.fact.end is None


def test_a_cancelled_arrival_takes_the_visit_back() -> None:
    (told,) = adt("A11")
    assert told.action is Action.DELETE
    assert isinstance(told.fact, Encounter)
    assert told.fact.cancelled


def test_a_transfer_and_its_cancelling_say_where_the_patient_is() -> None:
    assert visit("A02", with_field(PV1, 3, "ICU^1^1")).department == "ICU"
    assert visit("A12", with_field(PV1, 3, "INF^3^1")).department == "INF"


def test_a_patient_who_is_expected_is_not_there_yet() -> None:
    fact = visit("A05")
    assert (fact.start, fact.classes) == (None, ())


@pytest.mark.parametrize(
    ("evn", "at"),
    [
        ("EVN|A06|20260303081500", datetime(2026, 3, 3, 14, 15, tzinfo=UTC)),
        ("EVN|A06", datetime(2026, 3, 3, 16, 45, tzinfo=UTC)),
    ],
)
def test_when_it_happened(evn: str, at: datetime) -> None:
    assert visit("A06", with_field(PV1, 2, "I"), evn).classes == (ClassPeriod(INPATIENT, at),)


@pytest.mark.parametrize(
    ("number", "further", "key"),
    [
        ("", {20: "VN-9^^^HOSP^VN"}, "VN|VN-9"),
        ("", {20: "SELF"}, "AN|ACC-1"),
        ("", {50: "VN-8^^^HOSP^VN"}, "VN|VN-8"),
        ("VN-1", {20: "VN-9^^^HOSP^VN"}, "VN|VN-1"),
    ],
)
def test_a_visit_number_one_field_late_counts_where_it_is_typed_as_one(
    number: str, further: dict[int, str], key: str
) -> None:
    pv1 = with_field(PV1, 19, number)
    for place, text in further.items():
        pv1 = with_field(pv1, place, text)
    assert adt("A08", pv1)[0].identifiers == (key,)


def test_a_visit_without_any_number_is_its_patients_day() -> None:
    items_told = items(with_field(MSH, 9, "ADT^A04"), EVN, with_field(PID, 18, ""), with_field(PV1, 19, ""))
    (told,) = items_told
    assert isinstance(told, Telling)
    assert told.identifiers == ("day:urn:oid:1.2.3|12345|2026-03-03",)


def test_an_adt_that_says_nothing_of_a_visit_is_counted_by_kind() -> None:
    assert items(with_field(MSH, 9, "ADT^A08"), EVN, PID) == (Ignored("hl7v2 ADT^A08"),)


def test_an_adt_without_a_patient_is_a_fault() -> None:
    (bad,) = items(with_field(MSH, 9, "ADT^A01"), EVN, PV1)
    assert isinstance(bad, Fault)
    assert bad.path == "PID-3"


# --- what surrounds a visit -------------------------------------------------------------------------------------------

RAS = (MSH, PID, PV1)


def around(*lines: str, msh: str = MSH) -> list[Telling]:
    told = tellings(msh, PID, PV1, *lines, ORC, RXA, RXR)
    return [each for each in told if each.kind not in {"administration", "encounter"}]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("DG1|1||K35.80^Appendicitis^I10||20260303", "K35.80"),
        ("DG1|1|I10|K35.80^Appendicitis", "K35.80"),
        ("DG1|1||422504002^Stroke^SCT^I63.9^Infarction^I10C", "I63.9"),
        ("DG1|1||K35.80^Appendicitis^ICD-10-CM", "K35.80"),
    ],
)
def test_a_diagnosis(line: str, code: str) -> None:
    (told,) = around(line)
    assert isinstance(told.fact, Condition)
    assert (told.fact.code, told.fact.encounter) == (code, "VN|VN-1")
    assert told.identifiers == (f"VN|VN-1|DG1|{code}",)
    assert (told.kind, told.action) == ("condition", Action.ADD)


@pytest.mark.parametrize(
    ("line", "use", "rank"),
    [
        ("DG1|1||K35.80^A^I10|||A" + "|" * 9 + "1", DiagnosisUse.ADMITTING, 1),
        ("DG1|1||K35.80^A^I10|||F" + "|" * 9 + "2", DiagnosisUse.FINAL, 2),
        ("DG1|1||K35.80^A^I10|||W" + "|" * 9 + "0", DiagnosisUse.WORKING, None),
        ("DG1|1||K35.80^A^I10|||X" + "|" * 9 + "first", None, None),
    ],
)
def test_a_diagnosis_has_a_type_and_a_rank(line: str, use: DiagnosisUse | None, rank: int | None) -> None:
    (told,) = around(line)
    assert isinstance(told.fact, Condition)
    assert (told.fact.use, told.fact.rank) == (use, rank)


def test_one_diagnosis_of_two_types_is_told_of_both() -> None:
    told = around("DG1|1||K35.80^A^I10|||A", "DG1|2||K35.80^A^I10|||F")
    assert len({each.identifiers for each in told}) == 2


@pytest.mark.parametrize("line", ["DG1|1|I9|715.96^Osteoarthrosis^I9", "DG1|1||29857009^Pain^SCT", "DG1|1|||pain"])
def test_a_diagnosis_of_another_code_set_says_nothing(line: str) -> None:
    assert around(line) == []


def test_a_diagnosis_is_taken_back_by_its_action_code() -> None:
    (told,) = around("DG1|1||K35.80^A^I10" + "|" * 18 + "D")
    assert isinstance(told.fact, Condition)
    assert (told.action, told.fact.cancelled) == (Action.DELETE, True)


@pytest.mark.parametrize(
    ("lines", "payer"),
    [
        (["IN1|1|MCR^Medicare A|00431|MEDICARE"], "MEDICARE"),
        (["IN1|1|MCR^Medicare A|00431"], "00431"),
        (["IN1|1|MCR^Medicare A"], "Medicare A"),
        (["IN1|2|X|9|MEDIGAP", "IN1|1|MCR|1|MEDICARE"], "MEDICARE"),
        (["IN1||X|1|AETNA", "IN1||Y|2|SELF PAY"], "AETNA"),
    ],
)
def test_who_pays_first(lines: list[str], payer: str) -> None:
    told = [each.fact for each in around(*lines) if isinstance(each.fact, Coverage)]
    assert len(told) == len(lines)
    first = coverage_on(told, ADMITTED)
    assert (first and first.payer, first and first.rank) == (payer, 1)


@pytest.mark.parametrize(
    ("line", "rank"),
    [
        ("IN1|3|P|1|AETNA", 3),
        ("IN1||P|1|AETNA", 1),
        ("IN1|2|P|1|AETNA" + "|" * 18 + "1", 1),
        ("IN1|2|P|1|AETNA" + "|" * 18 + "primary", 2),
    ],
)
def test_the_place_among_the_payers(line: str, rank: int) -> None:
    (told,) = around(line)
    assert isinstance(told.fact, Coverage)
    assert told.fact.rank == rank


def test_the_number_under_which_the_payer_approved() -> None:
    (told,) = around("IN1|1|P|1|AETNA" + "|" * 10 + "A-77^20260301^phone")
    assert isinstance(told.fact, Coverage)
    assert told.fact.authorisation == "A-77"


def test_a_plan_holds_from_its_first_day_to_its_last() -> None:
    (told,) = around("IN1|1|P|1|AETNA||||||||20260101|20261231")
    assert isinstance(told.fact, Coverage)
    assert told.fact.start == datetime(2026, 1, 1, 6, 0, tzinfo=UTC)
    assert told.fact.end == datetime(2027, 1, 1, 5, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "kind", "code"),
    [
        ("PR1|1||44970^Appendectomy^C4||202603031100||90", ProcedureKind.OPERATION, "44970"),
        ("PR1|1||71045^Chest^CPT||202603031100||90", ProcedureKind.IMAGING, "71045"),
        ("PR1|1||X1^Blood transfusion^L||202603031100||90", ProcedureKind.TRANSFUSION, None),
        ("PR1|1||76164006^Biopsy^SCT||202603031100||90", ProcedureKind.OTHER, None),
    ],
)
def test_a_procedure(line: str, kind: ProcedureKind, code: str | None) -> None:
    (told,) = around(line)
    assert isinstance(told.fact, Procedure)
    assert (told.fact.kind, told.fact.code) == (kind, code)
    assert told.fact.start == datetime(2026, 3, 3, 17, 0, tzinfo=UTC)
    assert told.fact.end == datetime(2026, 3, 3, 18, 30, tzinfo=UTC)


def test_a_procedure_to_the_day_has_no_time() -> None:
    (told,) = around("PR1|1||44970^Appendectomy^C4||20260303||90")
    assert isinstance(told.fact, Procedure)
    assert (told.fact.start, told.fact.end) == (None, None)


def ft1(kind: str = "CG", count: str = "1", code: str = "99284^ED visit^C4", charge: str = "4711^ED^L") -> str:
    return f"FT1|1|T1||202603030900||{kind}|{charge}|||{count}" + "|" * 15 + code


@pytest.mark.parametrize(
    ("line", "cancelled"), [(ft1(), False), (ft1("CD"), True), (ft1(count="-1"), True), (ft1(""), False)]
)
def test_a_service_that_somebody_else_charged_for(line: str, cancelled: bool) -> None:
    (told,) = around(line, msh=with_field(MSH, 9, "RAS^O17"))
    assert isinstance(told.fact, Procedure)
    assert (told.fact.kind, told.fact.code, told.fact.cancelled) == (ProcedureKind.EVALUATION, "99284", cancelled)
    assert told.identifiers == ("VN|VN-1|FT1|99284|2026-03-03",)


def test_the_charge_code_may_be_the_billing_code() -> None:
    (told,) = around(ft1(code="", charge="71045^Chest^C4"))
    assert isinstance(told.fact, Procedure)
    assert told.fact.kind is ProcedureKind.IMAGING


@pytest.mark.parametrize("line", [ft1("PY"), ft1("CO"), ft1("AJ"), ft1(code="00409-1273-32^lorazepam^NDC")])
def test_payments_and_local_charges_say_nothing(line: str) -> None:
    assert around(line) == []


def test_a_bad_date_of_what_surrounds_is_a_fault_of_its_own() -> None:
    told = items(MSH, PID, PV1, "DG1|1||K35.80^A^I10||soon", ORC, RXA, RXR)
    assert [type(item) for item in told] == [Telling, Fault, Telling]
    (bad,) = [item for item in told if isinstance(item, Fault)]
    assert bad.path == "DG1[1]-5"


def order(control: str = "NW", code: str = "ADM^Admit to Inpatient^L") -> list[Telling]:
    orc = f"ORC|{control}|AO-1^HIS|||||||202603031300||||||202603031330"
    told = tellings_of_kind("ORM^O01", orc, f"OBR|1|AO-1^HIS||{code}")
    return [each for each in told if each.kind == "admission-order"]


def tellings_of_kind(kind: str, *lines: str) -> list[Telling]:
    return [item for item in items(with_field(MSH, 9, kind), PID, PV1, *lines) if isinstance(item, Telling)]


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("ADM^Admit to Inpatient^L", INPATIENT),
        ("32485007^Hospital admission^SCT", INPATIENT),
        ("OBS^Place in Observation^L", PatientClass.OBSERVATION),
    ],
)
def test_an_order_to_admit(code: str, meant: PatientClass) -> None:
    (told,) = order(code=code)
    assert isinstance(told.fact, AdmissionOrder)
    assert (told.fact.patient_class, told.fact.cancelled) == (meant, False)
    assert told.fact.at == datetime(2026, 3, 3, 19, 30, tzinfo=UTC)


def test_an_order_to_admit_that_is_taken_back() -> None:
    (told,) = order("CA")
    assert told.action is Action.DELETE
    assert told.identifiers == order()[0].identifiers


def test_any_other_order_is_no_order_to_admit() -> None:
    assert order(code="CBC^Blood count^L") == []


# --- messages of other kinds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["ORU^R01", "VXU^V04", "RDE^O11", "RGV^O15", "DFT^P03", "BAR^P01"])
def test_a_message_of_another_kind_is_counted_by_it_beside_what_it_says_of_a_visit(kind: str) -> None:
    visit_told, diagnosis, ignored = items(with_field(MSH, 9, kind), PID, PV1, "DG1|1||K35.80^A^I10", ORC, RXA, RXR)
    assert isinstance(visit_told, Telling)
    assert isinstance(visit_told.fact, Encounter)
    assert (visit_told.fact.classes, visit_told.fact.patient_class) == ((), OUTPATIENT)
    assert isinstance(diagnosis, Telling)
    assert ignored == Ignored(f"hl7v2 {kind}")


@pytest.mark.parametrize(
    "lines",
    [
        (PID, RXA),
        (with_field(PID, 3, ""), PV1),
        (with_field(PID, 18, ""), with_field(PV1, 19, "")),
    ],
)
def test_a_message_of_another_kind_that_names_no_visit_only_counts(lines: tuple[str, ...]) -> None:
    assert items(with_field(MSH, 9, "ORU^R01"), *lines) == (Ignored("hl7v2 ORU^R01"),)


def test_tests_and_practice_patients_are_told_as_such_everywhere() -> None:
    told = tellings(with_field(MSH, 11, "T"), PID, PV1, "DG1|1||K35.80^A^I10", "IN1|1|A|B|C", ORC, RXA, RXR)
    assert {each.ignored for each in told} == {"test message"}
    assert len({(each.kind, each.digest) for each in told}) == len(told)


@pytest.mark.parametrize(("patient_class", "series"), [("R", True), ("O", False), ("", None)])
def test_a_recurring_class_is_a_series(patient_class: str, series: bool | None) -> None:
    assert visit("A01", with_field(PV1, 2, patient_class)).series is series
