"""What is said beside an RXA: observations, notes, participants, devices, and how long the order was to run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from coder.facts import (
    AccessDevice,
    Administration,
    DrugSource,
    Place,
    Pump,
    PumpOwner,
    Purpose,
    Quantity,
    Reference,
)
from mappers.hl7.message import parse
from mappers.hl7.observations import listed_among
from mappers.observed import DEFAULT_OBSERVATIONS, Listed, Observed
from mappers.profile import STANDARD
from mappers.reading import read
from mappers.record import Record
from mappers.telling import Fault, Telling
from tests.hl7_samples import MSH, ORC, PID, RXA, RXR, SETTINGS, administrations, fault, ras, rxa, told, with_field


def obx(code: str, value: str, unit: str = "", result: str = "F") -> str:
    return f"OBX|1|ST|{code}^words^99H||{value}|{unit}|||||{result}"


@pytest.mark.parametrize(
    ("code", "value", "fact", "meant"),
    [
        ("PURPOSE", "pump-refill", "purpose", Purpose.PUMP_REFILL),
        ("PURPOSE", "^Hydration", "purpose", Purpose.HYDRATION),
        ("SECOND-ACCESS", "incompatible", "second_access", "incompatible"),
        ("ATTENDED", "yes", "attended", True),
        ("ATTENDED", "0", "attended", False),
        ("PUMP", "portable", "pump", Pump.PORTABLE),
        ("PUMP-OWNER", "other", "pump_owner", PumpOwner.OTHER),
        ("CONTINUES-AT-HOME", "Y", "continues_at_home", True),
        ("INJECTIONS", "2", "injections", 2),
        ("LESIONS", "8", "lesions", 8),
        ("PUNCTURE", "no", "puncture", False),
        ("COUNSELLED", "Y", "counselled", True),
        ("DEMAND-DOSE", "Y", "demand", True),
        ("ACCESS-DEVICE", "port", "access_device", AccessDevice.PORT),
        ("PLACE", "recovery", "place", Place.RECOVERY),
        ("TAKEN-OVER", "202603030915", "taken_over_at", datetime(2026, 3, 3, 15, 15, tzinfo=UTC)),
        ("ORDERED-MINUTES", "90", "ordered_minutes", 90),
        ("IDENTIFIED", "Y", "identified", True),
        ("MONITORED", "no", "monitored", False),
        ("REACTION", "Y", "reaction", True),
        ("REACTION-MANAGED", "Y", "reaction_managed", True),
        ("EDUCATED", "Y", "educated", True),
        ("SIGNED", "N", "signed", False),
        ("SINGLE-DOSE", "Y", "single_dose", True),
        ("DRUG-SOURCE", "340b", "drug_source", DrugSource.DISCOUNTED_340B),
        ("VOLUME-INFUSED", "250", "volume_infused", Quantity(Decimal(250), None)),
        ("PUMP-START", "202603030902", "pump_start", datetime(2026, 3, 3, 15, 2, tzinfo=UTC)),
        ("PUMP-END", "202603030930", "pump_end", datetime(2026, 3, 3, 15, 30, tzinfo=UTC)),
        ("SUPERVISED-BY", "D7^Cuddy^Lisa", "supervised_by", Reference(None, None, "D7", "Lisa Cuddy")),
        ("AUTHORIZATION-NUMBER", "A-77", "authorisation", "A-77"),
        ("purpose", "flush", "purpose", Purpose.FLUSH),
    ],
)
def test_each_observation_is_one_fact(code: str, value: str, fact: str, meant: object) -> None:
    changes: dict[str, Any] = {fact: meant}
    plain = told(MSH, PID, ORC, RXA, RXR)
    assert told(MSH, PID, ORC, RXA, RXR, obx(code, value)) == replace(plain, **changes)


@pytest.mark.parametrize(
    ("value", "unit", "minutes"),
    [("1.5", "hr", 90), ("2", "hours", 120), ("90", "s", 1), ("1", "d", 1440), ("30", "", 30)],
)
def test_ordered_minutes_have_a_unit(value: str, unit: str, minutes: int) -> None:
    assert told(MSH, PID, ORC, RXA, RXR, obx("ORDERED-MINUTES", value, unit)).ordered_minutes == minutes


@pytest.mark.parametrize(
    ("code", "value"),
    [("INJECTIONS", "0"), ("LESIONS", "1.5"), ("ORDERED-MINUTES", "long"), ("PUMP", "blue"), ("TAKEN-OVER", "noon")],
)
def test_a_value_that_means_nothing_is_a_fault_with_its_path(code: str, value: str) -> None:
    assert fault(MSH, PID, ORC, RXA, RXR, obx(code, value)).path == "OBX[1]-5"


@pytest.mark.parametrize("result", ["D", "W", "X", "N"])
def test_an_observation_taken_back_says_nothing(result: str) -> None:
    assert told(MSH, PID, ORC, RXA, RXR, obx("ATTENDED", "Y", result=result)).attended is None


@pytest.mark.parametrize("line", [obx("ATTENDED", ""), obx("HEART-RATE", "80"), "OBX|1|ST|^ATTENDED||Y"])
def test_what_is_not_listed_or_not_valued_says_nothing(line: str) -> None:
    assert told(MSH, PID, ORC, RXA, RXR, line) == told(MSH, PID, ORC, RXA, RXR)


def test_the_sites_list_decides_which_codes_count() -> None:
    listed = {"31-7": Listed(Observed.PURPOSE, {"tko": "keep-vein-open"}), **DEFAULT_OBSERVATIONS}
    settings = replace(SETTINGS, observations=listed)
    value = ras(MSH, PID, ORC, RXA, RXR, "OBX|1|ST|31-7^why^L||TKO")
    (item,) = read(Record("mar", 0, 0, value), settings).items
    assert isinstance(item, Telling)
    assert isinstance(item.fact, Administration)
    assert item.fact.purpose is Purpose.KEEP_VEIN_OPEN
    assert told(MSH, PID, ORC, RXA, RXR, "OBX|1|ST|31-7^why^L||TKO").purpose is None


def test_waste_containers_and_sources_are_found_by_the_same_list() -> None:
    lines = [
        obx("WASTE", "250", "mg"),
        obx("CONTAINER-OPENED", "500", "mg"),
        obx("DRUG-SOURCE", "patient"),
        obx("X", "1"),
    ]
    found = listed_among(parse("\r".join([MSH, *lines])).every("OBX"), STANDARD)
    said = [(listed.meaning, segment.text(5)) for listed, segment in found]
    wanted = [(Observed.WASTE, "250"), (Observed.CONTAINER_OPENED, "500"), (Observed.DRUG_SOURCE, "patient")]
    assert said == wanted


def test_an_amount_after_several_rxa_of_one_drug_is_the_last_ones() -> None:
    first, last = administrations(MSH, PID, ORC, RXA, rxa((3, "202603030915")), RXR, obx("WASTE", "20", "mg"))
    assert (first.wasted, last.wasted) == (None, Quantity(Decimal(20), "mg"))


def test_an_amount_after_several_drugs_is_a_fault_and_a_word_is_of_each() -> None:
    lines = (MSH, PID, ORC, RXA, rxa((5, "X^other")), RXR)
    found = read(Record("mar", 0, 0, ras(*lines, obx("WASTE", "20"))), SETTINGS).items
    assert [isinstance(item, Fault) and item.reason for item in found] == ["of which drug"] * 2
    assert [each.attended for each in administrations(*lines, obx("ATTENDED", "Y"))] == [True, True]


def test_one_bad_observation_is_the_fault_of_its_own_stretch() -> None:
    value = ras(MSH, PID, ORC, RXA, RXR, obx("ATTENDED", "perhaps"), RXA, RXR, obx("ATTENDED", "Y"))
    bad, good = read(Record("mar", 0, 0, value), SETTINGS).items
    assert isinstance(bad, Fault)
    assert isinstance(good, Telling)


# --- notes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "purpose"),
    [
        ("Purpose: keep-vein-open", Purpose.KEEP_VEIN_OPEN),
        ("PURPOSE:flush.", Purpose.FLUSH),
        ("Purpose: to keep the line patent", None),
        ("Purpose keep-vein-open", None),
        ("For hydration", None),
        ("Witness: N7. Waste: 1 mg", None),
    ],
)
def test_a_note_counts_where_it_is_a_listed_code_and_one_of_its_words(text: str, purpose: Purpose | None) -> None:
    assert told(MSH, PID, ORC, RXA, RXR, f"NTE|1||{text}").purpose is purpose


def test_an_observation_says_more_than_a_note() -> None:
    said = told(MSH, PID, ORC, RXA, RXR, "NTE|1||Purpose: flush", obx("PURPOSE", "hydration"))
    assert said.purpose is Purpose.HYDRATION


# --- who, with what, for how long -------------------------------------------------------------------------------------


def test_later_versions_name_the_people_in_prt() -> None:
    nurse, doctor = "PRT|1|AD||AP^Administering^HL70912|N9^Nurse^Nel", "PRT|1|AD||OP^Ordering^HL70912|D9^Doe^Dan"
    witness = "PRT|2|AD||WAY^Witness|W1^Witness^Wim"
    bare, order = rxa((10, "")), with_field(ORC, 12, "")
    first, second = administrations(MSH, PID, order, doctor, bare, witness, nurse, bare, RXR)
    assert (first.given_by, second.given_by) == (Reference(value="N9", display="Nel Nurse"), None)
    assert first.ordered_by == second.ordered_by == Reference(value="D9", display="Dan Doe")
    assert first.route == second.route is not None


def test_rxa_10_and_orc_12_say_more_than_prt() -> None:
    said = told(MSH, PID, ORC, "PRT|1|AD||OP|X", RXA, "PRT|1|AD||AP|Y", RXR)
    plain = told(MSH, PID, ORC, RXA, RXR)
    assert (said.given_by, said.ordered_by) == (plain.given_by, plain.ordered_by)


@pytest.mark.parametrize(
    ("device", "pump"),
    [
        ("IVP^IV Pump^HL70164", Pump.STATIONARY),
        ("PCA^PCA Pump^HL70164", Pump.STATIONARY),
        ("X^Ambulatory infusion pump^L", Pump.PORTABLE),
        ("^Implanted pump", Pump.IMPLANTABLE),
        ("^On-body injector", Pump.ON_BODY),
        ("IVS^IV Soluset^HL70164", None),
        ("HL^Heparin Lock^HL70164", None),
        ("^No pump", None),
        ("", None),
    ],
)
def test_the_device_of_rxr_3(device: str, pump: Pump | None) -> None:
    assert told(MSH, PID, ORC, RXA, with_field(RXR, 3, device)).pump is pump


@pytest.mark.parametrize(
    ("site", "line", "access", "device"),
    [
        ("LACF^Left Antecubital Fossa", "", "Left Antecubital Fossa", None),
        ("C^Central Line", "L2^Lumen 2", "Central Line", None),
        ("", "L2^Lumen 2", "Lumen 2", None),
        ("^Chest port", "", "Chest port", AccessDevice.PORT),
        ("^Right arm PICC", "", "Right arm PICC", AccessDevice.CATHETER),
        ("", "", None, None),
    ],
)
def test_the_access(site: str, line: str, access: str | None, device: AccessDevice | None) -> None:
    said = told(MSH, PID, ORC, RXA, f"RXR|IV|{site}|||{line}")
    assert (said.access, said.access_device) == (access, device)


@pytest.mark.parametrize(
    ("order", "minutes"),
    [
        (("TQ1|1||||||||||||90^min",), 90),
        (("TQ1|1||||||||||||2^hr",), 120),
        (("TQ1|1||||||||||||long^min",), None),
        (("RXE||A^a|1000||mL" + "|" * 17 + "H8",), 480),
        (("RXE||A^a|1000||mL" + "|" * 17 + "Q8",), None),
        (("RXE||A^a|1000||mL" + "|" * 18 + "125|mL/hr",), 480),
        (("RXE||A^a|1000||mL" + "|" * 18 + "125|mg/hr",), None),
        (("RXE||A^a|1000||mL" + "|" * 18 + "0|mL/hr",), None),
        (("RXE||A^a|1000||mL" + "|" * 17 + "H8", "TQ1|1||||||||||||30^min"), 30),
        (("RXE||A^a|1||mg" + "|" * 17 + "D90",), None),
        ((), None),
    ],
)
def test_how_long_it_was_ordered_to_run(order: tuple[str, ...], minutes: int | None) -> None:
    assert told(MSH, PID, ORC, *order, RXA, RXR).ordered_minutes == minutes


@pytest.mark.parametrize("word", ["KVO", "tko"])
def test_words_for_a_rate_that_say_why_it_runs(word: str) -> None:
    said = told(MSH, PID, ORC, rxa((12, word)), RXR)
    assert (said.rate, said.purpose) == (None, Purpose.KEEP_VEIN_OPEN)
