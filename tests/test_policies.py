"""Which policy a visit is coded by: the most specific override wins, whatever order they are listed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

from coder.coding import code
from coder.facts import Encounter, PatientClass, PatientFacts, Reference
from coder.policies.overrides import Override, Policies
from coder.policy import Concurrent, Policy
from coder.visits.deriving import derive
from coder.visits.visit import Visit
from tests.infused import POLICY, TABLES, at, given

OVERRIDES = (
    Override({"concurrent": Concurrent.ANY, "bag_gap_minutes": 1}, "dates", since=date(2026, 1, 1)),
    Override({"concurrent": Concurrent.MIN16, "bag_gap_minutes": 2}, "department", department="Clinic"),
    Override({"concurrent": Concurrent.DEDUCT}, "payer", payer="Acme"),
    Override({"hydration_min_ml": 500}, "both", department="clinic", payer="ACME"),
)


def _facts() -> PatientFacts:
    bags = (
        given("A1", "09:00-10:00", "vancomycin", encounter="E1"),
        given("A2", "09:50-10:50", "ceftriaxone", encounter="E1"),
    )
    stay = Encounter("E1", "P1", PatientClass.OUTPATIENT, department="Clinic")
    return PatientFacts("P1", Reference(), bags, (stay,))


def _visit(payer: str | None = None) -> Visit:
    (visit,) = derive(_facts(), POLICY)
    return replace(visit, payer=payer)


def test_the_most_specific_wins_key_by_key_in_any_order() -> None:
    for listed in permutations(OVERRIDES):
        policy = Policies(POLICY, listed).of(_visit("Acme"))
        assert (policy.concurrent, policy.bag_gap_minutes, policy.hydration_min_ml) == (Concurrent.DEDUCT, 2, 500)
        assert [policy.sources[key] for key in ("concurrent", "bag_gap_minutes", "hydration_min_ml")] == [
            "payer", "department", "both",
        ]  # fmt: skip


def test_what_fits_no_visit_changes_nothing() -> None:
    other = Override({"bag_gap_minutes": 3}, "elsewhere", department="ED")
    past = Override({"bag_gap_minutes": 3}, "past", until=date(2020, 1, 1))
    assert Policies(POLICY, (other, past)).of(_visit()) is POLICY


def test_a_policy_is_resolved_once() -> None:
    policies = Policies(POLICY, OVERRIDES)
    assert policies.of(_visit("Acme")) is policies.of(_visit("acme"))
    assert policies.of(_visit("Acme")) is not policies.of(_visit())


def test_a_plain_policy_is_a_site_without_overrides() -> None:
    facts, as_of = _facts(), at("+3 12:00")
    assert code(facts, POLICY, TABLES, as_of) == code(facts, Policies(POLICY), TABLES, as_of)


def test_the_explanation_says_where_a_value_was_set() -> None:
    (visit,) = code(_facts(), Policies(POLICY, OVERRIDES), TABLES, at("+3 12:00")).visits
    said = " ".join(sentence for charge in visit.charges for sentence in charge.explanation)
    assert "policy concurrent = min16, department)" in said


def test_a_value_that_nobody_set_is_the_default() -> None:
    policy = Policy(POLICY.zone)
    assert policy.said("early_stop") == "policy early_stop = minutes, by default"
    assert policy.said("place_of_service") == "policy place_of_service = 22, by default"
    assert policy.said("hours_modifier") == "policy hours_modifier = yes, by default"
    assert replace(policy, hours_modifier=False).said("hours_modifier") == "policy hours_modifier = no"
