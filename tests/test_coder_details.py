"""What a case file cannot say of a line: its ledger of minutes, period and sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from coder.charges import Interval, Subtraction
from coder.facts import (
    Coding,
    DrugGiven,
    Quantity,
    Route,
)
from coder.minutes import moments_of_minutes, overlap, union, without
from coder.policy import Midnight
from tests.infused import DAY, IN_PROGRESS, NOUGHT, POLICY, at, coded, given, push, sentences


class TestLedgerOfMinutes:
    def test_a_pause_stands_in_it(self) -> None:
        visit = coded(
            given("A1", "09:00-11:01", "vancomycin", order="O1"),
            given("A2", "09:30", "vancomycin", order="O1", rate=NOUGHT),
            given("A3", "10:00", "vancomycin", order="O1", status=IN_PROGRESS),
        )
        for charge, threshold in zip(visit.charges, [("infusion", 16), ("additional_hour", 91)], strict=True):
            assert charge.minutes is not None
            assert charge.minutes.gross == (Interval("A1", at("09:00"), at("11:01"), "charted"),)
            assert charge.minutes.subtracted == (Subtraction("A2", at("09:30"), at("10:00"), 30, "run.pause"),)
            assert charge.minutes.counted == 91
            assert charge.minutes.threshold == f"{threshold[0]}_minutes_floor"
            assert charge.minutes.threshold_minutes == threshold[1]

    def test_each_interval_says_how_its_end_is_known(self) -> None:
        visit = coded(
            given("A1", "09:00", "heparin", order="O1", status=IN_PROGRESS, rate=Quantity(Decimal(9), "mL/h")),
            given("A2", "09:20-10:00", "heparin", order="O1", rate=Quantity(Decimal(8), "mL/h")),
            given("A3", "10:10-10:30", "heparin", order="O1"),
        )
        assert [(one.administration, one.source) for one in visit.runs[0].intervals] == [
            ("A1", "next-rate"),
            ("A2", "charted"),
            ("A3", "charted"),
        ]

    def test_a_pause_outside_the_charted_intervals_takes_nothing(self) -> None:
        visit = coded(
            given("A1", "09:00-10:00", "vancomycin", order="O1"),
            given("A2", "10:00-10:30", "vancomycin", order="O1", rate=NOUGHT),
            given("A3", "10:30-11:01", "vancomycin", order="O1"),
        )
        minutes = visit.charges[0].minutes
        assert minutes is not None
        assert (minutes.subtracted, minutes.counted) == ((), 91)

    def test_a_bag_inside_another_has_no_interval(self) -> None:
        visit = coded(
            given("A1", "09:00-10:30", "vancomycin", order="O1"), given("A2", "09:20-09:50", "vancomycin", order="O1")
        )
        assert [one.administration for one in visit.runs[0].intervals] == ["A1"]
        visit = coded(
            given("A1", "09:00-10:00", "vancomycin", order="O1"), given("A2", "09:40-10:31", "vancomycin", order="O1")
        )
        assert [one.start for one in visit.runs[0].intervals] == [at("09:00"), at("10:00")]

    def test_a_service_that_needs_no_minutes_met_none(self) -> None:
        (charge,) = coded(push("A1", "09:00", "morphine")).charges
        assert charge.minutes is not None
        assert (charge.minutes.gross, charge.minutes.counted) == ((), 0)
        assert (charge.minutes.threshold, charge.minutes.threshold_minutes) == (None, None)
        assert (charge.start, charge.end) == (at("09:00"), at("09:00"))

    def test_what_took_hydration_away_is_named(self) -> None:
        visit = coded(
            given("A1", "09:00-12:00", "normal saline"),
            given("A2", "09:10-09:40", "ceftriaxone"),
            push("A3", "09:50-09:55", "morphine"),
            given("A4", "10:00-10:20", "packed red cells"),
            given("A5", "10:30-10:40", "octreotide", route=Route.SUBCUTANEOUS),
        )
        minutes = next(charge.minutes for charge in visit.charges if charge.code == "96361")
        assert minutes is not None
        assert [(one.administration, one.rule, one.minutes) for one in minutes.subtracted] == [
            ("A2", "hydration.overlap", 30),
            ("A3", "hydration.push", 5),
            ("A4", "hydration.overlap", 20),
        ]
        assert (minutes.counted, minutes.threshold, minutes.threshold_minutes) == (
            125,
            "additional_hour_minutes_floor",
            91,
        )

    def test_the_floor_of_hydration_alone(self) -> None:
        service, hours = coded(given("A1", "09:00-10:31", "normal saline")).charges
        assert service.minutes is not None
        assert hours.minutes is not None
        assert (service.minutes.threshold, service.minutes.threshold_minutes) == ("hydration_minutes_floor", 31)
        assert (hours.minutes.threshold, hours.minutes.threshold_minutes) == ("additional_hour_minutes_floor", 91)

    def test_minutes_of_what_is_not_billed(self) -> None:
        visit = coded(
            given("A1", "09:00-10:00", "paclitaxel"),
            given("A2", "09:05-10:00", "carboplatin"),
            given("A3", "09:10-09:50", "ceftriaxone"),
            given("A4", "09:10-09:40", "metronidazole"),
            push("A5", "10:30-10:50", "furosemide"),
            given("A6", "11:00-11:40", "octreotide", route=Route.SUBCUTANEOUS),
        )
        saline = coded(given("A7", "12:00-12:30", "normal saline"))
        start = datetime(2008, 12, 31, 9, tzinfo=UTC)
        early = coded(given("A8", "", "ceftriaxone", start=start, end=start + timedelta(minutes=25)))
        both = (*visit.not_billed, *saline.not_billed, *early.not_billed)
        left = {one.because: one.minutes for one in both if one.minutes is not None}
        assert left == {
            "concurrent.chemotherapy": 55,
            "concurrent.once-per-date": 30,
            "mode.push-unattended": 20,
            "mode.pump-unknown": 40,
            "hydration.floor": 30,
            "date.before-rules": 25,
        }

    def test_a_minute_after_a_whole_stretch_begins_the_next_one(self) -> None:
        stretches = (
            (datetime(2026, 3, 3, 9, tzinfo=UTC), datetime(2026, 3, 3, 9, 16, tzinfo=UTC)),
            (datetime(2026, 3, 3, 10, tzinfo=UTC), datetime(2026, 3, 3, 11, tzinfo=UTC)),
        )
        clock = [moment.strftime("%H:%M") for moment in moments_of_minutes(stretches, (1, 16, 17, 76, 77))]
        assert clock == ["09:00", "09:15", "10:00", "10:59", "11:00"]


class TestStretches:
    NINE, HALF, TEN = (datetime(2026, 3, 3, hour, minute, tzinfo=UTC) for hour, minute in ((9, 0), (9, 30), (10, 0)))

    def test_empty_ones_vanish(self) -> None:
        assert union([(self.NINE, self.NINE), (self.TEN, self.HALF)]) == ()
        assert overlap([(self.NINE, self.HALF)], [(self.HALF, self.TEN)]) == ()
        assert without([(self.NINE, self.TEN)], [(self.NINE, self.TEN)]) == ()
        assert without([(self.NINE, self.TEN)], [(self.NINE, self.HALF)]) == ((self.HALF, self.TEN),)
        assert without([(self.NINE, self.TEN)], [(self.HALF, self.TEN)]) == ((self.NINE, self.HALF),)

    def test_what_ends_before_it_starts_takes_nothing(self) -> None:
        assert without([(self.NINE, self.TEN)], [(self.TEN, self.HALF)]) == ((self.NINE, self.TEN),)

    def test_touching_ones_are_one(self) -> None:
        assert union([(self.HALF, self.TEN), (self.NINE, self.HALF)]) == ((self.NINE, self.TEN),)


class TestPeriods:
    def test_each_date_has_its_part_of_the_run(self) -> None:
        periods = [
            (charge.code, charge.start, charge.end)
            for charge in coded(given("A1", "22:00-+2 01:00", "vancomycin")).charges
        ]
        assert periods == [
            ("96365", at("22:00"), at("+1 00:00")),
            ("96366", at("22:00"), at("+1 00:00")),
            ("96366", at("+1 00:00"), at("+2 00:00")),
            ("96366", at("+2 00:00"), at("+2 01:00")),
        ]

    def test_summed_hydration_spans_its_pieces(self) -> None:
        visit = coded(
            given("A1", "09:00-11:00", "normal saline"),
            given("A2", "09:30-10:00", "lactated ringer's"),
            given("A3", "13:00-13:20", "normal saline"),
        )
        assert {(charge.start, charge.end) for charge in visit.charges} == {(at("09:00"), at("13:20"))}
        assert {charge.key.anchor for charge in visit.charges} == {"A1"}

    def test_summed_hydration_is_dated_as_one_service(self) -> None:
        saline = [given("A1", "21:30-23:00", "normal saline"), given("A2", "+1 01:00-+1 02:00", "normal saline")]
        by_minute = coded(*saline)
        assert [(charge.code, charge.key.service_date.day) for charge in by_minute.charges] == [
            ("96360", 3),
            ("96361", 4),
        ]
        assert all("midnight.threshold" in charge.because for charge in by_minute.charges)
        by_start = coded(*saline, policy=replace(POLICY, midnight=Midnight.START))
        assert [charge.key.service_date.day for charge in by_start.charges] == [3, 4]
        overlapping = [
            given("A1", "23:00-+1 01:00", "normal saline"),
            given("A2", "+1 00:30-+1 02:00", "normal saline"),
        ]
        by_start = coded(*overlapping, policy=replace(POLICY, midnight=Midnight.START))
        assert [(charge.units, charge.key.service_date.day) for charge in by_start.charges] == [(1, 3), (1, 3), (1, 4)]

    def test_by_the_start_all_units_stand_on_its_date(self) -> None:
        visit = coded(given("A1", "22:00-+1 01:00", "vancomycin"), policy=replace(POLICY, midnight=Midnight.START))
        assert {charge.key.service_date for charge in visit.charges} == {DAY}
        assert "Dated 2026-03-03 by policy midnight = start." in sentences(visit, "96365")


class TestSentences:
    def test_the_only_one(self) -> None:
        visit = coded(given("A1", "09:00-10:00"))
        assert visit.charges[0].explanation == ("Initial service: the only infusion or push on this access.",)
        assert visit.charges[0].because == ("mode.infusion", "initial.hierarchy")

    def test_what_lost_to_the_initial(self) -> None:
        visit = coded(
            push("A1", "08:00", "morphine"),
            given("A2", "09:00-10:00", "ceftriaxone"),
            given("A3", "09:30-11:00", "vancomycin"),
        )
        said = sentences(visit, "96365")
        assert "before morphine (push)." in said
        assert "Of equals the earliest, or the longest that overlaps it: before ceftriaxone (infusion)." in said
        assert "vancomycin" not in said

    def test_what_stands_beside_it(self) -> None:
        visit = coded(
            given("A1", "09:00-10:00", "paclitaxel"),
            given("A2", "09:30-10:00", "ceftriaxone", order="O2"),
            given("A3", "11:00-11:30", "metronidazole"),
            given("A4", "12:00-12:30", "ceftriaxone", order="O2"),
            push("A5", "13:00", "morphine"),
            push("A6", "13:40", "morphine"),
        )
        assert "Ran alongside paclitaxel for 30 minutes" in sentences(visit, "96368")
        assert "same drug as the run started at 09:30" in sentences(visit, "96366")
        assert "before or after the initial service: sequential" in sentences(visit, "96367")
        assert "push of another drug" in sentences(visit, "96375")
        assert "again 40 minutes after its last reported push" in sentences(visit, "96376")

    def test_hydration_says_whether_it_is_the_initial(self) -> None:
        alone = coded(given("A1", "09:00-10:00", "normal saline"))
        assert "Hydration is the initial service" in sentences(alone, "96360")
        beside = coded(given("A1", "09:00-10:00", "normal saline"), given("A2", "10:00-11:00"))
        assert "every hour here is an add-on" in sentences(beside, "96361")

    def test_only_what_is_not_countable_says_so(self) -> None:
        running = coded(given("A1", "09:00", status=IN_PROGRESS))
        minutes = running.charges[0].minutes
        assert minutes is not None
        assert (minutes.threshold, minutes.threshold_minutes) == (None, None)
        assert "Not countable yet" in sentences(running, "96365")
        done = coded(given("A1", "09:00-10:00"))
        assert "Not countable yet" not in sentences(done, "96365")
        assert "Dated" not in sentences(done, "96365")

    def test_the_arithmetic_of_a_drug_line(self) -> None:
        dose = Quantity(Decimal("1.1"), "g")
        visit = coded(given("A1", "09:00-10:00", drugs=(DrugGiven(text="ceftriaxone", dose=dose),)))
        assert sentences(visit, "J0696").startswith("Ceftriaxone: 1100")
        running = coded(given("A1", "09:00", drugs=(DrugGiven(text="ceftriaxone", dose=dose),), status=IN_PROGRESS))
        assert sentences(running, "J0696") == "Ceftriaxone is still running: its dose is not known yet."

    def test_sites_are_named_once_in_order(self) -> None:
        visit = coded(
            given("A1", "09:00-10:00", access="right arm"),
            given("A2", "10:00-11:00", access="left arm"),
            given("A3", "11:00-12:00", access="right arm"),
            given("A4", "12:00-13:00", access="port", second_access="protocol"),
        )
        (query,) = [query for query in visit.queries if query.because == "access.second-undocumented"]
        assert query.ask.startswith("These sites are charted: left arm, right arm. ")
        assert query.administrations == ("A1", "A2", "A3")

    def test_a_bolus_and_a_drip_are_asked_about_without_the_injection(self) -> None:
        visit = coded(
            push("A1", "09:00", "heparin"),
            given("A2", "09:05-10:00", "heparin"),
            given("A3", "12:00", "heparin", route=Route.SUBCUTANEOUS),
        )
        (query,) = [query for query in visit.queries if query.because == "bolus-and-drip.query"]
        assert query.administrations == ("A1", "A2")

    def test_why_a_drug_was_not_identified(self) -> None:
        two = DrugGiven(codings=(Coding("RxNorm", "6470"), Coding("RxNorm", "26225")))
        visit = coded(given("A1", "09:00-10:00", drugs=(two,)), given("A2", "11:00-12:00", "wonder drug"))
        assert [(left.because, left.says) for left in visit.not_billed] == [
            ("drug.ambiguous", "Its code fits several drugs."),
            ("drug.unknown", "The drug is not in the formulary."),
        ]
