"""Every rule that asks takes an answer in a stated form, and an answer changes what is coded."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from coder.answers.forms import FORMS
from coder.answers.values import Asked
from coder.charges import Coded, Query
from coder.coding import code
from coder.facts import Answer
from mappers.cases import Case
from mappers.tables import load_tables
from tests.test_cases import CASES

TABLES = load_tables()
CHICAGO = ZoneInfo("America/Chicago")
ASKED = Asked(CHICAGO, datetime(2026, 3, 3, 9, 0, tzinfo=CHICAGO), TABLES.formulary)
GOOD = {
    "time.start-missing": "09:10",
    "time.too-long": "09:00-10:00",
    "time.stop-missing": "10:00",
    "time.repeated-hour": "second",
    "concurrent.chemotherapy": "yes",
    "given.status-unknown": "given",
    "drug.waste-undocumented": "opened 500 mg + 500 mg, discarded 200 mg",
    "drug.waste-differs": "discarded 0 mg",
    "drug.waste-unit": "opened 500 mg",
    "drug.containers-short": "opened 500 mg + 400 mg",
    "drug.dose-missing": "500 mg",
    "drug.unit-mismatch": "500 mg",
    "hydration.volume-missing": "1000",
    "mode.push-unattended": "attended",
    "mode.pump-unknown": "subcutaneous by hand",
    "lesions.count-unknown": "3",
    "pump.length-unknown": "46",
    "order.duration-missing": "60",
    "documented.volume-and-rate": "250 mL at 125 mL/h",
    "documented.lot-and-expiry": "A1234 2027-01-31",
    "necessity.not-linked": "d50.9",
    "necessity.unsupported": "L03.119, A41.9",
    "necessity.secondary-only": "A41.9",
    "documented.infection": "A41.9",
}
MORE = ("yes", "outpatient", "portable", "same", "port", "therapeutic", "intravenous", "separate", "ceftriaxone")
OTHERS = ("peripheral", "antineoplastic", "single-dose", "some words")


@cache
def asked_in_cases() -> dict[str, tuple[Case, Query]]:
    """For each rule that asks a case and its question, as if nobody had answered."""
    found: dict[str, tuple[Case, Query]] = {}
    for _, case in CASES:
        for query in _queries(_coded(case)):
            found.setdefault(query.because, (case, query))
    return found


def _coded(case: Case, *answers: Answer) -> Coded:
    return code(replace(case.facts, answers=answers), case.policy, TABLES, case.as_of)


def _queries(coded: Coded) -> list[Query]:
    return [query for visit in coded.visits for query in visit.queries]


def _good(rule: str) -> str:
    tried = (GOOD[rule],) if rule in GOOD else (*MORE, *OTHERS)
    read = (FORMS[rule].read(said, ASKED) for said in tried)
    return next(says for says in read if says is not None)


def test_every_rule_that_asks_takes_an_answer_and_no_other_does() -> None:
    assert set(FORMS) == set(asked_in_cases())


@pytest.mark.parametrize("rule", sorted(FORMS))
def test_an_answer_in_its_stated_form_reads_as_itself(rule: str) -> None:
    says = _good(rule)
    assert FORMS[rule].fits(says)
    assert FORMS[rule].read(says, ASKED) == says


@pytest.mark.parametrize("rule", sorted(FORMS))
@pytest.mark.parametrize("nonsense", ["", "  ", "\x00", "x" * 300])
def test_nonsense_is_no_answer(rule: str, nonsense: str) -> None:
    assert FORMS[rule].read(nonsense, ASKED) is None


@pytest.mark.parametrize("rule", sorted(FORMS))
def test_what_was_answered_is_not_asked_again_until_the_answer_is_taken_back(rule: str) -> None:
    case, query = asked_in_cases()[rule]
    answer = Answer(
        key="answer|1",
        patient=query.patient,
        rule=rule,
        visit=query.visit,
        administrations=query.administrations,
        says=_good(rule),
        by="RN Kim",
        at=case.as_of,
        drug=query.drug,
    )
    mark = (rule, query.administrations, query.drug)
    asked = [(one.because, one.administrations, one.drug) for one in _queries(_coded(case, answer))]
    assert mark not in asked
    assert _coded(case, replace(answer, cancelled=True)) == _coded(case)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("10:15", "2026-03-03T10:15:00-06:00"),
        ("08:59", "2026-03-04T08:59:00-06:00"),
        ("09:00", "2026-03-03T09:00:00-06:00"),
        ("2026-03-03T10:15", "2026-03-03T10:15:00-06:00"),
        ("2026-11-01T01:30", None),
        ("2026-11-01T01:30-05:00", "2026-11-01T01:30:00-05:00"),
        ("2026-03-08T02:30", None),
        ("25:00", None),
        ("2026-03-03", None),
    ],
)
def test_times_are_read_on_the_clock_of_the_site(said: str, says: str | None) -> None:
    assert FORMS["time.start-missing"].read(said, ASKED) == says


def test_a_product_must_be_in_the_formulary() -> None:
    assert FORMS["drug.unknown"].read("IV antibiotic", ASKED) is None
    assert FORMS["drug.unknown"].read("ceftriaxone, dalbavancin", ASKED) == "ceftriaxone, dalbavancin"


def test_a_line_says_who_answered_what_and_when() -> None:
    case = next(case for _, case in CASES if case.name == "A stop that the nurse stated when asked")
    (visit,) = code(case.facts, case.policy, TABLES, case.as_of).visits
    said = [charge.explanation[-1] for charge in visit.charges]
    assert said[0] == "Answered by RN Kim on 2026-03-03 at 12:00: 2026-03-03 10:45 (time.stop-missing)."
    (interval,) = visit.charges[0].minutes.gross if visit.charges[0].minutes else ()
    assert (interval.source, interval.by) == ("answered", "RN Kim")
