"""Rows of tables held against a line, a payer or a patient: which fits, and which of several decides."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from coder.charge_master import ChargeMaster, ChargeMasterRow
from coder.coverage_table import ApprovalRow, CoverageRow, CoverageTable, Verdict
from coder.drug_tables import DrugModifier, modifiers_asked
from coder.policies.overrides import Override
from coder.policy import Clock, Concurrent

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 31)


class TestModifiersAsked:
    rows = (
        DrugModifier("JW", "medicare", FIRST, "CMS"),
        DrugModifier("JZ", "medicare", LAST, "CMS"),
        DrugModifier("JW", "sample health", LAST, "its page"),
    )

    @pytest.mark.parametrize(
        ("payer", "day", "asked"),
        [
            (None, FIRST, {"JW"}),
            ("", LAST, {"JW", "JZ"}),
            ("Medicare", date(2025, 12, 31), set()),
            ("Medicare Advantage of Ours", LAST, {"JW", "JZ"}),
            ("  SAMPLE   Health Plan", LAST, {"JW"}),
            ("Sample Health Plan", FIRST, set()),
            ("Another Plan", LAST, {"JW", "JZ"}),
        ],
    )
    def test_by_the_payer_and_else_by_medicares_days(self, payer: str | None, day: date, asked: set[str]) -> None:
        assert modifiers_asked(self.rows, payer, day) == asked


class TestOverrides:
    def override(self, **more: Any) -> Override:
        return Override({"concurrent": Concurrent.ANY}, "the site", **more)

    @pytest.mark.parametrize(
        ("one", "other", "contradict"),
        [
            ({}, {}, True),
            ({"department": "ED"}, {"department": " ed "}, True),
            ({"department": "ED"}, {"department": "Clinic"}, False),
            ({"department": "ED"}, {}, False),
            ({"payer": "Acme"}, {"payer": "ACME"}, True),
            ({"payer": "Acme"}, {"payer": "Other"}, False),
            ({"since": FIRST}, {"since": LAST}, True),
            ({"until": LAST}, {"since": LAST}, True),
            ({"until": date(2026, 1, 30)}, {"since": LAST}, False),
            ({"since": LAST}, {"until": date(2026, 1, 30)}, False),
            ({"since": LAST}, {"until": LAST}, True),
        ],
    )
    def test_which_contradict_each_other(self, one: dict[str, Any], other: dict[str, Any], contradict: bool) -> None:
        second = Override({"concurrent": Concurrent.MIN16}, "the site", **other)
        assert self.override(**one).contradicts(second) is contradict
        assert second.contradicts(self.override(**one)) is contradict

    def test_the_same_value_or_another_key_contradicts_nothing(self) -> None:
        assert not self.override().contradicts(self.override())
        assert not self.override().contradicts(Override({"clock": Clock.PUMP}, "the site"))
        both = Override({"clock": Clock.PUMP, "concurrent": Concurrent.MIN16}, "the site")
        assert both.contradicts(self.override())


class TestChargeMaster:
    def found(
        self, *rows: ChargeMasterRow, modifiers: tuple[str, ...] = (), department: str | None = None
    ) -> str | None:
        row = ChargeMaster({"96365": rows}).find("96365", modifiers, department, LAST)
        return row.charge_code if row else None

    def row(self, name: str, **more: Any) -> ChargeMasterRow:
        return ChargeMasterRow("96365", name, None, Decimal(1), **more)

    @pytest.mark.parametrize(
        ("more", "fits"),
        [
            ({"since": LAST}, True),
            ({"since": date(2026, 2, 1)}, False),
            ({"until": LAST}, True),
            ({"until": date(2026, 1, 30)}, False),
            ({"modifiers": frozenset({"59"})}, False),
            ({"department": "ED"}, False),
        ],
    )
    def test_a_row_fits_or_not(self, more: dict[str, Any], fits: bool) -> None:
        assert self.found(self.row("A", **more)) == ("A" if fits else None)

    def test_the_most_specific_and_of_equals_the_later(self) -> None:
        plain, again = self.row("A"), self.row("B")
        marked, placed = self.row("C", modifiers=frozenset({"59"})), self.row("D", department="ED")
        dated = self.row("E", since=FIRST)
        later = self.row("F", since=date(2026, 1, 15))
        assert self.found(plain, again) == "B"
        assert self.found(later, dated, plain) == "F"
        assert self.found(dated, plain) == "E"
        assert self.found(placed, dated, department="ED") == "D"
        assert self.found(marked, placed, plain, modifiers=("59",), department="ED") == "C"


class TestCoverageTable:
    def test_one_age_of_each_band(self) -> None:
        rows = (
            CoverageRow(Verdict.COVERED, "drug", "L03", "L03", from_age=18),
            CoverageRow(Verdict.COVERED, "drug", "L03", "L03", to_age=17),
            CoverageRow(Verdict.WARNED, "drug", "R50", "R50", from_age=65, to_age=79),
        )
        table = CoverageTable(rows, (ApprovalRow("other"),))
        assert table.ages == {"drug": (0, 18, 65, 80)}
        assert table.looked_at == {"drug", "other"}

    def test_a_range_of_codes_holds_its_ends_and_what_begins_so(self) -> None:
        table = CoverageTable((CoverageRow(Verdict.COVERED, "drug", "A40", "A41"),))
        held = {
            code: table.row_for("drug", code, "medicare", LAST, 0) is not None for code in ("A39", "A40", "A419", "A42")
        }
        assert held == {"A39": False, "A40": True, "A419": True, "A42": False}
