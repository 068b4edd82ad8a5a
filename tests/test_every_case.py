"""What holds for every line, question and reason of every golden case, whatever the case is about."""

from __future__ import annotations

import pytest

from coder.charges import Charge, CodedVisit, CodeSystem, Role
from coder.codes import ADD_ONS, LABELS
from coder.coding import code
from coder.facts import Reference
from coder.lines.waiting import WAITING
from mappers.cases import Case
from tests.infused import TABLES
from tests.test_cases import CASES

SYSTEMS = {Role.PROCEDURE: CodeSystem.ICD_10_PCS, Role.DRUG: CodeSystem.HCPCS, Role.WASTE: CodeSystem.HCPCS}
HOURS = {"96361", "96366", "96370", "96415", "96423"}
SERVICES = {"hydration.secondary", "repeat.each"}
CURABLE = {
    "concurrent.chemotherapy",
    "drug.ambiguous",
    "drug.dialysis-unknown",
    "drug.dose-missing",
    "drug.no-code",
    "drug.product-unknown",
    "drug.route",
    "drug.unit-mismatch",
    "drug.unknown",
    "fluid.holds-drug",
    "flush.device-unknown",
    "given.status-unknown",
    "lesions.count-unknown",
    "mode.pump-unknown",
    "mode.push-unattended",
    "mode.route-unknown",
    "necessity.not-covered",
    "pcs.access-unknown",
    "pcs.substance-unknown",
    "pump.kind-unknown",
    "time.contradicted",
    "time.repeated-hour",
    "time.start-missing",
    "time.too-long",
    "visit.class-unknown",
}
DECIDED = {
    "early-stop.minutes": "Stopped before its ordered end, so its minutes decide (policy early_stop = ",
    "early-stop.discontinued": "Stopped before its ordered end: discontinued (policy early_stop = ",
    "early-stop.reduced": "Stopped before its ordered end: reduced (policy early_stop = ",
    "early-stop.intent": "Stopped before its ordered end: what was meant counts (policy early_stop = ",
    "pca.demand-pushes": "A dose the patient asked of a pump (policy pca_demand_doses = ",
    "bolus-and-drip.both": "A push and an infusion of one drug: both are reported (policy bolus_and_drip = ",
    "bolus-and-drip.query": "A push and an infusion of one drug: both wait for an answer (policy bolus_and_drip = ",
    "run.stitched": "Bags, rates and restarts are one run, also over a gap in minutes up to (policy bag_gap_minutes = ",
    "stop.computed": "Its stop was not charted and is computed from charted volume and rate (policy missing_stop = ",
    "stop.chosen-push": "Its stop was not charted: a push, as a person chose (policy missing_stop = ",
    "cavity.reduced": "Somebody else made the puncture that its code includes: reduced.",
    "family.table": "Chemotherapy or therapeutic by the table for its drug, route, payer, diagnosis and date.",
}
CLOCKS = {
    "pump": "Timed by the pump's own start and stop (policy clock = ",
    "earlier-stop": "Of the charted stop and the pump's the earlier counts (policy clock = ",
}


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[f"{file}: {case.name}" for file, case in CASES])
def test_every_line_question_and_reason_is_whole(case: Case) -> None:
    for visit in code(case.facts, case.policies, case.tables(TABLES), case.as_of).visits:
        _everything_comes_in_its_order(visit)
        keys = {charge.key for charge in visit.charges if charge.code not in ADD_ONS}
        for charge in visit.charges:
            assert (charge.part_of is not None) == (charge.code in ADD_ONS)
            assert charge.part_of is None or charge.part_of in keys
            _a_line_names_what_it_is_and_whose(case, charge)
            _its_role_is_part_of_its_identity(charge)
            _its_reasons_are_whole(charge)
            if charge.key.role is Role.SERVICE:
                _what_a_policy_decided_is_said(case, charge)
        if not case.facts.answers:
            _questions_are_about_what_was_given_and_since_it_began(case, visit)
            _what_is_not_billed_says_whether_that_can_be_cured(visit)


