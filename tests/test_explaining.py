"""What an auditor reads of a line beyond its own sentences: its access, its date, and what it rests on."""

from __future__ import annotations

from decimal import Decimal

from coder.charges import Charge
from coder.facts import DrugGiven, Quantity, Route
from coder.lines.explaining import explanation, reasons, rests_on
from coder.rulebook import RULES
from tests.infused import TABLES, ZONE, coded, given

DOSE = (DrugGiven(text="ceftriaxone", dose=Quantity(Decimal(1), "g")),)
ACCESS = "Counted on access main; an access has one initial service."


def line(charges: tuple[Charge, ...], code: str) -> Charge:
    """The first line of a code."""
    return next(charge for charge in charges if charge.code == code)


def test_a_line_of_one_day_says_its_access_its_words_and_its_date() -> None:
    charge = line(coded(given("A1", "09:00-10:00")).charges, "96365")
    dated = "Dated 2026-03-03, the day on which it began and ended."
    assert reasons(charge, ZONE) == (ACCESS, *charge.explanation, dated)


def test_what_enters_by_no_vein_names_no_access() -> None:
    charge = line(coded(given("A1", "09:00", route=Route.INTRAMUSCULAR)).charges, "96372")
    assert reasons(charge, ZONE)[: len(charge.explanation)] == charge.explanation


def test_a_line_over_midnight_is_dated_by_policy_or_by_its_begin() -> None:
    charges = coded(given("A1", "23:00-+1 02:00", drugs=DOSE)).charges
    dated = [said for said in reasons(line(charges, "96365"), ZONE) if "Dated" in said]
    assert dated == ["Dated 2026-03-03 by policy midnight = threshold, by default."]
    assert reasons(line(charges, "J0696"), ZONE)[-1] == "Dated 2026-03-03, the day on which it began."


def test_each_rule_is_said_with_the_authorities_behind_it() -> None:
    charge = line(coded(given("A1", "09:00-10:00")).charges, "96365")
    resting = rests_on(charge, TABLES.authorities)
    assert [said.split(":")[0] for said in resting] == list(charge.because)
    for said, rule in zip(resting, charge.because, strict=True):
        assert said.startswith(f"{rule}: {RULES[rule].says}")
        for cite in RULES[rule].cite:
            one = TABLES.authorities[cite]
            assert f"{one.document}, {one.section} ({one.grade})" in said
    assert rests_on(charge, {}) == tuple(f"{rule}: {RULES[rule].says}" for rule in charge.because)


def test_the_whole_of_it_is_minutes_then_reasons_then_rules() -> None:
    charge = line(coded(given("A1", "09:00-10:00")).charges, "96365")
    said = explanation(charge, ZONE, TABLES.authorities)
    tail = (*reasons(charge, ZONE), *rests_on(charge, TABLES.authorities))
    assert said[-len(tail) :] == tail
    assert len(said) > len(tail)
