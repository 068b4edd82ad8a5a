"""Edits: what a case cannot say of them: sentences, cascades, and tables that do not hold together."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from coder.charges import Charge, ChargeStatus, CodedVisit, Query
from coder.coding import code
from coder.edit_tables import NO_EDITS, Edits, LimitKind, Separable, UnitLimit
from coder.edits.distinct import X_MODIFIERS
from coder.edits.initials import INITIALS
from coder.facts import (
    Administration,
    Encounter,
    PatientClass,
    PatientFacts,
    Procedure,
    ProcedureKind,
    Pump,
    Reference,
    Route,
)
from coder.policy import DistinctModifier, Policy, Setting
from coder.rulebook import RULES
from coder.rulebook.edits import FIRST_EDITION
from coder.tables import Tables
from mappers.csv_rows import CsvError
from mappers.edit_tables import load_edits
from tests.infused import POLICY, TABLES, ZONE, at, given, push

DATA = Path(__file__).parents[1] / "coder" / "data"
EDITS = TABLES.edits
BY_X = Policy(ZONE, distinct_modifier=DistinctModifier.X)
OFFICE = Policy(ZONE, Setting.PROFESSIONAL, distinct_modifier=DistinctModifier.X)


def visits(
    *givens: Administration, policy: Policy = POLICY, tables: Tables = TABLES, **more: Any
) -> tuple[CodedVisit, ...]:
    """The visits of some doses in encounters E1 (morning) and E2 (evening)."""
    encounters = (
        Encounter("E1", "P1", PatientClass.OUTPATIENT, at("07:00"), at("12:00")),
        Encounter("E2", "P1", PatientClass.OUTPATIENT, at("17:00"), at("22:00")),
    )
    facts = PatientFacts("P1", Reference(reference="Patient/P1"), givens, encounters, **more)
    return code(facts, policy, tables, at("+3 12:00")).visits


def charges(*givens: Administration, **more: Any) -> dict[str, Charge]:
    """Every line by its code and first administration."""
    return {
        f"{charge.code} {charge.service[0]}": charge for visit in visits(*givens, **more) for charge in visit.charges
    }


def limited(limit: UnitLimit) -> Tables:
    """The tables with one limit of further hours."""
    limits = {Setting.FACILITY: {"96366": limit}}
    return replace(TABLES, edits=Edits(EDITS.since, EDITS.edition, EDITS.pairs, limits, EDITS.primaries), cache={})


def left_out(visit: CodedVisit) -> list[tuple[str, str | None]]:
    """What edits left out of a visit."""
    return [(left.because, left.code) for left in visit.not_billed if left.because.startswith("edit.")]


def asked(visit: CodedVisit) -> list[Query]:
    """What edits ask about a visit."""
    return [query for query in visit.queries if query.because.startswith("edit.")]


class TestSecondInitials:
    def test_it_says_which_was_first_and_why(self) -> None:
        second = {"access": "left arm", "second_access": "incompatible"}
        lines = charges(given("A1", "09:00-10:00"), given("A2", "09:30-10:30", "vancomycin", **second))
        said = " ".join(lines["96365 A2"].explanation)
        assert "beside 96365 of 09:00: it began later." in said
        assert "Marked 59: on another access (policy distinct_modifier = 59, by default)." in said
        lines = charges(given("A1", "09:00-10:00"), given("A2", "09:30-10:30", "paclitaxel", **second))
        assert "it stands in column two of their pair (CMS NCCI 2024-07-01)." in " ".join(lines["96365 A1"].explanation)
        lines = charges(given("A1", "09:00-10:00"), given("A2", "09:00-10:00", "vancomycin", **second))
        assert "the order of their keys decides" in " ".join(lines["96365 A2"].explanation)

    def test_of_two_reasons_the_modifier_stands_on_the_weaker(self) -> None:
        lines = charges(
            given("A1", "09:00-10:00"),
            given("A2", "18:00-19:00", "vancomycin", encounter="E2"),
            given("A3", "18:30-19:30", "metronidazole", encounter="E2", access="left", second_access="protocol"),
            policy=BY_X,
        )
        assert [lines[name].modifiers for name in ("96365 A1", "96365 A2", "96365 A3")] == [(), ("XE",), ("XS",)]

    def test_the_initials_stand_in_one_order_in_both_files(self) -> None:
        for setting in Setting:
            ranks = sorted(-sum((one, other) in EDITS.pairs[setting] for other in INITIALS) for one in INITIALS)
            assert ranks == [-4, -3, -2, -1, 0]

    def test_what_is_marked_once_is_not_marked_again(self) -> None:
        lines = charges(
            push("A1", "08:00", "morphine"),
            given("A2", "09:00-10:00", access="left", second_access="protocol"),
            given("A3", "10:00-21:00", "fluorouracil", pump=Pump.PORTABLE),
        )
        assert {name: line.modifiers for name, line in lines.items() if name[:5] in INITIALS} == {
            "96374 A1": ("59",),
            "96365 A2": ("59",),
        }
        assert {"initial.second", "edit.pair"} <= set(lines["96374 A1"].because)


class TestPairs:
    def test_another_practitioner_of_an_office(self) -> None:
        doctors = {"A1": Reference(value="D1"), "A2": Reference(value="D2")}
        doses = [
            given("A1", "09:00-10:00", ordered_by=doctors["A1"]),
            given("A2", "10:15", "ketorolac", route=Route.INTRAMUSCULAR, ordered_by=doctors["A2"]),
        ]
        assert charges(*doses, policy=OFFICE)["96372 A2"].modifiers == ("XP",)
        assert "modifier.xp" in charges(*doses, policy=OFFICE)["96372 A2"].because
        assert charges(*doses, policy=BY_X)["96372 A2"].modifiers == ("XU",)
        same = [replace(dose, ordered_by=doctors["A1"]) for dose in doses]
        assert charges(*same, policy=OFFICE)["96372 A2"].modifiers == ("XU",)

    def test_the_question_names_times_and_neither_code_nor_money(self) -> None:
        (visit,) = visits(
            given("A1", "09:00-10:00"), given("A2", "10:15", "ketorolac", route=Route.INTRAMUSCULAR, order=None)
        )
        (query,) = asked(visit)
        assert "10:15" in query.ask
        assert "09:00" in query.ask
        assert "963" not in query.ask
        assert (query.administrations, query.since) == (("A2",), at("10:15"))

    @pytest.mark.parametrize("end", [None, "10:00"])
    def test_a_study_of_unknown_times_is_asked_about(self, end: str | None) -> None:
        times = None, at(end) if end else None
        study = Procedure("PR1", "P1", ProcedureKind.IMAGING, "70460", *times, "E1", day=at("09:00").date())
        (visit,) = visits(given("A1", "09:00-10:31"), push("A2", "09:30", "morphine"), procedures=(study,))
        assert {charge.code: charge.status for charge in visit.charges} == {
            "96365": ChargeStatus.PLANNED,
            "96366": ChargeStatus.PLANNED,
            "96375": ChargeStatus.PLANNED,
        }
        assert [query.administrations for query in asked(visit)] == [("A1",), ("A2",)]
        assert len({query.ask for query in asked(visit)}) == 2

    def test_an_initial_under_the_order_of_a_pump_waits_with_its_add_ons(self) -> None:
        (visit,) = visits(
            given("A1", "09:00-10:00", "leucovorin", order="O1"),
            given("A2", "10:00-11:00", "vancomycin"),
            given("A3", "11:00-20:00", "fluorouracil", order="O1", pump=Pump.PORTABLE),
        )
        assert {charge.code: charge.status for charge in visit.charges} == {
            "96365": ChargeStatus.PLANNED,
            "96367": ChargeStatus.PLANNED,
            "96416": ChargeStatus.BILLABLE,
        }
        assert [query.administrations for query in asked(visit)] == [("A1",)]

    def test_what_a_limit_cuts_takes_its_add_ons_off_with_it(self) -> None:
        pumps = [
            given("A1", "07:00-08:00", "immune globulin subcutaneous", route=Route.SUBCUTANEOUS, pump=Pump.PORTABLE),
            given(
                "A2",
                "17:00-19:00",
                "immune globulin subcutaneous",
                route=Route.SUBCUTANEOUS,
                pump=Pump.PORTABLE,
                encounter="E2",
            ),
        ]
        morning, evening = visits(*pumps)
        assert [charge.code for charge in morning.charges] == ["96369"]
        assert evening.charges == ()
        assert left_out(evening) == [("edit.add-on", "96370"), ("edit.limit-absolute", "96369")]

    def test_the_order_of_procedures_changes_nothing(self) -> None:
        studies = [
            Procedure("PR1", "P1", ProcedureKind.IMAGING, "70460", at("10:30"), at("10:40"), "E1"),
            Procedure("PR2", "P1", ProcedureKind.STRESS_TEST, "93017", at("10:50"), at("11:00"), "E1"),
            Procedure("PR3", "P1", ProcedureKind.EVALUATION, "99213", at("08:00"), at("08:10"), "E1"),
        ]
        dose = given("A1", "09:00-10:00")
        assert visits(dose, procedures=tuple(studies)) == visits(dose, procedures=tuple(reversed(studies)))


class TestLimits:
    def test_a_part_of_a_line_above_an_absolute_limit_is_cut(self) -> None:
        limit = UnitLimit(2, LimitKind.DATE_ABSOLUTE)
        (visit,) = visits(given("A1", "07:00-12:00"), tables=limited(limit))
        (hours,) = [charge for charge in visit.charges if charge.code == "96366"]
        assert (hours.units, hours.because[-1]) == (2, "edit.limit-absolute")
        assert left_out(visit) == [("edit.limit-absolute", "96366")]

    @pytest.mark.parametrize(("units", "told"), [(3, True), (4, False)])
    def test_a_limit_of_one_line(self, units: int, told: bool) -> None:
        limit = UnitLimit(units, LimitKind.LINE)
        (visit,) = visits(given("A1", "07:00-12:00"), tables=limited(limit))
        assert bool(visit.advisories) is told

    def test_without_any_edition_everything_is_unchecked_and_that_is_said(self) -> None:
        none = replace(TABLES, edits=NO_EDITS, cache={})
        morning, evening = visits(given("A1", "09:00-10:00"), given("A2", "18:00-19:00", encounter="E2"), tables=none)
        assert [one.because for one in (*morning.advisories, *evening.advisories)] == ["edit.before-first-edition"] * 2
        assert [charge.modifiers for charge in evening.charges] == [("59",)]


class TestShippedTables:
    def test_what_never_stands_beside_anything_bundles_nothing_by_itself(self) -> None:
        """Else the order of pairs would decide what stands."""
        ours = set(EDITS.limits[Setting.FACILITY])
        for pairs in EDITS.pairs.values():
            never = {pair for pair, separable in pairs.items() if separable is Separable.NEVER and set(pair) <= ours}
            assert all((one, last) in never for one, two in never for mid, last in never if mid == two)

    def test_rules_that_rest_on_the_edits_begin_with_their_first_edition(self) -> None:
        assert EDITS.since == FIRST_EDITION
        resting = {rule.id for rule in RULES.values() if rule.since == FIRST_EDITION}
        assert resting >= {"edit.pair", "edit.add-on", "edit.limit", "modifier.25", "beside.never"}
        assert not RULES["edit.before-first-edition"].in_force(FIRST_EDITION)

    def test_every_distinct_modifier_has_a_rule(self) -> None:
        assert {f"modifier.{modifier.lower()}" for modifier in ("59", *X_MODIFIERS.values())} <= RULES.keys()

    @pytest.mark.parametrize(
        ("file", "old", "new", "said"),
        [
            ("pairs.csv", ",never,", ",seldom,", "pairs.csv:2: separable: said 'seldom'"),
            ("pairs.csv", "facility,", "hospital,", "pairs.csv:2: setting: said 'hospital'"),
            ("pairs.csv", "2024-07-01", "2024-10-01", "said editions"),
            ("limits.csv", ",2,", ",two,", "limits.csv:2: units: said 'two'"),
            ("limits.csv", "96360", "36593", "code: said '36593', wanted each once"),
            ("limits.csv", "date-clinical", "yearly", "said 'yearly'"),
            ("add_ons.csv", "96365|", "96365,", "said 4 columns, wanted 3"),
        ],
    )
    def test_a_table_that_does_not_hold_together_is_refused(
        self, file: str, old: str, new: str, said: str, tmp_path: Path
    ) -> None:
        for name in ("pairs.csv", "limits.csv", "add_ons.csv", "significant.csv"):
            shutil.copy(DATA / name, tmp_path / name)
        text = (tmp_path / file).read_text(encoding="utf-8")
        (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(CsvError, match=said):
            load_edits(tmp_path)
