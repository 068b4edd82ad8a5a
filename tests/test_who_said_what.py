"""Who gave, charted and answered what: in lines and their minutes, and how an answer is read."""

from __future__ import annotations

import pytest

from coder.answers.applying import with_answers
from coder.answers.settling import sentence
from coder.answers.values import Asked, count, lot_and_expiry, moment, text
from coder.charges import CodedVisit
from coder.coding import code
from coder.facts import (
    Administration,
    Answer,
    Encounter,
    PatientClass,
    PatientFacts,
    Reference,
)
from tests.infused import POLICY, TABLES, ZONE, at, coded, given


def admitted(*givens: Administration) -> CodedVisit:
    """The inpatient stay of some doses."""
    encounter = Encounter("E1", "P1", PatientClass.INPATIENT, at("08:00"))
    (visit,) = code(PatientFacts("P1", Reference(), givens, (encounter,)), POLICY, TABLES, at("+3 12:00")).visits
    return visit


class TestWho:
    def test_an_inpatients_procedure_says_who_gave_it(self) -> None:
        nurse = Reference(reference="Practitioner/N1")
        (charge,) = admitted(given("A1", "09:00-10:00", "alteplase", access="picc", given_by=nurse)).charges
        assert charge.given_by == nurse

    def test_an_interval_says_who_charted_it(self) -> None:
        nurse = Reference(reference="Practitioner/N1", display="RN Kim")
        (charge,) = coded(given("A1", "09:00-10:00", given_by=nurse)).charges
        assert charge.minutes is not None
        assert [one.by for one in charge.minutes.gross] == ["RN Kim"]

    def test_an_answered_stretch_of_time_is_said_from_one_to_the_other(self) -> None:
        says = f"{at('09:00').isoformat()}/{at('10:15').isoformat()}"
        answer = Answer("1", "P1", "time.too-long", "E1", ("A1",), says, "RN Kim", at("12:00"))
        said = "Answered by RN Kim on 2026-03-03 at 12:00: 2026-03-03 09:00 to 2026-03-03 10:15 (time.too-long)."
        assert sentence(answer, ZONE) == said

    def test_of_two_bags_that_began_at_once_the_higher_key_takes_the_answered_stop(self) -> None:
        says = f"{at('09:00').isoformat()}/{at('10:15').isoformat()}"
        answer = Answer("1", "P1", "time.too-long", "E1", ("B", "A"), says, "RN Kim", at("12:00"))
        bags = tuple(given(key, "09:00-09:30", order="O1") for key in ("B", "A"))
        encounter = Encounter("E1", "P1", PatientClass.OUTPATIENT)
        facts = PatientFacts("P1", Reference(), bags, (encounter,), answers=(answer,))
        ends = {one.key: one.end for one in with_answers(facts, TABLES.formulary).administrations}
        assert ends == {"A": at("09:30"), "B": at("10:15")}

    def test_an_answer_in_words_may_be_one_letter(self) -> None:
        assert (text("x", Asked()), text(" ", Asked())) == ("x", None)

    @pytest.mark.parametrize(
        ("said", "read"), [("0", None), ("1", "1"), ("9999", "9999"), ("10000", None), ("-1", None), ("1.5", None)]
    )
    def test_a_count_is_a_whole_number_from_one_on(self, said: str, read: str | None) -> None:
        assert count(said, Asked()) == read

    def test_a_time_of_day_has_no_offset_of_its_own(self) -> None:
        asked = Asked(ZONE, at("09:00"))
        assert moment("10:15", asked) == at("10:15").isoformat()
        assert moment("10:15+01:00", asked) is None

    def test_an_answer_to_a_rule_that_asks_no_more_changes_nothing(self) -> None:
        answer = Answer("1", "P1", "gone.rule", "E1", ("A1",), "yes", "RN Kim", at("12:00"))
        encounter = Encounter("E1", "P1", PatientClass.OUTPATIENT)
        told, untold = (
            PatientFacts("P1", Reference(), (given("A1", "09:00-10:00"),), (encounter,), answers=answers)
            for answers in ((answer,), ())
        )
        later = at("+3 12:00")
        assert code(told, POLICY, TABLES, later).visits == code(untold, POLICY, TABLES, later).visits

    def test_a_date_alone_is_no_lot_with_its_expiry(self) -> None:
        said = {one: lot_and_expiry(one, Asked()) for one in ("2026-12-31", "L1 2026-12-31")}
        assert said == {"2026-12-31": None, "L1 2026-12-31": "L1 2026-12-31"}

    def test_what_was_given_in_an_encounter_nobody_told_of_says_when_it_was_charted(self) -> None:
        facts = PatientFacts("P1", Reference(), (given("A1", "09:00-10:00"),), (), charted_at={"A1": at("12:00")})
        (visit,) = code(facts, POLICY, TABLES, at("+3 12:00")).visits
        assert [one.at for run in visit.runs for one in run.intervals] == [at("12:00")]
