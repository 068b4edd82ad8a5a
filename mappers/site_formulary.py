"""A site's own formulary rows over the shipped ones: its codes, its names, its products.

One row is about one drug: it adds names, RxNorm and site codes; with `hcpcs` it adds a code or takes the
place of the shipped one; with `ndc` it adds a product. A drug that is not shipped needs its family.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from coder.drugs.identity import RXNORM
from coder.facts import Route
from coder.tables import Drug, DrugFamily
from mappers.csv_rows import Row, sourced_rows
from mappers.formulary_rows import (
    Gathered,
    container_of,
    one_ndc,
    put_billing,
    put_site_code,
    unclassified_in,
)
from mappers.pcs_tables import substance_kinds

COLUMNS = frozenset(
    {
        "family",
        "also_called",
        "rxnorm",
        "site_codes",
        "pcs",
        "self_administered",
        "unclassified",
        "hcpcs",
        "amount",
        "unit",
        "since",
        "until",
        "status",
        "routes",
        "rule",
        "ndc",
        "container_amount",
        "container_unit",
        "ml",
        "ndc_unit",
        "single_dose",
    }
)


def overlay(path: Path, gathered: Gathered) -> None:
    """Put a site's rows over what is gathered; raises CsvError naming row and column."""
    rows = sourced_rows(path, ("name",), COLUMNS)
    _make_way(rows, gathered)
    for row in rows:
        name = row.stated("name").lower()
        gathered.drugs[name] = _drug(row, name, gathered)
        for text in (name, *(word.lower() for word in row.words("also_called"))):
            gathered.by_text[text] = name
            gathered.products.pop(text, None)
        for code in row.words("rxnorm"):
            gathered.by_code[RXNORM, code] = (name,)
        for said in row.words("site_codes"):
            put_site_code(row, said, name, gathered)
        if row.text("hcpcs"):
            put_billing(row, name, row.text("hcpcs").upper(), gathered)
        if row.text("ndc"):
            gathered.containers[one_ndc(row)] = container_of(row, name, "container_amount", "container_unit")


def _make_way(rows: list[Row], gathered: Gathered) -> None:
    """Take out the shipped rows of codes that the site restates."""
    for row in rows:
        code, shipped = row.text("hcpcs").upper(), gathered.billing.get(row.text("name").lower(), {})
        for key in [key for key in shipped if key[0] == code]:
            del shipped[key]


def _drug(row: Row, name: str, gathered: Gathered) -> Drug:
    """The shipped drug with what the row states in place of it, or a new one."""
    shipped = gathered.drugs.get(name)
    if shipped is None:
        shipped = Drug(name, row.word("family", DrugFamily), (), row.text("source"))
    return replace(
        shipped,
        family=row.word("family", DrugFamily) if row.text("family") else shipped.family,
        source=row.text("source"),
        pcs_kinds=substance_kinds(row, "pcs") if row.text("pcs") else shipped.pcs_kinds,
        self_administered=row.each_word("self_administered", Route) or shipped.self_administered,
        unclassified=unclassified_in(row) or shipped.unclassified,
    )
