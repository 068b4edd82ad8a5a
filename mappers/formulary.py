"""Reads the formulary: drugs, their codes, their containers, and a site's own rows over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from coder.drug_tables import Container, DrugModifier
from coder.drugs.identity import RXNORM
from coder.facts import Route
from coder.tables import BillingUnit, Drug, DrugFamily, Formulary
from mappers.csv_rows import Row, read_rows
from mappers.formulary_rows import Gathered, container_of, first_day, one_ndc, put_billing, unclassified_in
from mappers.site_formulary import overlay

DRUG_COLUMNS = (
    "name",
    "family",
    "also_called",
    "rxnorm",
    "self_administered",
    "unclassified",
    "source",
)
BILLING_COLUMNS = (
    "hcpcs",
    "name",
    "amount",
    "unit",
    "since",
    "until",
    "status",
    "routes",
    "rule",
    "products",
    "single_dose",
    "source",
)
CONTAINER_COLUMNS = ("ndc", "name", "hcpcs", "amount", "unit", "ml", "ndc_unit", "single_dose", "source")
OWN_CODE_COLUMNS = ("name", "code", "source")
SOURCE_COLUMNS = ("key", "document", "edition", "read")
MODIFIER_COLUMNS = ("modifier", "payer", "since", "source")


def load_formulary(folder: Path, site: Path | None = None) -> Formulary:
    """The shipped formulary with a site's rows over it; raises CsvError."""
    gathered = Gathered(frozenset(row.stated("key") for row in _sources(folder)))
    own_codes = read_rows(folder / "own_codes.csv", OWN_CODE_COLUMNS)
    gathered.own_codes.update((row.stated("name"), row.stated("code")) for row in own_codes)
    for row in read_rows(folder / "drugs.csv", DRUG_COLUMNS):
        _drug(row, gathered)
    for row in own_codes:
        if row.text("name") not in gathered.drugs:
            raise row.fault("name", row.text("name"), "a drug of drugs.csv")
    for row in read_rows(folder / "billing_units.csv", BILLING_COLUMNS):
        _billing(row, gathered)
    _containers(read_rows(folder / "containers.csv", CONTAINER_COLUMNS), gathered)
    if site is not None:
        overlay(site, gathered)
    return _formulary(gathered)


def load_drug_modifiers(folder: Path) -> tuple[DrugModifier, ...]:
    """From when payers ask for which modifier of drug lines."""
    rows = read_rows(folder / "drug_modifiers.csv", MODIFIER_COLUMNS)
    return tuple(
        DrugModifier(row.stated("modifier"), row.stated("payer"), first_day(row), row.stated("source")) for row in rows
    )


def _sources(folder: Path) -> list[Row]:
    rows = read_rows(folder / "formulary_sources.csv", SOURCE_COLUMNS)
    for row in rows:
        for column in SOURCE_COLUMNS:
            row.stated(column)
        row.day("read")
    return rows


def _cited(row: Row, gathered: Gathered) -> str:
    """The sources of a row, each of which must be listed."""
    said = row.text("source")
    if said not in gathered.cited:
        keys = row.words("source")
        if not keys or not gathered.sources.issuperset(keys):
            raise row.fault("source", said, "keys of formulary_sources.csv")
        gathered.cited.add(said)
    return said


def _drug(row: Row, gathered: Gathered) -> None:
    name = row.stated("name")
    if name in gathered.drugs:
        raise row.fault("name", name, "each drug once")
    gathered.drugs[name] = Drug(
        name,
        row.word("family", DrugFamily),
        (),
        _cited(row, gathered),
        gathered.own_codes.get(name),
        self_administered=row.each_word("self_administered", Route),
        unclassified=unclassified_in(row),
    )
    for text in (name, *row.words("also_called")):
        gathered.add_text(row, "also_called", text, name)
    for code in row.words("rxnorm"):
        gathered.add_code((RXNORM, code), name)


def _billing(row: Row, gathered: Gathered) -> None:
    name, hcpcs = row.stated("name"), row.stated("hcpcs")
    if name not in gathered.drugs:
        raise row.fault("name", name, "a drug of drugs.csv")
    _cited(row, gathered)
    put_billing(row, name, hcpcs, gathered)
    for text in row.words("products"):
        gathered.add_text(row, "products", text, name)
        gathered.products[text] = hcpcs


def _containers(rows: Iterable[Row], gathered: Gathered) -> None:
    """Products by NDC; those that are alike but for it are read once and are one value."""
    alike: dict[tuple[str, ...], Container] = {}
    for row in rows:
        told = row.beside("ndc")
        held = alike.get(told)
        if held is None:
            name = row.stated("name")
            if name not in gathered.drugs:
                raise row.fault("name", name, "a drug of drugs.csv")
            _cited(row, gathered)
            held = alike[told] = container_of(row, name, "amount", "unit")
        gathered.containers[one_ndc(row)] = held


def _formulary(gathered: Gathered) -> Formulary:
    held = _sizes(gathered.containers)
    drugs = {
        name: replace(drug, billing=tuple(_with_sizes(unit, held) for unit in _ordered(gathered.billing.get(name, {}))))
        for name, drug in gathered.drugs.items()
    }
    return Formulary(
        drugs, gathered.by_code, gathered.by_text, containers=gathered.containers, products=gathered.products
    )


def _ordered(units: Mapping[tuple[str, date], BillingUnit]) -> list[BillingUnit]:
    return sorted(units.values(), key=lambda unit: (unit.since, unit.hcpcs))


def _sizes(containers: Mapping[str, Container]) -> dict[str, list[Container]]:
    """Containers with a known content, each once, by the codes of their products."""
    held: dict[str, list[Container]] = {}
    for one in {id(one): one for one in containers.values()}.values():
        if one.amount is not None:
            for code in one.codes:
                held.setdefault(code, []).append(one)
    return held


def _with_sizes(unit: BillingUnit, held: Mapping[str, list[Container]]) -> BillingUnit:
    """A code with the single-dose sizes of its products, in its own measure."""
    single = [
        one.amount
        for one in held.get(unit.hcpcs, [])
        if one.unit == unit.unit and (one.single_dose or (one.single_dose is None and unit.single_dose))
    ]
    return replace(unit, sizes=tuple(sorted({amount for amount in single if amount is not None}))) if single else unit
