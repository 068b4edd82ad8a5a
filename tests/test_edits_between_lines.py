"""Edits across lines, dates and visits: which of several stands, and what is said of the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from coder.charges import Advisory, Charge, CodedVisit
from coder.coding import code
from coder.edit_tables import Edits, LimitKind, Separable, UnitLimit
from coder.edits.distinct import Distinct, why_distinct
from coder.edits.places import _is_facilitys_alone as is_facilitys_alone
from coder.edits.review import Reviewed
from coder.facts import Administration, DrugGiven, PatientFacts, Procedure, ProcedureKind, Quantity, Reference
from coder.policy import Owned, Policy, Setting
from coder.rulebook.edits import FIRST_EDITION
from coder.tables import Tables
from tests.infused import DAY, IN_PROGRESS, POLICY, TABLES, ZONE, at, given, push
from tests.test_edits import EDITS, visits

OFFICE = Policy(ZONE, Setting.PROFESSIONAL)
EVALUATION, OTHER = "99213", "93000"


def with_edits(**changed: Any) -> Tables:
    """The tables with other edits."""
    stated = {"pairs": EDITS.pairs, "limits": EDITS.limits, "primaries": EDITS.primaries, **changed}
    return replace(TABLES, edits=Edits(EDITS.since, EDITS.edition, **stated), cache={})


def paired(*pairs: tuple[str, str, Separable], significant: frozenset[str] = frozenset()) -> Tables:
    """The tables with these pairs alone, in either setting."""
    found = {(one, two): separable for one, two, separable in pairs}
    return with_edits(pairs=dict.fromkeys(Setting, found), significant=significant)


def standing(coded: tuple[CodedVisit, ...], wanted: str) -> list[tuple[str, ...]]:
    """The administrations of each line of a code that stands."""
    return [charge.service for visit in coded for charge in visit.charges if charge.code == wanted]


class TestTheFirstInTime:
    """Of lines of one date the earlier stands, whichever visit it is in."""

    def test_of_concurrent_infusions(self) -> None:
        coded = visits(
            given("A1", "18:00-20:00", "vancomycin", encounter="E1"),
            given("A2", "18:30-19:30", encounter="E1"),
            given("A3", "08:00-10:00", "vancomycin", encounter="E2"),
            given("A4", "08:30-09:30", encounter="E2"),
        )
        assert standing(coded, "96368") == [("A4",)]

    def test_of_what_a_limit_cuts(self) -> None:
        limit = UnitLimit(1, LimitKind.DATE_ABSOLUTE)
        tables = with_edits(limits={Setting.FACILITY: {"96366": limit}})
        evening = given("A1", "18:00-19:31", "vancomycin", encounter="E1")
        morning = given("A2", "08:00-09:31", "vancomycin", encounter="E2")
        assert standing(visits(evening, morning, tables=tables), "96366") == [("A2",)]

    def test_a_line_without_units_uses_nothing_of_a_limit(self) -> None:
        limit = UnitLimit(1, LimitKind.DATE_ABSOLUTE)
        tables = with_edits(limits={Setting.FACILITY: {"96365": limit}})
        coded = visits(
            given("A1", "08:00", status=IN_PROGRESS, encounter="E1"),
            given("A2", "18:00-19:00", "vancomycin", encounter="E2"),
            given("A3", "20:00-21:00", "metronidazole", encounter="E2", access="left", second_access="protocol"),
            tables=tables,
        )
        assert standing(coded, "96365") == [("A1",), ("A2",)]

    def test_of_three_initials_the_first_is_named(self) -> None:
        second, third = ({"access": access, "second_access": "protocol"} for access in ("left", "right"))
        coded = visits(
            given("A1", "08:00-09:00"),
            given("A2", "08:30-09:30", "vancomycin", **second),
            given("A3", "08:45-09:45", "metronidazole", **third),
        )
        last = next(charge for charge in coded[0].charges if charge.service == ("A3",))
        assert "A second initial service beside 96365 of 08:00: it began later." in last.explanation


def test_pairs_are_found_by_column_two() -> None:
    edits = paired(("96365", "96374", Separable.NEVER), ("96413", "96374", Separable.WITH_MODIFIER)).edits
    found = {"96374": {"96365": Separable.NEVER, "96413": Separable.WITH_MODIFIER}}
    assert edits.over == dict.fromkeys(Setting, found)


@pytest.mark.parametrize(("units", "advised"), [(0, True), (1, False)])
def test_a_line_without_units_beside_others_of_its_code(units: int, advised: bool) -> None:
    limit = UnitLimit(units, LimitKind.LINE)
    tables = with_edits(limits={Setting.FACILITY: {"96365": limit}})
    second, third = ({"access": access, "second_access": "protocol"} for access in ("left", "right"))
    (visit,) = visits(
        given("A1", "08:00", status=IN_PROGRESS),
        given("A2", "08:30-09:30", "vancomycin", **second),
        given("A3", "08:45-09:45", "metronidazole", **third),
        tables=tables,
    )
    assert any(one.because == "edit.limit" for one in visit.advisories) is advised


class TestBesideOthers:
    """What our lines mean for another service of their date."""

    def advised(
        self, tables: Tables, of: str = EVALUATION, policy: Policy = POLICY
    ) -> list[tuple[str, tuple[str, ...]]]:
        kind = ProcedureKind.EVALUATION if of == EVALUATION else ProcedureKind.OTHER
        other = Procedure("PR1", "P1", kind, of, at("07:00"), at("07:20"), encounter="E1")
        (visit,) = visits(given("A1", "08:00-09:00"), tables=tables, policy=policy, procedures=(other,))
        return [(one.because, one.codes) for one in visit.advisories]

    def test_an_evaluation_in_column_one_counts_as_one_in_column_two(self) -> None:
        never = paired((EVALUATION, "96365", Separable.NEVER))
        assert self.advised(never) == [("beside.never", (EVALUATION, "96365"))]
        assert self.advised(paired(("96365", EVALUATION, Separable.NEVER))) == [("beside.never", (EVALUATION, "96365"))]
        parted = paired((EVALUATION, "96365", Separable.WITH_MODIFIER))
        assert self.advised(parted) == [("modifier.25", (EVALUATION, "96365"))]

    def test_of_both_columns_the_stricter_counts(self) -> None:
        for strict, lax in (
            (("96365", EVALUATION), (EVALUATION, "96365")),
            ((EVALUATION, "96365"), ("96365", EVALUATION)),
        ):
            tables = paired((*strict, Separable.NEVER), (*lax, Separable.WITH_MODIFIER))
            assert self.advised(tables) == [("beside.never", (EVALUATION, "96365"))]

    def test_another_service_in_column_one_is_not_advised_about(self) -> None:
        assert (
            self.advised(paired((OTHER, "96365", Separable.WITH_MODIFIER), ("96365", "1", Separable.NEVER)), OTHER)
            == []
        )

    def test_without_a_pair_a_hospitals_significant_services_alone(self) -> None:
        tables = paired(significant=frozenset({"96365"}))
        assert self.advised(tables) == [("modifier.25", (EVALUATION, "96365"))]
        assert self.advised(tables, policy=OFFICE) == []


class TestWhyDistinct:
    def lines(self, **changed: Any) -> tuple[Reviewed, Reviewed]:
        charges = visits(given("A1", "08:00-09:00"), push("A2", "09:30", "morphine"))[0].charges
        one, other = (Reviewed(charge, 0, charge.code, DAY) for charge in charges)
        other.charge = replace(other.charge, **changed)
        return one, other

    def test_on_another_access(self) -> None:
        assert why_distinct(*self.lines(access="left"), Setting.FACILITY) is Distinct.OTHER_ACCESS
        assert why_distinct(*self.lines(access=None), Setting.FACILITY) is Distinct.UNUSUAL

    def test_by_another_practitioner_only_where_both_are_known(self) -> None:
        doctor = Reference(value="D1")
        assert why_distinct(*self.lines(ordered_by=doctor), Setting.PROFESSIONAL) is Distinct.UNUSUAL
        one, other = self.lines(ordered_by=doctor)
        one.charge = replace(one.charge, ordered_by=Reference(value="D2"))
        assert why_distinct(one, other, Setting.PROFESSIONAL) is Distinct.OTHER_PRACTITIONER
        assert why_distinct(one, other, Setting.FACILITY) is Distinct.UNUSUAL


class TestTheFirstEdition:
    def on(self, day: date, *givens: Administration) -> tuple[CodedVisit, ...]:
        return code(PatientFacts("P1", Reference(), givens, ()), POLICY, TABLES, at("+3 12:00")).visits

    def test_codes_and_dates_before_it_are_named_in_order(self) -> None:
        back = timedelta(days=(DAY - FIRST_EDITION).days + 2)
        doses = [
            given("A1", "20:00-+1 02:00", "vancomycin"),
            given("A2", "20:30-21:00"),
            given("A3", "+1 02:30-+1 03:00", "metronidazole"),
            push("A4", "+1 04:00", "morphine"),
            push("A5", "+1 05:00", "morphine"),
            given("A6", "+1 06:00-+1 07:00", "normal saline"),
        ]
        moved = [
            replace(one, start=one.start - back, end=one.end - back if one.end else None) for one in doses if one.start
        ]
        (visit,) = visits(*moved)
        (unchecked,) = [one for one in visit.advisories if one.because == "edit.before-first-edition"]
        assert list(unchecked.codes) == sorted(unchecked.codes)
        assert len(unchecked.codes) > 4
        assert "were not checked for 2024-06-29, 2024-06-30:" in unchecked.says


class TestOwned:
    def of(self, owned: Owned, *givens: Administration) -> CodedVisit:
        return visits(*givens, policy=replace(POLICY, charges=owned))[0]

    def test_what_the_record_system_charges_is_said_with_its_modifiers(self) -> None:
        dose = (DrugGiven(text="ceftriaxone", dose=Quantity(Decimal(1), "g")),)
        visit = self.of(Owned.ADMINISTRATION, given("A1", "09:00-10:00", drugs=dose))
        (left,) = visit.not_billed
        assert left.says.startswith("2026-03-03: J0696, units 4, billable. Worked out and not published")
        second = given("A2", "09:30-10:30", "vancomycin", access="left", second_access="protocol")
        visit = self.of(Owned.DRUG, given("A1", "09:00-10:00"), second)
        said = [left.says[:34] for left in visit.not_billed if left.because == "charges.administration-elsewhere"]
        assert said == ["2026-03-03: 96365, units 1, billab", "2026-03-03: 96365 59, units 1, bil"]

    def test_a_visit_of_which_nothing_is_left_to_others_stands_as_it_is(self) -> None:
        visit = self.of(Owned.ADMINISTRATION, given("A1", "09:00-10:00"))
        assert [charge.code for charge in visit.charges] == ["96365"]

    def test_what_is_left_comes_in_order_of_administrations(self) -> None:
        visit = self.of(Owned.DRUG, given("B", "09:00-10:00", "ceftriaxone"), given("A", "10:30-11:00", "vancomycin"))
        names = [left.administrations for left in visit.not_billed]
        assert names == sorted(names)
        assert {left.because for left in visit.not_billed} >= {"charges.administration-elsewhere", "drug.dose-missing"}


def test_the_questions_and_advice_of_edits_come_in_order() -> None:
    others = tuple(
        Procedure(f"PR{place}", "P1", ProcedureKind.EVALUATION, of, at("07:00"), at("07:20"), encounter="E1")
        for place, of in enumerate(["99215", "99214", "99213"])
    )
    (visit,) = visits(given("A1", "08:00-09:00"), procedures=others)
    said: list[Advisory] = list(visit.advisories)
    assert [one.codes[0] for one in said] == ["99213", "99214", "99215"]


@pytest.mark.parametrize("minutes", [True, False])
def test_what_an_edit_takes_off_says_its_minutes(minutes: bool) -> None:
    limit = UnitLimit(0, LimitKind.DATE_ABSOLUTE)
    tables = with_edits(limits={Setting.FACILITY: {"96365": limit, "96372": limit}})
    dose = given("A1", "08:00-09:00") if minutes else push("A1", "08:00", "morphine")
    coded = visits(dose, tables=tables)
    lines: list[Charge] = [charge for visit in coded for charge in visit.charges]
    left = [one.minutes for one in coded[0].not_billed if one.because == "edit.limit-absolute"]
    assert (left, [line.code for line in lines]) == (([60], []) if minutes else ([], ["96374"]))


class TestPlaces:
    """A professional's lines in a facility's places."""

    def line(self, place: str) -> CodedVisit:
        policy = replace(OFFICE, place_of_service=place)
        return visits(given("A1", "08:00-09:00"), policy=policy)[0]

    @pytest.mark.parametrize("place", ["19", "21", "22", "23", "24", "26", "31", "34", "51", "52", "53", "56", "61"])
    def test_of_a_facility(self, place: str) -> None:
        assert self.line(place).charges == ()

    @pytest.mark.parametrize("place", ["11", "15", "17", "20", "49", "50", "71", "72"])
    def test_of_a_practice(self, place: str) -> None:
        assert [charge.code for charge in self.line(place).charges] == ["96365"]

    def test_the_codes_that_are_the_facilitys_alone(self) -> None:
        alone = ["96360", "96361", "96374", "96379", "96401", "96402", "96409", "96413", "96425", "96521", "96523"]
        others = ["96359", "96380", "96400", "96403", "96405", "96408", "96426", "96440", "96520", "96524", "96549"]
        assert [one for one in [*alone, *others] if is_facilitys_alone(one)] == alone
