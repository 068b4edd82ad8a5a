"""What holds for every visit, whatever was given.

1. The order in which administrations are listed never changes the result.
2. One initial service per access and visit.
3. No charge without an administration, and every charge names rules that exist.
4. A longer run of the same visit never earns fewer further hours, and one minute more never adds two.
5. Entered in error leaves nothing behind.
6. Every add-on is part of an initial service of the same visit.
7. Every administration is charged, left out by name, withdrawn, or part of a held line: nothing vanishes.
8. Every line's ledger adds up: gross less subtracted is counted, to the minute that seconds may drop.
9. No two charges of a visit share an identity.
10. A billable add-on has a billable initial service.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from coder.charges import ChargeStatus, CodedVisit, Role
from coder.codes import (
    ADD_ONS,
    CHEMOTHERAPY_INITIAL,
    CHEMOTHERAPY_PUSH,
    HYDRATION_INITIAL,
    THERAPEUTIC_INITIAL,
    THERAPEUTIC_PUSH,
)
from coder.coding import code
from coder.facts import (
    Administration,
    AdministrationStatus,
    DrugGiven,
    Encounter,
    Method,
    PatientClass,
    PatientFacts,
    Purpose,
    Quantity,
    Reference,
    Route,
)
from coder.policy import Policy
from coder.rulebook import RULES
from mappers.tables import load_tables

ZONE = ZoneInfo("America/Chicago")
DAWN = datetime(2026, 3, 3, 6, tzinfo=ZONE)
LATE = DAWN + timedelta(days=9)
INITIALS = {
    HYDRATION_INITIAL,
    THERAPEUTIC_INITIAL,
    THERAPEUTIC_PUSH,
    CHEMOTHERAPY_INITIAL,
    CHEMOTHERAPY_PUSH,
}
DRUGS = ["ceftriaxone", "vancomycin", "ondansetron", "paclitaxel", "carboplatin", "normal saline", "packed red cells"]


@st.composite
def administrations(draw: st.DrawFn, number: int) -> Administration:
    start = DAWN + timedelta(minutes=draw(st.integers(0, 1440)))
    length = draw(st.one_of(st.none(), st.integers(1, 240)))
    drug = draw(st.sampled_from(DRUGS))
    return Administration(
        key=f"A{number}",
        patient="P",
        status=draw(st.sampled_from(list(AdministrationStatus))),
        start=start,
        end=None if length is None else start + timedelta(minutes=length),
        drugs=(DrugGiven(text=drug, dose=Quantity(draw(st.decimals(1, 900, places=1)), "mg")),),
        route=draw(st.sampled_from([Route.INTRAVENOUS] * 6 + [Route.SUBCUTANEOUS, None])),
        method=draw(st.sampled_from([None, None, Method.PUSH])),
        access="left" if number % 2 else "right",
        second_access=draw(st.sampled_from([None, None, "incompatible"])),
        purpose=draw(st.sampled_from([None, None, Purpose.HYDRATION, Purpose.FLUSH])),
        order=draw(st.sampled_from(["O1", "O2", None])),
        rate=draw(st.sampled_from([None, None, Quantity(draw(st.decimals(0, 9, places=0)), "mL/h")])),
        encounter="E",
    )


@st.composite
def visits(draw: st.DrawFn) -> PatientFacts:
    count = draw(st.integers(1, 6))
    given_ones = tuple(draw(administrations(number)) for number in range(count))
    encounter = Encounter("E", "P", PatientClass.OUTPATIENT)
    return PatientFacts("P", Reference(reference="Patient/P"), given_ones, (encounter,))


def _coded(facts: PatientFacts) -> CodedVisit:
    return code(facts, Policy(ZONE), load_tables(), LATE).visits[0]


@given(visits(), st.randoms(use_true_random=False))
def test_order_of_listing(facts: PatientFacts, random: object) -> None:
    shuffled = list(facts.administrations)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert _coded(replace(facts, administrations=tuple(shuffled))) == _coded(facts)  # 1.


@given(visits())
def test_lines(facts: PatientFacts) -> None:
    visit = _coded(facts)
    known = {one.key for one in facts.administrations}
    access_of = {one.key: one.access if one.second_access else "main" for one in facts.administrations}
    first = [charge for charge in visit.charges if charge.code in INITIALS]
    dates = {(access_of[charge.service[0]], charge.key.service_date) for charge in first}
    accesses = {access for access, _ in dates}
    assert len(first) == len(accesses)  # 2.
    keys = {charge.key for charge in first}
    statuses = {charge.key: charge.status for charge in first}
    for charge in visit.charges:
        assert charge.service  # 3.
        assert set(charge.service) <= known  # 3.
        assert charge.because  # 3.
        assert set(charge.because) <= set(RULES)  # 3.
        assert (charge.code in ADD_ONS) == (charge.part_of is not None)  # 6.
        assert charge.part_of is None or charge.part_of in keys  # 6.
        assert charge.start <= charge.end
        if charge.part_of and charge.status is ChargeStatus.BILLABLE:
            assert statuses[charge.part_of] is ChargeStatus.BILLABLE  # 10.
    assert {one.because for one in visit.queries} | {one.because for one in visit.not_billed} <= set(RULES)  # 3.
    assert len({charge.key for charge in visit.charges}) == len(visit.charges)  # 9.


@given(visits())
def test_nothing_vanishes(facts: PatientFacts) -> None:
    visit = _coded(facts)
    told = {key for charge in visit.charges if charge.key.role is not Role.DRUG for key in charge.service}
    told |= {key for left in visit.not_billed for key in left.administrations}
    drawn = {key for run in visit.runs for key in run.administrations}
    for one in facts.administrations:
        if one.status is AdministrationStatus.ENTERED_IN_ERROR:
            assert one.key not in told | drawn  # 5.
        elif one.rate is None or one.rate.value:
            assert one.key in told  # 7.


@given(visits())
def test_ledgers_add_up(facts: PatientFacts) -> None:
    for charge in _coded(facts).charges:
        if charge.minutes is None:
            continue
        gross = sum(((one.end - one.start) // timedelta(minutes=1)) for one in charge.minutes.gross)
        taken = sum(one.minutes for one in charge.minutes.subtracted)
        assert gross - taken == charge.minutes.counted  # 8.


@given(st.integers(16, 700))
def test_a_longer_run_never_earns_less(minutes: int) -> None:
    def hours(length: int) -> int:
        one = Administration(
            "A", "P", AdministrationStatus.COMPLETED, DAWN, DAWN + timedelta(minutes=length),
            (DrugGiven(text="vancomycin"),), Route.INTRAVENOUS, encounter="E",
        )  # fmt: skip
        facts = PatientFacts("P", Reference(), (one,), (Encounter("E", "P", PatientClass.OUTPATIENT),))
        return sum(charge.units or 0 for charge in _coded(facts).charges if charge.key.role is Role.HOURS)

    assert hours(minutes) <= hours(minutes + 1) <= hours(minutes) + 1  # 4.
