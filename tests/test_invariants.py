"""What holds for every patient, whatever was given and whatever the site has decided.

1. The order in which facts are listed never changes the result, and the same facts give the same again.
2. One initial service per access and visit.
3. No charge without an administration, and every charge names rules that exist.
4. A longer run with the same role never earns less, and one minute more never adds two hours.
5. Entered in error, or cancelled, leaves nothing behind: the result is that of never having been told.
6. Every add-on is part of an initial service of the same visit.
7. Every administration is charged, left out by name, withdrawn, or part of a held line: nothing vanishes.
8. Every line's ledger adds up: gross less subtracted is counted, to the minute that seconds may drop.
9. No two charges of a patient share an identity.
10. A billable add-on has a billable initial service.
11. No minute is counted twice: no run earns more hours than it has begun, and hydration none in which an infusion ran.
12. No line has a modifier twice, nor two that say that it is distinct.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from coder.charges import Charge, ChargeStatus, Coded, CodedVisit, Role
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
    AdmissionOrder,
    DrugGiven,
    Encounter,
    PatientClass,
    PatientFacts,
    Procedure,
    Reference,
    Route,
)
from coder.policy import Policy
from coder.rulebook import RULES
from mappers.tables import load_tables
from tests.random_facts import DAWN, LATE, ZONE, moments, patients, policies

INITIALS = {
    HYDRATION_INITIAL,
    THERAPEUTIC_INITIAL,
    THERAPEUTIC_PUSH,
    CHEMOTHERAPY_INITIAL,
    CHEMOTHERAPY_PUSH,
}
HYDRATION = {"96360", "96361"}
LONG = timedelta(days=1)
One = TypeVar("One")
DISTINCT = {"59", "XE", "XS", "XP", "XU"}


def _coded(facts: PatientFacts, policy: Policy) -> Coded:
    return code(facts, policy, load_tables(), LATE)


def _charges(visits: Iterable[CodedVisit]) -> list[Charge]:
    return [charge for visit in visits for charge in visit.charges]


@given(patients(), policies(), st.integers(0, 99))
def test_order_of_listing(facts: PatientFacts, policy: Policy, seed: int) -> None:
    def shuffled(listed: tuple[One, ...]) -> tuple[One, ...]:
        return tuple(Random(seed).sample(listed, len(listed)))

    other = replace(
        facts,
        administrations=shuffled(facts.administrations),
        encounters=shuffled(facts.encounters),
        procedures=shuffled(facts.procedures),
    )
    assert _coded(other, policy) == _coded(facts, policy) == _coded(facts, policy)  # 1.


@given(patients(), policies())
def test_lines(facts: PatientFacts, policy: Policy) -> None:
    visits = _coded(facts, policy).visits
    known = {one.key for one in facts.administrations}
    for visit in visits:
        initials = [charge.access for charge in visit.charges if charge.code in INITIALS]
        assert len(set(initials)) == len(initials)  # 2.
        keys = {charge.key for charge in visit.charges if charge.code not in ADD_ONS}
        statuses = {charge.key: charge.status for charge in visit.charges}
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
            assert len(set(charge.modifiers)) == len(charge.modifiers)  # 12.
            assert len(DISTINCT & set(charge.modifiers)) <= 1  # 12.
        said = {one.because for one in visit.queries} | {one.because for one in visit.not_billed}
        assert said | {one.because for one in visit.advisories} <= set(RULES)  # 3.
    identities = Counter(charge.key for charge in _charges(visits))
    assert [key for key, count in identities.items() if count > 1] == []  # 9.


@given(patients(), policies())
def test_nothing_vanishes(facts: PatientFacts, policy: Policy) -> None:
    visits = _coded(facts, policy).visits
    told = {key for charge in _charges(visits) if charge.key.role is not Role.DRUG for key in charge.service}
    told |= {key for visit in visits for left in visit.not_billed for key in left.administrations}
    for one in facts.administrations:
        if one.status is not AdministrationStatus.ENTERED_IN_ERROR and (one.rate is None or one.rate.value):
            assert one.key in told  # 7.


@given(patients(), policies(), moments())
def test_what_was_withdrawn_is_as_never_told(facts: PatientFacts, policy: Policy, at: object) -> None:
    kept = tuple(one for one in facts.administrations if one.status is not AdministrationStatus.ENTERED_IN_ERROR)
    cancelled = replace(
        facts,
        encounters=(*facts.encounters, Encounter("E9", "P", PatientClass.INPATIENT, DAWN, LATE, cancelled=True)),
        procedures=(*facts.procedures, Procedure("PR9", "P", start=DAWN, end=LATE, cancelled=True)),
        admission_orders=(*facts.admission_orders, AdmissionOrder("AO9", "P", at=DAWN, cancelled=True)),
    )
    if kept:
        never_told = replace(facts, administrations=kept)
        assert _said(_coded(cancelled, policy)) == _said(_coded(never_told, policy))  # 5.


def _said(coded: Coded) -> tuple[object, ...]:
    """What coding says; a visit in which nothing is left says nothing, and is there so that its charges can go."""
    told = (visit for visit in coded.visits if visit.runs or visit.charges or visit.queries or visit.not_billed)
    return coded.due_at, *told


@given(patients(), policies())
def test_ledgers_add_up(facts: PatientFacts, policy: Policy) -> None:
    for charge in _charges(_coded(facts, policy).visits):
        if charge.minutes is None:
            continue
        gross = sum(((one.end - one.start) // timedelta(minutes=1)) for one in charge.minutes.gross)
        taken = sum(one.minutes for one in charge.minutes.subtracted)
        assert gross - taken == charge.minutes.counted  # 8.
        if charge.key.role is Role.HOURS and charge.code not in HYDRATION:
            assert (charge.units or 0) <= charge.minutes.counted // 60 + 1  # 11.


@given(patients(), policies())
def test_hydration_and_infusions_share_no_minute(facts: PatientFacts, policy: Policy) -> None:
    for visit in _coded(facts, policy).visits:
        ran = [run for run in visit.runs if run.mode == "infusion" and not run.running]
        fluid = {charge.key.anchor: charge for charge in visit.charges if charge.code in HYDRATION}
        for charge in fluid.values():
            assert charge.minutes is not None
            hydrated = sum((one.end - one.start for one in charge.minutes.gross), timedelta())
            shared = [one for run in ran for one in run.intervals]
            alone = timedelta(minutes=charge.minutes.counted)
            for one in charge.minutes.gross:
                longest = max(
                    (min(one.end, other.end) - max(one.start, other.start) for other in shared), default=-LONG
                )
                hydrated -= max(longest, timedelta())
            assert alone <= hydrated  # 11.


def _roles(visits: Iterable[CodedVisit]) -> Counter[tuple[str, str]]:
    return Counter((charge.key.anchor, charge.code) for charge in _charges(visits))


@given(patients(), policies(), st.integers(0, 5), st.integers(1, 90))
def test_a_longer_run_with_the_same_role_never_earns_less(
    facts: PatientFacts, policy: Policy, place: int, minutes: int
) -> None:
    ended = [one for one in facts.administrations if one.end]
    if not ended:
        return
    one = ended[place % len(ended)]
    assert one.end is not None
    longer = replace(one, end=one.end + timedelta(minutes=minutes))
    others = tuple(other for other in facts.administrations if other is not one)
    before, after = (_coded(replace(facts, administrations=(this, *others)), policy).visits for this in (one, longer))
    services = [(charge.key.anchor, charge.code) for charge in _charges(before) if charge.key.role is Role.SERVICE]
    if sorted(services) == sorted(
        (charge.key.anchor, charge.code) for charge in _charges(after) if charge.key.role is Role.SERVICE
    ):
        assert _hours(before, one.key) <= _hours(after, one.key)  # 4.


def _hours(visits: Iterable[CodedVisit], anchor: str) -> int:
    hours = [charge for charge in _charges(visits) if charge.key.anchor == anchor and charge.key.role is Role.HOURS]
    return sum(charge.units or 0 for charge in hours)


@given(st.integers(16, 700))
def test_a_minute_more_never_adds_two_hours(minutes: int) -> None:
    def hours(length: int) -> int:
        one = Administration(
            "A", "P", AdministrationStatus.COMPLETED, DAWN, DAWN + timedelta(minutes=length),
            (DrugGiven(text="vancomycin"),), Route.INTRAVENOUS, encounter="E",
        )  # fmt: skip
        facts = PatientFacts("P", Reference(), (one,), (Encounter("E", "P", PatientClass.OUTPATIENT),))
        return _hours(_coded(facts, Policy(ZONE)).visits, "A")

    assert hours(minutes) <= hours(minutes + 1) <= hours(minutes) + 1  # 4.
