"""The StructureDefinitions say what our ChargeItems are, and HAPI's validator, told so, finds no fault in any."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.structuredefinition import StructureDefinition

from coder.charges import Charge, ChargeKey
from coder.coding import code
from coder.facts import PatientFacts, Reference
from console.site.settings import CANONICAL
from mappers.charge_item import charge_item
from mappers.structure_definitions import profile_url, structure_definitions
from mappers.tables import load_tables
from tests.servers.validator import Validator, faults
from tests.test_cases import CASES
from tests.test_charge_item import BASE, CHARGES, PROFILE, item

DAY = Path(__file__).resolve().parents[1] / "examples" / "sample-day"
Resource = dict[str, Any]
DEFINITIONS: dict[str, Resource] = {found["url"]: found for found in structure_definitions()}


def identity(key: ChargeKey) -> str:
    return hashlib.sha256(repr(key).encode()).hexdigest()


def as_told(charge: Charge) -> Resource:
    part_of = identity(charge.part_of) if charge.part_of else None
    return charge_item(
        charge,
        identity=identity(charge.key),
        version=1,
        status=charge.status.value,
        part_of=part_of,
        profile=PROFILE,
    )


def as_told_by_nurses(facts: PatientFacts) -> PatientFacts:
    """The same facts with who charted each administration, and when."""
    nurse = Reference(display="Nora Testnurse")
    givens = tuple(replace(one, given_by=one.given_by or nurse) for one in facts.administrations)
    told = {one.key: one.start for one in givens if one.start}
    return replace(facts, administrations=givens, charted_at=told)


def golden_charge_items() -> Iterator[Resource]:
    for _, case in CASES:
        facts = as_told_by_nurses(case.facts)
        for visit in code(facts, case.policies, case.tables(load_tables()), case.as_of).visits:
            yield from map(as_told, visit.charges)


def refused(validator: Validator, items: list[Resource]) -> list[str]:
    return [
        f"{told['code']['coding'][0]['code']} {fault}"
        for told, outcome in zip(items, validator(items), strict=True)
        for fault in faults(outcome)
    ]


# --- the definitions against what we write ----------------------------------------------------------------------------


def written(extension: Resource, within: str = "") -> Iterator[tuple[str, str]]:
    """Each extension with its url (nested: behind that of its parent) and the name of its value."""
    url = f"{within}#{extension['url']}" if within else extension["url"]
    yield url, next((name for name in extension if name.startswith("value")), "")
    for part in extension.get("extension", []):
        yield from written(part, url)


def defined(definition: Resource) -> Iterator[tuple[str, str]]:
    """The same as a definition has it."""
    elements = {element["id"]: element for element in definition["differential"]["element"]}
    for name, element in elements.items():
        if name.endswith(".url"):
            owner = name.removesuffix(".url")
            slices = [part.split(".")[0] for part in owner.split(":")[1:]]
            types = elements[f"{owner}.value[x]"].get("type")
            kind = types[0]["code"] if types else ""
            assert element["fixedUri"] == (slices[-1] if slices else definition["url"])
            yield "#".join([definition["url"], *slices]), f"value{kind[0].upper()}{kind[1:]}" if kind else ""


def test_every_extension_we_write_is_defined_and_every_defined_one_written() -> None:
    told = {found for charge in CHARGES.values() for each in item(charge)["extension"] for found in written(each)}
    known = {
        found
        for definition in DEFINITIONS.values()
        if definition["type"] == "Extension"
        for found in defined(definition)
    }
    assert told == known


def test_the_profile_names_every_extension() -> None:
    elements = DEFINITIONS[profile_url()]["differential"]["element"]
    named = {profile for element in elements for kind in element.get("type", []) for profile in kind.get("profile", [])}
    assert named == DEFINITIONS.keys() - {profile_url()}


@pytest.mark.parametrize("url", DEFINITIONS)
def test_a_definition_is_valid_fhir(url: str) -> None:
    definition = DEFINITIONS[url]
    read = StructureDefinition.model_validate_json(json.dumps(definition))
    assert json.loads(read.model_dump_json(exclude_none=True)) == definition
    assert definition["id"] == url.rsplit("/", 1)[1]


def test_a_site_hangs_them_on_its_own_base() -> None:
    assert CANONICAL == BASE
    own = structure_definitions("https://lake.example/charges")
    assert "hangtime.example" not in json.dumps(own)
    assert {found["url"] for found in own} == {url.replace(BASE, "https://lake.example/charges") for url in DEFINITIONS}
    assert profile_url("https://lake.example/charges") in {found["url"] for found in own}


# --- HAPI's validator -------------------------------------------------------------------------------------------------


def test_every_charge_of_the_golden_cases_is_valid(validator: Validator) -> None:
    items = list(golden_charge_items())
    assert len(items) > 100
    assert refused(validator, items) == []


def test_every_version_of_the_sample_day_is_valid(validator: Validator, tmp_path: Path) -> None:
    hangtime = Path(sys.executable).with_name("hangtime")
    command: list[str | Path] = [
        hangtime,
        "replay",
        DAY / "logs",
        "--site",
        DAY / "site.toml",
        "--out",
        tmp_path / "out",
    ]
    subprocess.run(command, check=True, capture_output=True)
    items = [json.loads(line) for line in (tmp_path / "out" / "changes.ndjson").read_bytes().splitlines()]
    assert {told["status"] for told in items} >= {"planned", "billable"}
    assert refused(validator, items) == []


def test_every_kind_of_charge_is_valid(validator: Validator) -> None:
    items = [item(charge, part_of="cd34") for charge in CHARGES.values()]
    withdrawn = [{**told, "status": "entered-in-error"} for told in items]
    assert refused(validator, items + withdrawn) == []


def put(*path: str | int, value: object) -> Callable[[Resource], None]:
    def change(told: Any) -> None:
        for name in path[:-1]:
            told = told[name]
        told[path[-1]] = value

    return change


FAULTS: dict[str, tuple[Callable[[Resource], object], str]] = {
    "an extension nobody defined": (
        lambda told: told["extension"].append({"url": "https://other.example/x", "valueCode": "a"}),
        "https://other.example/x could not be found",
    ),
    "an extension with another type": (
        put("extension", 0, value={"url": f"{BASE}/version", "valueString": "1"}),
        "allows for the types",
    ),
    "no version": (lambda told: told["extension"].pop(0), "a matching slice is required"),
    "a part of the minutes nobody defined": (
        lambda told: told["extension"][-1]["extension"].append({"url": "more", "valueCode": "a"}),
        "'more' is not defined",
    ),
    "billable without units": (lambda told: told.pop("quantity"), "A line that is billable states its units"),
    "an unknown status": (put("status", value="done"), "'done'"),
    "an unknown element": (put("amount", value=1), "amount"),
    "no subject": (lambda told: told.pop("subject"), "ChargeItem.subject: minimum required = 1"),
    "a reversed period": (put("occurrencePeriod", "end", value="2026-01-01T00:00:00Z"), "per-1"),
    "a time without a zone": (put("occurrencePeriod", "start", value="2026-03-03T20:00:00"), "timezone"),
    "a date in place of the period": (
        lambda told: (told.pop("occurrencePeriod"), told.update(occurrenceDateTime="2026-03-03")),
        "allows for the type Period but found type dateTime",
    ),
}


def test_what_is_wrong_is_refused(validator: Validator) -> None:
    items = []
    for change, _ in FAULTS.values():
        change(told := deepcopy(item(CHARGES["service"])))
        items.append(told)
    outcomes = [" ".join(faults(outcome)) for outcome in validator(items)]
    let_through = {
        name: said
        for (name, (_, wanted)), said in zip(FAULTS.items(), outcomes, strict=True)
        if wanted.lower() not in said.lower()
    }
    assert let_through == {}