def _everything_comes_in_its_order(visit: CodedVisit) -> None:
    charges = [(charge.key.service_date, charge.code, charge.key) for charge in visit.charges]
    queries = [(query.since, query.because, query.administrations) for query in visit.queries]
    left = [(one.administrations, one.because) for one in visit.not_billed]
    starts = [run.intervals[0].start for run in visit.runs]
    assert (charges, queries, left, starts) == (sorted(charges), sorted(queries), sorted(left), sorted(starts))


def _charted_in(case: Case, charge: Charge) -> Reference:
    """The encounter of the first administration charged; by its key alone where nobody told of it."""
    charted = {one.key: one.encounter for one in case.facts.administrations}
    key = charted[charge.service[0]] or "E1"
    told = {encounter.key for encounter in case.facts.encounters}
    return Reference(reference=f"Encounter/{key}") if key in told else Reference(value=key)


def _a_line_names_what_it_is_and_whose(case: Case, charge: Charge) -> None:
    references = tuple(Reference(reference=f"MedicationAdministration/{key}") for key in charge.service)
    assert charge.service_references == references
    assert charge.context == _charted_in(case, charge)
    assert (charge.patient, charge.subject) == ("P1", Reference(reference="Patient/P1"))
    own = CodeSystem.CPT if charge.code.isdigit() else CodeSystem.HCPCS
    assert charge.system is SYSTEMS.get(charge.key.role, own)
    assert charge.label == LABELS.get(charge.code, charge.label)
    assert charge.key.anchor in charge.service
    assert all(charge.explanation)


def _its_reasons_are_whole(charge: Charge) -> None:
    assert len(set(charge.because)) == len(charge.because)
    assert len(set(charge.explanation)) == len(charge.explanation)
    assert ("initial.waiting" in charge.because) == (WAITING in charge.explanation)
    if any(rule.startswith("documented.") for rule in charge.because):
        assert any(said.startswith("Waits: ") for said in charge.explanation)
    if charge.key.role is Role.SERVICE and charge.system is CodeSystem.CPT:
        assert any(rule.startswith("mode.") or rule == "stop.chosen-push" for rule in charge.because)
        assert not charge.part_of or charge.explanation[0] != WAITING


def _its_role_is_part_of_its_identity(charge: Charge) -> None:
    role = Role.HOURS if charge.code in HOURS else Role.SERVICE
    role = Role.SERVICE if SERVICES & set(charge.because) else role
    role = Role.PROCEDURE if charge.system is CodeSystem.ICD_10_PCS else role
    drug = Role.WASTE if "JW" in charge.modifiers else Role.DRUG
    assert charge.key.role is (drug if charge.product else role)
    assert charge.product or role is Role.PROCEDURE or charge.key.component == 0


def _what_a_policy_decided_is_said(case: Case, charge: Charge) -> None:
    said = DECIDED | {"clock.pump": CLOCKS.get(case.policy.clock, "Timed")}
    for rule, words in said.items():
        assert any(one.startswith(words) for one in charge.explanation) == (rule in charge.because), rule


def _questions_are_about_what_was_given_and_since_it_began(case: Case, visit: CodedVisit) -> None:
    starts = {one.key: one.start for one in case.facts.administrations}
    for query in visit.queries:
        begun = [start for key in query.administrations if (start := starts[key])]
        assert query.administrations
        about = [one for one in case.facts.administrations if one.key in query.administrations]
        begun_here = {moment for one in about for moment in (one.pump_start, one.taken_over_at)}
        known = query.since == min(begun, default=case.as_of) or query.since in begun_here
        assert known or query.because == "visit.class-unknown", query.because
        assert len(query.ask) > 20


def _what_is_not_billed_says_whether_that_can_be_cured(visit: CodedVisit) -> None:
    for left in visit.not_billed:
        assert left.administrations
        assert left.says.endswith(".")
        assert left.curable is (left.because in CURABLE), left.because


def test_every_add_on_is_part_of_a_service_in_a_case() -> None:
    visits = (visit for _, case in CASES for visit in code(case.facts, case.policies, TABLES, case.as_of).visits)
    assert {charge.code for visit in visits for charge in visit.charges if charge.part_of} == ADD_ONS
