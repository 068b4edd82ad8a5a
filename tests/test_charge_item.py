"""Charges as ChargeItems: every element of the contract, valid by fhir.resources, the same bytes every time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from fhir.resources.R4B.chargeitem import ChargeItem
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.charges import (
    Charge,
    ChargeKey,
    ChargeStatus,
    CodeSystem,
    Interval,
    Minutes,
    Product,
    Role,
    Subtraction,
)
from coder.facts import Quantity, Reference
from ledger.reading_back import ChargeVersion
from mappers.charge_item import ChargeItemProfile, charge_item
from publishers.encoding import version_item, version_line

BASE = "https://hangtime.example/fhir"
PROFILE = ChargeItemProfile(
    canonical=BASE,
    facility=Reference(system=f"{BASE}/facility", value="Lakeside", display="Lakeside"),
    rule_set="hangtime|2026-01-01",
    zone=ZoneInfo("America/Chicago"),
)
START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
END = START + timedelta(minutes=95)

SERVICE = Charge(
    key=ChargeKey("fhir|MedicationAdministration/a1", Role.SERVICE, 0, date(2026, 3, 3)),
    status=ChargeStatus.BILLABLE,
    system=CodeSystem.CPT,
    code="96365",
    modifiers=("59", "XS"),
    units=1,
    start=START,
    end=END,
    patient="LAKE|p1",
    visit="v1",
    subject=Reference(reference="Patient/p1"),
    context=Reference(reference="Encounter/e1"),
    service=("fhir|MedicationAdministration/a1",),
    service_references=(Reference(reference="MedicationAdministration/a1"),),
    because=("rank.initial", "time.infusion"),
    label="Therapeutic infusion, first hour",
    ordered_by=Reference(reference="Practitioner/doctor"),
    given_by=Reference(system="urn:lake", value="n7", display="N. Seven"),
    minutes=Minutes(
        gross=(Interval("a1", START, END, "charted", "N. Seven", END),),
        subtracted=(Subtraction("a1", START, START + timedelta(minutes=5), 5, "run.pause"),),
        counted=90,
        threshold="infusion_minutes_floor",
        threshold_minutes=16,
    ),
    department="INF",
    account=Reference(value="ACC-9"),
    explanation=("Ran from 20:00 to 21:35.", "90 minutes count."),
)
DRUG = replace(
    SERVICE,
    key=ChargeKey("fhir|MedicationAdministration/a1", Role.DRUG, 0, date(2026, 3, 3)),
    system=CodeSystem.HCPCS,
    code="J1756",
    modifiers=("JZ",),
    units=200,
    label="Iron sucrose",
    minutes=None,
    product=Product("iron sucrose", "J1756", "00517234010", Decimal("200"), "mg"),
)
BARE = replace(
    SERVICE,
    status=ChargeStatus.PLANNED,
    modifiers=(),
    units=None,
    context=Reference(),
    ordered_by=None,
    given_by=None,
    minutes=None,
    department=None,
    account=None,
    explanation=(),
)
FROM_HL7 = replace(
    SERVICE,
    subject=Reference(system="LAKE HOSPITAL", value="p1"),
    context=Reference(value="V100"),
    service_references=(Reference(system="urn:lake:orders", value="ORD1 202603032000"),),
)
PRICED = replace(
    DRUG,
    product=Product("iron sucrose", "J1756", "00517234010", Decimal("200"), "mg", Quantity(Decimal("10.5"), "ML")),
    charge_code="RX-17",
    revenue_code="0636",
    price=Decimal("1.20"),
)
CHARGES = {"service": SERVICE, "drug": DRUG, "bare": BARE, "hl7": FROM_HL7, "priced": PRICED}


def item(charge: Charge, *, version: int = 1, status: str = "", part_of: str | None = None) -> dict[str, Any]:
    return charge_item(
        charge,
        identity="ab12",
        version=version,
        status=status or charge.status.value,
        part_of=part_of,
        profile=PROFILE,
    )


def extensions(built: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [extension for extension in built["extension"] if extension["url"] == f"{BASE}/{name}"]


def assert_valid(built: dict[str, Any]) -> None:
    """Valid as JSON, with nothing lost on the way and no empty element."""
    model = ChargeItem.model_validate_json(orjson.dumps(built))
    assert json.loads(model.model_dump_json(), parse_float=Decimal).keys() == built.keys()
    assert_full(built)


def assert_full(value: object) -> None:
    """Nothing within is empty."""
    assert value not in (None, "", [], {})
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        assert_full(part)


@pytest.mark.parametrize("name", CHARGES)
@pytest.mark.parametrize("status", ["planned", "billable", "entered-in-error", "not-billable"])
@pytest.mark.parametrize("part_of", [None, "cd34"])
def test_every_charge_item_is_valid(name: str, status: str, part_of: str | None) -> None:
    assert_valid(item(CHARGES[name], version=3, status=status, part_of=part_of))


def test_identity_version_and_status() -> None:
    built = item(SERVICE, version=4, status="entered-in-error")
    assert built["id"] == "ab12"
    assert built["identifier"] == [{"system": f"{BASE}/charge", "value": "ab12"}]
    assert extensions(built, "version") == [{"url": f"{BASE}/version", "valuePositiveInt": 4}]
    assert built["status"] == "entered-in-error"


def test_a_withdrawn_charge_keeps_its_last_content() -> None:
    last, withdrawn = item(SERVICE), item(SERVICE, status="entered-in-error")
    assert {**last, "status": "entered-in-error"} == withdrawn


def test_code_modifiers_and_quantity() -> None:
    built = item(SERVICE)
    assert built["code"]["coding"] == [{"system": "http://www.ama-assn.org/go/cpt", "code": "96365"}]
    assert [each["valueCoding"] for each in extensions(built, "charge-modifier")] == [{"code": "59"}, {"code": "XS"}]
    assert built["quantity"] == {"value": 1}
    (coding,) = item(DRUG)["code"]["coding"]
    assert coding == {"system": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "code": "J1756"}


def test_who_where_and_for_which_account() -> None:
    built = item(SERVICE)
    assert built["subject"] == {"reference": "Patient/p1"}
    assert built["context"] == {"reference": "Encounter/e1"}
    assert built["account"] == [{"type": "Account", "identifier": {"value": "ACC-9"}}]
    assert built["performingOrganization"]["identifier"] == {"system": f"{BASE}/facility", "value": "Lakeside"}
    assert built["costCenter"]["identifier"] == {"system": f"{BASE}/department", "value": "INF"}
    roles = [(each["function"]["coding"][0]["code"], each["actor"]) for each in built["performer"]]
    assert roles == [
        ("OP", {"reference": "Practitioner/doctor"}),
        ("AP", {"identifier": {"system": "urn:lake", "value": "n7"}, "display": "N. Seven"}),
    ]


def test_what_is_known_by_identifier_alone_is_a_logical_reference() -> None:
    built = item(FROM_HL7)
    authority = f"{BASE}/authority/LAKE%20HOSPITAL"
    assert built["subject"] == {"type": "Patient", "identifier": {"system": authority, "value": "p1"}}
    assert built["context"] == {"type": "Encounter", "identifier": {"value": "V100"}}
    identifier = {"system": "urn:lake:orders", "value": "ORD1 202603032000"}
    assert built["service"] == [{"type": "MedicationAdministration", "identifier": identifier}]


def test_the_period_shows_the_service_date_in_the_sites_zone() -> None:
    period = item(SERVICE)["occurrencePeriod"]
    assert period == {"start": "2026-03-03T20:00:00-06:00", "end": "2026-03-03T21:35:00-06:00"}


def test_the_product_of_a_drug_line() -> None:
    product = item(DRUG)["productCodeableConcept"]
    assert product["coding"][1] == {"system": "http://hl7.org/fhir/sid/ndc", "code": "00517234010"}
    assert product["coding"][0]["code"] == "J1756"
    assert product["text"] == "iron sucrose"
    assert "productCodeableConcept" not in item(SERVICE)


def test_a_product_without_ndc_has_one_coding() -> None:
    assert DRUG.product is not None
    built = item(replace(DRUG, product=replace(DRUG.product, ndc=None)))
    assert len(built["productCodeableConcept"]["coding"]) == 1


def test_what_the_charge_master_makes_of_a_line() -> None:
    told = json.loads(orjson.dumps(item(PRICED)))
    assert told["code"]["coding"][1] == {"system": f"{BASE}/charge-code", "code": "RX-17"}
    assert told["priceOverride"] == {"value": 1.20, "currency": "USD"}
    assert {"url": f"{BASE}/revenue-code", "valueCode": "0636"} in told["extension"]
    assert {"url": f"{BASE}/ndc-quantity", "valueQuantity": {"value": 10.5, "unit": "ML"}} in told["extension"]


def test_an_add_on_is_part_of_its_initial_service() -> None:
    built = item(SERVICE, part_of="cd34")
    assert built["partOf"] == [
        {"type": "ChargeItem", "identifier": {"system": f"{BASE}/charge", "value": "cd34"}},
    ]


def test_why_by_which_rules_and_in_whose_words() -> None:
    built = item(SERVICE)
    assert [each["valueCode"] for each in extensions(built, "because")] == ["rank.initial", "time.infusion"]
    assert built["definitionCanonical"] == [f"{BASE}/rule-set/hangtime|2026-01-01"]
    (note,) = built["note"]
    assert note["text"].splitlines() == [
        "20:00 to 21:35, 95 minutes (a1 charted, by N. Seven, told 2026-03-03 21:35).",
        "Minus 20:00 to 20:05, 5 minutes: paused (a1, run.pause).",
        "Counted: 90 minutes.",
        "The last unit was earned at counted minute 16 (infusion_minutes_floor).",
        "Ran from 20:00 to 21:35.",
        "90 minutes count.",
        "Dated 2026-03-03, the day on which it began and ended.",
    ]


def test_the_ledger_of_minutes() -> None:
    (minutes,) = extensions(item(SERVICE), "minutes")
    parts = {part["url"]: part for part in minutes["extension"]}
    assert list(parts) == ["gross", "subtracted", "counted", "threshold"]
    assert parts["counted"]["valueUnsignedInt"] == 90
    gross = {part["url"]: part for part in parts["gross"]["extension"]}
    assert gross["period"]["valuePeriod"]["start"] == "2026-03-03T20:00:00-06:00"
    assert gross["source"]["valueCode"] == "charted"
    taken = {part["url"]: part for part in parts["subtracted"]["extension"]}
    assert (taken["minutes"]["valueUnsignedInt"], taken["rule"]["valueCode"]) == (5, "run.pause")
    met = {part["url"]: part for part in parts["threshold"]["extension"]}
    assert (met["number"]["valueCode"], met["minutes"]["valueUnsignedInt"]) == ("infusion_minutes_floor", 16)


def test_a_drug_line_has_no_minutes() -> None:
    assert extensions(item(DRUG), "minutes") == []


def test_what_is_not_known_is_absent() -> None:
    built = item(BARE)
    absent = {"quantity", "context", "performer", "costCenter", "account", "partOf", "productCodeableConcept"}
    assert absent.isdisjoint(built)
    assert extensions(built, "charge-modifier") == []


def test_what_is_never_unknown_is_there_even_for_a_bare_charge() -> None:
    built = item(replace(BARE, subject=Reference(), service_references=()))
    assert built["subject"] == {"type": "Patient", "identifier": {"value": "LAKE|p1"}}
    (service,) = built["service"]
    assert service["identifier"]["value"] == "fhir|MedicationAdministration/a1"
    assert built["note"] == [{"text": "Dated 2026-03-03, the day on which it began and ended."}]
    assert_valid(built)


def test_a_reference_into_the_senders_own_resource_is_left_out() -> None:
    built = item(replace(SERVICE, context=Reference(reference="#enc"), given_by=Reference(reference="#me")))
    assert "context" not in built
    assert len(built["performer"]) == 1


def test_elements_come_in_the_order_of_fhir() -> None:
    built = item(replace(SERVICE, product=DRUG.product), part_of="cd34")
    order = [name for name in ChargeItem.elements_sequence() if name in built]
    assert [name for name in built if name != "resourceType"] == order


def test_the_line_is_the_same_every_time() -> None:
    version = ChargeVersion("ab12", 1, "billable", SERVICE, None)
    (line,) = {version_line(version, PROFILE) for _ in range(3)}
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert json.loads(line) == version_item(version, PROFILE)


TEXTS = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=12)
ANY_TEXT = st.none() | st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12)
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001 - the zone comes with the map
    lambda time: time.replace(tzinfo=timezone(timedelta(hours=-5)))
)
REFERENCES = st.builds(
    Reference,
    reference=st.none() | TEXTS.map("Patient/{}".format) | st.just("#inside"),
    system=ANY_TEXT,
    value=ANY_TEXT,
    display=ANY_TEXT,
)
INTERVALS = st.builds(Interval, TEXTS, TIMES, TIMES, st.sampled_from(["charted", "next-rate", "last-charted"]))
SUBTRACTIONS = st.builds(Subtraction, TEXTS, TIMES, TIMES, st.integers(0, 600), TEXTS)
MINUTES = st.builds(
    Minutes,
    gross=st.lists(INTERVALS, max_size=3).map(tuple),
    subtracted=st.lists(SUBTRACTIONS, max_size=3).map(tuple),
    counted=st.integers(0, 2000),
    threshold=st.none() | TEXTS,
    threshold_minutes=st.none() | st.integers(0, 600),
)
PRODUCTS = st.builds(Product, TEXTS, TEXTS, st.none() | TEXTS, st.decimals(0, 1000, places=2), TEXTS)
RANDOM_CHARGES = st.builds(
    Charge,
    key=st.builds(ChargeKey, TEXTS, st.sampled_from(Role), st.integers(0, 3), st.dates()),
    status=st.sampled_from(ChargeStatus),
    system=st.sampled_from(CodeSystem),
    code=TEXTS,
    modifiers=st.lists(TEXTS, max_size=4).map(tuple),
    units=st.none() | st.integers(0, 10_000),
    start=TIMES,
    end=TIMES,
    patient=TEXTS,
    visit=TEXTS,
    subject=REFERENCES,
    context=REFERENCES,
    service=st.lists(TEXTS, min_size=1, max_size=3).map(tuple),
    service_references=st.lists(REFERENCES, max_size=3).map(tuple),
    because=st.lists(TEXTS, min_size=1, max_size=4).map(tuple),
    label=TEXTS,
    ordered_by=st.none() | REFERENCES,
    given_by=st.none() | REFERENCES,
    minutes=st.none() | MINUTES,
    product=st.none() | PRODUCTS,
    department=st.none() | TEXTS,
    account=st.none() | REFERENCES,
    explanation=st.lists(TEXTS, max_size=3).map(tuple),
)


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(RANDOM_CHARGES, st.integers(1, 99), st.none() | TEXTS)
def test_any_charge_gives_a_valid_charge_item(charge: Charge, version: int, part_of: str | None) -> None:
    assert_valid(item(charge, version=version, part_of=part_of))
