"""The shipped tables hold together: dated, cited, sorted, and closed before their first day."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import pytest

from coder.codes import ADD_ONS, LABELS
from coder.drugs.identity import identify, ndc_forms
from coder.drugs.units import SCALES, SPELLINGS, VIAL
from coder.facts import Coding, DrugGiven
from coder.rulebook import RULES
from coder.tables import DrugFamily, NotInForceError
from mappers.strict_yaml import StrictYamlError, read_yaml
from mappers.tables import TableError, load_tables

DATA = Path(str(resources.files("coder"))) / "data"
TABLES = load_tables()


def test_a_number_before_its_first_day_raises() -> None:
    for number in TABLES.numbers.values():
        first, value = number.values[0]
        assert number.on(first) == value
        with pytest.raises(NotInForceError, match=number.name):
            number.on(first - timedelta(days=1))


def test_every_authority_is_cited_and_every_citation_listed() -> None:
    cited = {cite for rule in RULES.values() for cite in rule.cite}
    cited |= {cite for number in TABLES.numbers.values() for cite in number.cite}
    assert cited == set(TABLES.authorities)
    assert {authority.grade for authority in TABLES.authorities.values()} == {"read", "known"}


@pytest.mark.parametrize("name", ["drugs.csv", "billing_units.csv", "own_codes.csv"])
def test_rows_are_sorted_unique_and_sourced(name: str) -> None:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = [row["hcpcs"] if "hcpcs" in row else row["name"] for row in rows]
    assert keys == sorted(set(keys))
    assert all(row["source"] for row in rows)


def test_every_drug_is_found_by_its_own_name_and_codes() -> None:
    for drug in TABLES.formulary.drugs.values():
        assert identify(DrugGiven(text=drug.name.title()), TABLES.formulary).drug == drug
        for unit in drug.billing:
            assert identify(DrugGiven(codings=(Coding("HCPCS", unit.hcpcs),)), TABLES.formulary).drug == drug


def test_ndc_forms() -> None:
    assert ndc_forms("57970-100-01") == ("57970010001",)
    assert ndc_forms("0409-1273-32") == ("00409127332",)
    assert ndc_forms("57970010001") == ("57970010001",)
    assert len(ndc_forms("0409127332")) == 3
    assert ndc_forms("not an ndc") == ndc_forms("123") == ndc_forms("1-2-3-4") == ()


def test_the_strongest_known_identity_wins_and_nothing_is_guessed() -> None:
    ndc, rxnorm = Coding("NDC", "57970-100-01"), Coding("RxNorm", "6470")
    both = identify(DrugGiven(codings=(rxnorm, ndc)), TABLES.formulary)
    assert both.drug is not None
    assert both.drug.name == "dalbavancin"
    assert both.ndc == "57970010001"
    unknown_ndc = identify(DrugGiven(codings=(Coding("NDC", "99999-999-99"), rxnorm)), TABLES.formulary)
    assert unknown_ndc.drug is not None
    assert unknown_ndc.drug.name == "lorazepam"
    assert identify(DrugGiven(text="lorazepam 2 mg tablet"), TABLES.formulary).drug is None
    two = identify(DrugGiven(codings=(rxnorm, Coding("RxNorm", "26225"))), TABLES.formulary)
    assert two.drug is None
    assert two.candidates == ("lorazepam", "ondansetron")


def test_every_billed_code_has_a_label_of_ours_and_add_ons_are_codes() -> None:
    assert set(LABELS) >= ADD_ONS
    assert all(label and len(label) < 60 for label in LABELS.values())
    assert set(SPELLINGS.values()) <= {*SCALES, VIAL}
    assert DrugFamily.FLUID.value == "fluid"


def test_yaml_stays_text_and_equal_keys_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text("{code: 00170, at: 12:30, no: NO, day: 2026-03-03}")
    assert read_yaml(file) == {"code": "00170", "at": "12:30", "no": "NO", "day": "2026-03-03"}
    file.write_text("code: 1\ncode: 2\n")
    with pytest.raises(StrictYamlError, match=r"one\.yaml:2: the key 'code' stands twice"):
        read_yaml(file)


def test_a_day_in_the_table_is_a_day() -> None:
    assert TABLES.on(date(2026, 3, 3))["infusion_minutes_floor"] == 16
    assert issubclass(TableError, ValueError)
