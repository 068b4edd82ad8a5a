"""Why a line is what it is: the sentences of an explanation, the policy that decided, and what edits ask of a line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coder.charges import Charge, CodedVisit, Interval, Minutes, Subtraction
from coder.coding import code
from coder.facts import AdministrationStatus, PatientClass, PatientFacts, Purpose, Reference, Route, VisitReason
from coder.facts import Encounter as Stay
from coder.lines.wording import counted, how_known
from coder.policy import (
    BolusAndDrip,
    Concurrent,
    EarlyStop,
    Policy,
    SameDrugRepeat,
    SecondAccess,
    Setting,
    SplitDose,
)
from tests.infused import DAY, IN_PROGRESS, NOUGHT, POLICY, TABLES, ZONE, at, coded, given, lines, push, sentences


def _with(**choices: object) -> Policy:
    return replace(POLICY, **choices)  # type: ignore[arg-type]


def _line(visit: CodedVisit, wanted: str) -> Charge:
    return next(charge for charge in visit.charges if charge.code == wanted)


class TestPolicyUsed:
    def test_each_measure_of_time_together_is_named(self) -> None:
        bags = given("A1", "09:00-10:31", "vancomycin"), given("A2", "10:00-10:46", "ceftriaxone")
        said = {
            measure: sentences(coded(*bags, policy=_with(concurrent=measure)), "96368")
            for measure in (Concurrent.MAJORITY, Concurrent.ANY, Concurrent.MIN16, Concurrent.DEDUCT)
        }
        for measure, words in said.items():
            assert words.startswith("Ran alongside vancomycin for 31 minutes, ")
            assert f"(policy concurrent = {measure}" in words
        assert "more than half of the later drug's" in said[Concurrent.MAJORITY]
        assert "any time together is enough" in said[Concurrent.ANY]
        assert "which is enough" in said[Concurrent.MIN16]
        assert "too little is left of it" in said[Concurrent.DEDUCT]

    def test_time_together_that_is_too_little_is_said_too(self) -> None:
        bags = given("A1", "09:00-10:00", "vancomycin"), given("A2", "09:55-10:55", "ceftriaxone")
        said = sentences(coded(*bags), "96367")
        assert (
            "Ran alongside vancomycin for 5 minutes, too little to be concurrent "
            "(policy concurrent = majority, by default)" in said
        )
        said = sentences(coded(*bags, policy=_with(concurrent=Concurrent.DEDUCT)), "96367")
        assert "time shared with a longer infusion is taken off it (policy concurrent = deduct)" in said
        alone = coded(given("A1", "09:00-10:00", "vancomycin"), given("A2", "10:00-10:30", "ceftriaxone"))
        assert "alongside" not in sentences(alone, "96367")

    def test_of_several_it_shares_time_with_the_one_it_shares_most_with_is_named(self) -> None:
        visit = coded(
            given("A1", "08:00-10:05", "vancomycin"),
            given("A2", "09:00-10:10", "metronidazole"),
            given("A3", "10:00-12:00", "ceftriaxone"),
        )
        assert "Ran alongside metronidazole for 10 minutes" in sentences(visit, "96367")

    def test_repeats_by_themselves_and_added(self) -> None:
        bags = (
            given("A1", "09:00-10:00", "vancomycin", order="O1"),
            given("A2", "15:00-16:00", "vancomycin", order="O1"),
        )
        assert "(policy same_drug_repeat = each, by default)" in sentences(coded(*bags), "96366")
        added = coded(*bags, policy=_with(same_drug_repeat=SameDrugRepeat.SUM))
        assert (
            "Vancomycin, infusions counted as one: 2, 120 minutes in all (policy same_drug_repeat = sum)."
            in sentences(added, "96366")
        )

    def test_a_dose_in_several_injections(self) -> None:
        dose = given("A1", "09:00", "octreotide", route=Route.INTRAMUSCULAR, injections=2)
        assert "One ordered dose in 2 injections: it counts once (policy split_dose = one, by default)." in sentences(
            coded(dose), "96372"
        )
        each = coded(dose, policy=_with(split_dose=SplitDose.EACH))
        assert "each counts (policy split_dose = each)" in sentences(each, "96372")

    def test_pieces_of_fluid(self) -> None:
        saline = given("A1", "08:00-10:00", "normal saline"), given("A2", "08:40-09:10", "ceftriaxone")
        by_piece = coded(*saline, policy=_with(sum_hydration_segments=False))
        assert "(policy sum_hydration_segments = no), in minutes: 40 and 50." in sentences(by_piece, "96361")
        together = "counted together (policy sum_hydration_segments = yes, by default)"
        assert together in sentences(coded(*saline), "96361")

    def test_a_bolus_left_out(self) -> None:
        visit = coded(
            push("A1", "09:00", "heparin"),
            given("A2", "09:05-10:00", "heparin"),
            policy=_with(bolus_and_drip=BolusAndDrip.DRIP),
        )
        (left,) = [one for one in visit.not_billed if one.because == "bolus-and-drip.drip"]
        assert left.administrations == ("A1",)
        assert "policy bolus_and_drip = drip" in left.says

    def test_an_infusion_stopped_early(self) -> None:
        stopped = given("A1", "09:00-09:10", "rituximab", status=AdministrationStatus.STOPPED, ordered_minutes=60)
        wanted = {EarlyStop.MINUTES: "96409", EarlyStop.REDUCED: "96413", EarlyStop.INTENT: "96413"}
        for meaning, initial in wanted.items():
            visit = coded(stopped, policy=_with(early_stop=meaning))
            assert f"(policy early_stop = {meaning})." in sentences(visit, initial)

    def test_a_second_access(self) -> None:
        bags = (
            given("A1", "09:00-10:00", "ceftriaxone", access="left arm"),
            given("A2", "09:00-10:00", "vancomycin", access="right arm", second_access="incompatible"),
        )
        visit = coded(*bags)
        said = {charge.service: " ".join(charge.explanation) for charge in visit.charges}
        assert "On a second access, right arm, documented as necessary (incompatible; " in said["A2",]
        assert "second access" not in said["A1",]
        one = coded(*bags, policy=_with(second_access=SecondAccess.NEVER))
        assert "(policy second_access = never)" in sentences(one, "96365")


class TestTies:
    def test_of_two_alike_the_higher_link_key_gives_way_to_what_they_share(self) -> None:
        bags = (
            given("C", "08:00-08:50", "paclitaxel"),
            given("B", "09:00-10:00", "vancomycin"),
            given("A", "09:00-10:00", "ceftriaxone"),
        )
        for measure in (Concurrent.ANY, Concurrent.MIN16, Concurrent.DEDUCT):
            visit = coded(*bags, policy=_with(concurrent=measure))
            assert lines(visit) == [("96367", ("A",)), ("96368", ("B",)), ("96413", ("C",))]

    def test_of_two_as_long_the_later_gives_way(self) -> None:
        visit = coded(
            given("C", "08:00-08:50", "paclitaxel"),
            given("B", "09:00-10:00", "vancomycin"),
            given("A", "09:05-10:05", "ceftriaxone"),
            policy=_with(concurrent=Concurrent.DEDUCT),
        )
        assert lines(visit) == [("96367", ("B",)), ("96368", ("A",)), ("96413", ("C",))]


class TestReason:
    def _visit(self, reason: VisitReason, *givens: object) -> CodedVisit:
        stay = Stay("E1", "P1", PatientClass.OUTPATIENT, reason=reason)
        facts = PatientFacts("P1", Reference(), givens, (stay,))  # type: ignore[arg-type]
        (visit,) = code(facts, _with(setting=Setting.PROFESSIONAL), TABLES, at("+3 12:00")).visits
        return visit

    def test_it_names_what_lost(self) -> None:
        visit = self._visit(
            VisitReason.INJECTION,
            given("A1", "09:00-10:00", "ceftriaxone"),
            push("A2", "10:00", "morphine"),
            push("A3", "10:10", "ondansetron"),
        )
        said = sentences(visit, "96374")
        assert "Initial service by the reason for the visit, injection: before ceftriaxone (infusion)." in said
        assert "Of equals the earliest, or the longest that overlaps it: before ondansetron (push)." in said

    def test_fluid_before_everything(self) -> None:
        visit = self._visit(
            VisitReason.HYDRATION,
            given("A1", "08:00-09:00", "normal saline"),
            given("A2", "09:00-10:00", "ceftriaxone"),
            push("A3", "10:00", "morphine"),
        )
        said = sentences(visit, "96360")
        assert (
            said
            == "Initial service by the reason for the visit, hydration: before ceftriaxone (infusion), morphine (push)."
        )
        initial = _line(visit, "96360").key
        assert {charge.part_of for charge in visit.charges if charge.code != "96360"} == {initial}


class TestWhatEditsAsk:
    def test_the_access_of_each_line(self) -> None:
        visit = coded(
            given("A1", "09:00-10:31", "ceftriaxone", access="left arm"),
            given("A2", "09:00-10:00", "vancomycin", access="right arm", second_access="incompatible"),
            given("A3", "11:00", "cyanocobalamin", route=Route.INTRAMUSCULAR),
            given("A4", "10:40-11:40", "normal saline", purpose=Purpose.HYDRATION),
        )
        access = {(charge.code, charge.service[0]): charge.access for charge in visit.charges}
        assert access == {
            ("96365", "A1"): "main",
            ("96366", "A1"): "main",
            ("96365", "A2"): "right arm",
            ("96372", "A3"): None,
            ("96361", "A4"): "main",
        }

    def test_an_order_is_its_own_unless_something_else_was_given_under_it(self) -> None:
        visit = coded(
            given("A1", "09:00-10:00", "ceftriaxone", order="O1"),
            given("A2", "15:00-16:00", "ceftriaxone", order="O1"),
            given("A3", "10:10-11:00", "vancomycin", order="O2"),
            push("A4", "11:10", "morphine", order="O2"),
            push("A5", "11:20", "ondansetron", order=None),
        )
        own = {charge.service: charge.own_order for charge in visit.charges}
        assert own == {("A1",): True, ("A2",): True, ("A3",): False, ("A4",): False, ("A5",): False}


class TestLedgers:
    def test_what_a_longer_infusion_takes_off_stands_in_it(self) -> None:
        visit = coded(
            given("A1", "09:00-10:31", "vancomycin"),
            given("A2", "10:00-11:00", "ceftriaxone"),
            policy=_with(concurrent=Concurrent.DEDUCT),
        )
        minutes = _line(visit, "96367").minutes
        assert minutes is not None
        (taken,) = minutes.subtracted
        assert (taken.administration, taken.start, taken.end, taken.minutes, taken.rule) == (
            "A1",
            at("10:00"),
            at("10:31"),
            31,
            "concurrent.deduct",
        )
        assert minutes.counted == 29

    def test_time_of_two_bags_of_a_drug_counts_once_where_it_is_added(self) -> None:
        visit = coded(
            given("A1", "09:00-10:00", "vancomycin", order="O1"),
            given("A2", "09:30-10:31", "vancomycin", order="O2"),
            policy=_with(same_drug_repeat=SameDrugRepeat.SUM),
        )
        minutes = _line(visit, "96366").minutes
        assert minutes is not None
        assert [(one.administration, one.minutes, one.rule) for one in minutes.subtracted] == [("A2", 30, "repeat.sum")]
        assert (minutes.counted, minutes.threshold_minutes) == (91, 91)

    def test_pieces_too_short_are_taken_off(self) -> None:
        visit = coded(
            given("A1", "08:00-10:00", "normal saline"),
            given("A2", "08:31-09:30", "ceftriaxone"),
            policy=_with(sum_hydration_segments=False),
        )
        minutes = _line(visit, "96361").minutes
        assert minutes is not None
        assert [(one.minutes, one.rule) for one in minutes.subtracted] == [
            (59, "hydration.overlap"),
            (30, "hydration.segments"),
        ]
        assert minutes.counted == 31

    def test_fluid_between_units_of_blood(self) -> None:
        visit = coded(
            given("A1", "08:00-09:00", "packed red cells"),
            given("A2", "08:30-12:40", "normal saline", order="O1"),
            given("A3", "11:00-12:00", "packed red cells"),
            given("A4", "09:30", "normal saline", order="O1", rate=NOUGHT),
            given("A5", "10:00", "normal saline", order="O1", status=IN_PROGRESS),
        )
        minutes = _line(visit, "96360").minutes
        assert minutes is not None
        assert [(one.minutes, one.rule) for one in minutes.subtracted if one.rule != "run.pause"] == [
            (30, "hydration.between-blood"),
            (60, "hydration.between-blood"),
            (30, "hydration.overlap"),
            (60, "hydration.overlap"),
        ]
        assert minutes.counted == 40

    def test_a_push_just_before_its_reported_one_says_so(self) -> None:
        visit = coded(push("A1", "09:00-09:05", "furosemide"), push("A2", "09:04-09:14", "furosemide"))
        (left,) = [one for one in visit.not_billed if one.because == "push.repeat-within"]
        assert left.says == "The same drug just before its reported push."


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("charted", "A1 charted"),
        ("next-rate", "A1 until the next charted rate"),
        ("answered", "A1 its end was answered"),
        ("computed", "A1 its end is computed from charted volume and rate"),
        ("pump", "A1 by the pump"),
    ],
)
def test_how_an_end_is_known(source: str, words: str) -> None:
    assert how_known(Interval("A1", at("09:00"), at("10:00"), source), ZONE) == words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("run.pause", "paused"),
        ("run.taken-over", "before it was taken over"),
        ("run.until-inpatient", "after the inpatient order"),
        ("hydration.once", "another fluid ran and counts"),
        ("hydration.overlap", "another infusion ran"),
        ("hydration.push", "a push was being given"),
        ("hydration.between-blood", "between units of blood"),
        ("hydration.segments", "a piece too short to count by itself"),
        ("concurrent.deduct", "a longer infusion ran"),
        ("repeat.sum", "counted already"),
    ],
)
def test_why_minutes_were_taken_off(rule: str, words: str) -> None:
    taken = Subtraction("A2", at("09:00"), at("09:30"), 30, rule)
    (said, _) = counted(Minutes((Interval("A1", at("09:00"), at("10:00"), "charted"),), (taken,), 30), ZONE, DAY)[1:]
    assert said == f"Minus 09:00 to 09:30, 30 minutes: {words} (A2, {rule})."
