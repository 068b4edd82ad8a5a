"""What FHIR and HL7 say of a drug beside its dose."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from coder.facts import Administration, DrugSource, Quantity
from mappers.reading import read
from mappers.record import Record
from mappers.telling import Fault, Telling
from tests import fhir_samples, hl7_samples
from tests.hl7_samples import MSH, ORC, PID, PV1, RXA, RXR


def fhir(*extensions: dict[str, object]) -> Administration | Fault:
    value = json.dumps(fhir_samples.administration(extension=list(extensions))).encode()
    (item,) = read(Record("mar.fhir", 0, 0, value), fhir_samples.SETTINGS).items
    if isinstance(item, Telling):
        assert isinstance(item.fact, Administration)
        return item.fact
    assert isinstance(item, Fault)
    return item


def extension(name: str, **value: object) -> dict[str, object]:
    return {"url": f"https://any.example/fhir/{name}", **value}


def milligrams(value: str) -> dict[str, object]:
    return {"value": float(value), "unit": "mg"}


def test_fhir_says_nothing() -> None:
    fact = fhir()
    assert isinstance(fact, Administration)
    assert (fact.wasted, fact.containers, fact.drug_source, fact.single_dose) == (None, (), None, None)


def test_fhir_says_everything() -> None:
    fact = fhir(
        extension("wasted-amount", valueQuantity=milligrams("20")),
        extension("container-opened", valueQuantity=milligrams("100")),
        extension("container-opened", valueQuantity=milligrams("400")),
        extension("drug-source", valueCode="340b"),
        extension("single-dose", valueBoolean=True),
    )
    assert isinstance(fact, Administration)
    assert fact.wasted == Quantity(Decimal(20), "mg")
    assert fact.containers == (Quantity(Decimal(100), "mg"), Quantity(Decimal(400), "mg"))
    assert (fact.drug_source, fact.single_dose) == (DrugSource.DISCOUNTED_340B, True)


@pytest.mark.parametrize(
    ("extensions", "path"),
    [
        ([extension("wasted-amount")], "wasted-amount"),
        ([extension("container-opened", valueCode="x")], "container-opened"),
        ([extension("drug-source", valueCode="elsewhere")], "drug-source"),
        ([extension("wasted-amount", valueQuantity=milligrams("1"))] * 2, "wasted-amount"),
    ],
)
def test_fhir_that_cannot_be_read_is_refused(extensions: list[dict[str, object]], path: str) -> None:
    fault = fhir(*extensions)
    assert isinstance(fault, Fault)
    assert path in fault.path


def obx(place: int, code: str, value: str, unit: str = "") -> str:
    return f"OBX|{place}|NM|{code}||{value}|{unit}"


def test_hl7_says_everything() -> None:
    fact = hl7_samples.told(
        MSH,
        PID,
        PV1,
        ORC,
        RXA,
        RXR,
        obx(1, "WASTE", "20", "mg"),
        obx(2, "container", "100", "mg^milligram^UCUM"),
        obx(3, "CONTAINER", "400", "mg"),
        obx(4, "DRUG-SOURCE", "Specialty-Pharmacy"),
        obx(5, "SINGLE-DOSE", "N"),
    )
    assert fact.wasted == Quantity(Decimal(20), "mg")
    assert fact.containers == (Quantity(Decimal(100), "mg"), Quantity(Decimal(400), "mg"))
    assert (fact.drug_source, fact.single_dose) == (DrugSource.SPECIALTY_PHARMACY, False)


def test_hl7_says_nothing() -> None:
    fact = hl7_samples.told(MSH, PID, PV1, ORC, RXA, RXR, obx(1, "WASTE", ""), obx(2, "OTHER", "x"))
    assert (fact.wasted, fact.containers, fact.drug_source, fact.single_dose) == (None, (), None, None)


@pytest.mark.parametrize(
    "line",
    [
        obx(1, "WASTE", "some"),
        obx(1, "CONTAINER", "-1", "mg"),
        obx(1, "DRUG-SOURCE", "shop"),
        obx(1, "SINGLE-DOSE", "?"),
    ],
)
def test_hl7_that_cannot_be_read_is_refused(line: str) -> None:
    assert "OBX" in hl7_samples.fault(MSH, PID, PV1, ORC, RXA, RXR, line).path


def test_hl7_waste_stated_twice_is_refused() -> None:
    lines = (obx(1, "WASTE", "1", "mg"), obx(2, "WASTE", "2", "mg"))
    assert hl7_samples.fault(MSH, PID, PV1, ORC, RXA, RXR, *lines).reason == "stated twice"
