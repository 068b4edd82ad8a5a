"""The sentences of drug lines, in the words an auditor reads."""

from __future__ import annotations

from decimal import Decimal

import pytest

from coder.charges import Product
from coder.drugs.modifiers import Judged
from coder.drugs.waste import Accounted
from coder.facts import Quantity, Route
from coder.lines.drug_amounts import Supply
from coder.lines.drug_wording import amount_words, given_words, judged_words, left_words, unclassified_words
from coder.runs.known import KnownDrug
from coder.tables import BillingUnit
from tests.infused import TABLES

CEFTRIAXONE = TABLES.formulary.drugs["ceftriaxone"]
UNKNOWN = Product("ceftriaxone", "J0696", None, Decimal(250), "mg", None)


@pytest.mark.parametrize(("value", "words"), [("380.0", "380 mg"), ("0.50", "0.5 mg"), ("1E+3", "1000 mg")])
def test_amounts(value: str, words: str) -> None:
    assert amount_words(Decimal(value), "mg") == words


def test_how_the_dose_became_units() -> None:
    unit: BillingUnit = CEFTRIAXONE.billing[0]
    said = given_words("ceftriaxone", Decimal(1100), unit, 5)
    assert said == "Ceftriaxone: 1100 mg given; one unit is 250 mg; rounded up to whole units: 5."


@pytest.mark.parametrize(
    ("judged", "words"),
    [
        (Judged(4), ()),
        (Judged(4, held="drug.status-unknown"), ("Waits for an answer.",)),
        (Judged(4, accounted=Accounted(None, None, "drug.waste-undocumented")), ()),
        (Judged(4, accounted=Accounted(Decimal(400), None)), ()),
        (
            Judged(4, accounted=Accounted(Decimal(400), Decimal(0), computed=True)),
            ("Opened: 400 mg (taken from the dose, which is whole containers); discarded: 0 mg.",),
        ),
        (
            Judged(4, accounted=Accounted(Decimal(400), Decimal(5))),
            ("Opened: 400 mg (as charted); discarded: 5 mg.", "What was discarded is less than one unit."),
        ),
        (
            Judged(4, wasted=2, accounted=Accounted(Decimal(400), Decimal(20))),
            (
                "Opened: 400 mg (as charted); discarded: 20 mg.",
                "The dose is rounded up and the waste down: 2 units discarded.",
            ),
        ),
        (
            Judged(4, held="drug.waste-undocumented", accounted=Accounted(Decimal(400), Decimal(20))),
            ("Opened: 400 mg (as charted); discarded: 20 mg.", "Waits for an answer."),
        ),
    ],
)
def test_what_was_opened_and_discarded(judged: Judged, words: tuple[str, ...]) -> None:
    assert judged_words(judged, "mg", UNKNOWN) == words


def test_the_ndc_line() -> None:
    product = Product("ceftriaxone", "J0696", "00409733201", Decimal(250), "mg", None)
    told = "NDC 00409733201; what its container holds is not known, so no NDC quantity is."
    assert judged_words(Judged(4), "mg", product) == (told,)
    counted = Product("ceftriaxone", "J0696", "00409733201", Decimal(250), "mg", Quantity(Decimal(2), "UN"))
    assert judged_words(Judged(4), "mg", counted) == ("NDC line: N400409733201 UN2.",)


def test_why_what_was_discarded_has_no_line() -> None:
    assert left_words("drug.multi-dose", "heparin").startswith("Heparin came from a multi-dose container:")
    assert left_words("drug.waste-before-jw", "heparin").startswith("What was discarded of heparin has no line before")
    assert left_words("drug.waste-packaged", "heparin").startswith("Heparin is not paid by itself:")


def test_the_remarks_of_an_unclassified_line() -> None:
    def words(ndc: str | None, *doses: Quantity, route: Route | None = Route.INTRAVENOUS) -> str:
        (said,) = unclassified_words(Supply(KnownDrug(CEFTRIAXONE, ndc, 0), None, 0, (), "ceftriaxone"), doses, route)
        return said.removeprefix("Ceftriaxone has no code of its own on this date: ")

    assert words("00409733201", Quantity(Decimal(1), "g")) == "1 g, intravenous, NDC 00409733201."
    assert (
        words(None, Quantity(Decimal(1), "g"), Quantity(Decimal(2), None)) == "1 g and 2, intravenous, NDC not known."
    )
    assert words(None, route=None) == "dose not charted, route not charted, NDC not known."
