"""Linking: which tellings are one thing, which of them wins, and that the order of arrival is nothing to it.

1. Linking is a function of the set of tellings: no permutation changes it.
2. Hearing a telling twice changes nothing.
3. Every telling that is no repeat ends in exactly one group, and every group gives one fact.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from coder.facts import Administration, AdministrationStatus, PatientClass, Quantity, Reference, Route
from ledger.grouping import UNCLEAR_CORRECTION, UNCLEAR_FEED
from ledger.linking import TWO_PATIENTS, Linked, link
from ledger.stored import Position, StoredTelling
from mappers.telling import Action, Telling
from tests.told import HL7, PATIENT, at, fhir, given, hl7, stored, visit

COMPLETED, ERROR, UNKNOWN = (
    AdministrationStatus.COMPLETED,
    AdministrationStatus.ENTERED_IN_ERROR,
    AdministrationStatus.UNKNOWN,
)
STRANGER = "urn:mrn|2"


def linked(*tellings: Telling) -> Linked:
    return link(stored(tellings))


def facts(*tellings: Telling, patient: str = PATIENT) -> tuple[Administration, ...]:
    return linked(*tellings).patients[patient].administrations


def only(*tellings: Telling) -> Administration:
    (fact,) = facts(*tellings)
    return fact


# --- which telling wins ----------------------------------------------------------------------------------------------


def test_the_newest_asserted_wins_whatever_came_last() -> None:
    newer = fhir("a", given("10:00", "11:00"), "12:00")
    older = fhir("a", given("10:00", "10:30"), "11:30")
    assert only(newer, older).end == only(older, newer).end == at("11:00")


def test_a_resource_replaces_all_that_its_source_said_before() -> None:
    fact = only(
        fhir("a", given("10:00", "11:00", access="left arm"), "11:00"),
        fhir("a", given("10:00", "11:10"), "12:00"),
    )
    assert (fact.end, fact.access) == (at("11:10"), None)


def test_a_message_states_single_fields() -> None:
    fact = only(
        hl7("O1", given("10:00", access="left arm"), "10:01"),
        hl7("O1", given("10:00", "11:00", route=None), "11:01"),
    )
    assert (fact.end, fact.access, fact.route) == (at("11:00"), "left arm", Route.INTRAVENOUS)


def test_two_quotes_clear_a_field_and_a_later_word_states_it_again() -> None:
    first = hl7("O1", given("10:00", "11:00", access="left arm"), "11:00")
    cleared = hl7("O1", given("10:00"), "11:05", cleared=frozenset({"access", "end"}))
    again = hl7("O1", given("10:00", access="port"), "11:10")
    assert (only(first, cleared).access, only(first, cleared).end) == (None, None)
    assert only(again, cleared, first).access == "port"


def test_a_resource_never_takes_away_what_a_message_said() -> None:
    fact = only(
        hl7("O1", given("10:00", "11:00", rate=Quantity(Decimal(100), "mL/h")), "11:00"),
        fhir("a", given("10:00", "11:05"), "11:30", order="O1"),
    )
    assert (fact.end, fact.rate) == (at("11:05"), Quantity(Decimal(100), "mL/h"))


@pytest.mark.parametrize(("weaker", "stronger"), [(Action.ADD, Action.UPDATE), (Action.UPDATE, Action.DELETE)])
def test_at_the_same_time_delete_beats_update_beats_add(weaker: Action, stronger: Action) -> None:
    loser = hl7("O1", given("10:00", "10:40"), "11:00", action=weaker)
    winner = hl7("O1", given("10:00", "10:50"), "11:00", action=stronger)
    for order in ((loser, winner), (winner, loser)):
        assert only(*order).end == at("10:50")
        assert (only(*order).status is ERROR) is (stronger is Action.DELETE)


def test_at_the_same_time_the_later_place_in_the_partition_wins() -> None:
    one, other = (hl7("O1", given("10:00", end), "11:00") for end in ("10:40", "10:50"))
    assert only(one, other).end == at("10:50")
    assert only(other, one).end == at("10:40")


def test_what_states_no_time_is_older_than_what_does() -> None:
    timeless = hl7("O1", given("10:00", "10:40"), None)
    timed = hl7("O1", given("10:00", "10:50"), "09:00")
    assert only(timed, timeless).end == at("10:50")


def test_between_partitions_fhir_outranks_hl7() -> None:
    message = StoredTelling(hl7("O1", given("10:00", "10:40"), "11:00"), Position("z", 0, 9, 0))
    resource = StoredTelling(fhir("a", given("10:00", "10:50"), "11:00", order="O1"), Position("a", 0, 0, 0))
    (fact,) = link([message, resource]).patients[PATIENT].administrations
    assert fact.end == at("10:50")


def test_a_senders_own_version_decides_between_equal_times() -> None:
    second = fhir("a", given("10:00", "10:50"), "11:00", version=2)
    tenth = fhir("a", given("10:00", "10:40"), "11:00", version=10)
    assert only(tenth, second).end == at("10:40")


def test_entered_in_error_is_final_unless_a_newer_version_or_time_says_otherwise() -> None:
    withdrawn = fhir("a", given("10:00", "11:00", status=ERROR), "11:00", version=3)
    same_time = fhir("a", given("10:00", "11:00"), "11:00", version=2)
    assert only(withdrawn, same_time).status is ERROR
    assert only(withdrawn, fhir("a", given("10:00", "11:00"), "11:00")).status is ERROR
    assert only(withdrawn, fhir("a", given("10:00", "11:00"), "11:00", version=4)).status is COMPLETED
    assert only(fhir("a", given("10:00", "11:00"), "11:01"), withdrawn).status is COMPLETED


def test_a_repeated_message_id_changes_nothing_even_with_a_new_stamp() -> None:
    first = hl7("O1", given("10:00", "10:40"), "11:00", message_id="M1")
    corrected = hl7("O1", given("10:00", "10:50"), "11:10", message_id="M2", action=Action.UPDATE)
    stamped_anew = replace(first, asserted=at("11:20"), digest="other bytes")
    for order in ((first, corrected, stamped_anew), (stamped_anew, corrected, first)):
        assert only(*order).end == at("10:50")
    assert linked(first, stamped_anew).repeated == {("administration", "other bytes")}


def test_one_message_may_tell_of_one_thing_twice() -> None:
    withdrawn = hl7("O1", given("10:00", "10:40", status=ERROR), "11:00", message_id="M1", action=Action.DELETE)
    anew = hl7("O1", given("10:00", "10:50"), "11:00", message_id="M1")
    one_record = [StoredTelling(one, Position("log", 0, 0, item)) for item, one in enumerate((withdrawn, anew))]
    assert link(one_record).repeated == frozenset()


# --- what is billed and what is not ----------------------------------------------------------------------------------


def test_the_winning_telling_says_whether_a_fact_is_ignored() -> None:
    real = fhir("a", given("10:00", "11:00"), "11:00")
    oral = fhir("a", given("10:00", "11:00", route=Route.OTHER), "11:30", ignored="oral route")
    assert only(real, oral).ignored == "oral route"
    assert only(oral, fhir("a", given("10:00", "11:00"), "12:00")).ignored is None


def test_a_message_without_a_route_leaves_the_route_and_its_reason_standing() -> None:
    oral = hl7("O1", given("10:00", route=Route.OTHER), "10:01", ignored="oral route")
    routeless = hl7("O1", given("10:00", "10:30", route=None), "10:31")
    injected = hl7("O1", given("10:00", "10:30"), "10:40")
    assert only(oral, routeless).ignored == "oral route"
    assert only(oral, routeless, injected).ignored is None


# --- links -----------------------------------------------------------------------------------------------------------


def test_messages_of_one_order_start_and_drug_are_one_administration() -> None:
    started = hl7("O1", given("10:00"), "10:01")
    late = at("10:00") + timedelta(seconds=30)
    stopped = hl7("O1", replace(given("10:00", "11:00"), start=late), "11:01")
    fact = only(started, replace(stopped, start=late))
    assert fact.key == "order:O1|2026-03-03T10:00Z|ceftriaxone"
    assert fact.end == at("11:00")


def test_an_order_given_three_times_is_three_administrations() -> None:
    assert len(facts(*(hl7("O1", given(start), start) for start in ("08:00", "12:00", "16:00")))) == 3


def test_two_drugs_of_one_order_and_start_are_two_administrations() -> None:
    assert len(facts(hl7("O1", given("10:00"), "10:01"), hl7("O1", given("10:00", drugs=["cefepime"]), "10:01"))) == 2


def test_without_an_order_the_patient_start_and_drug_link() -> None:
    fact = only(hl7(None, given("10:00"), "10:01"), hl7(None, given("10:00", "10:40"), "10:41"))
    assert fact.end == at("10:40")
    assert fact.key.startswith("told:")


def test_an_identifier_joins_two_ids_and_an_id_holds_only_within_its_source() -> None:
    one = fhir("a", given("10:00"), "10:01")
    both = replace(fhir("b", given("10:00", "10:30"), "10:31"), identifiers=(*one.identifiers, "urn:mar|7"))
    third = replace(fhir("c", given("10:00", "10:40"), "10:41"), identifiers=("urn:mar|7",))
    assert only(one, both, third).end == at("10:40")
    assert len(facts(one, replace(third, identifiers=("elsewhere|MedicationAdministration/a",)))) == 2


def test_resources_with_ids_of_their_own_do_not_link_by_order() -> None:
    assert len(facts(*(fhir(name, given("10:00"), "10:01", order="O1") for name in "ab"))) == 2


def test_a_corrected_start_of_a_resource_keeps_the_fact() -> None:
    before, after = fhir("a", given("10:00"), "10:01"), fhir("a", given("09:00"), "10:02")
    assert only(before, after).key == only(before).key
    assert only(before, after).start == at("09:00")


def test_a_correction_with_another_start_joins_the_only_administration_of_its_order() -> None:
    before = hl7("O1", given("10:00", "11:00"), "11:01")
    after = hl7("O1", given("10:20"), "11:30", action=Action.UPDATE)
    fact = only(after, before)
    assert (fact.key, fact.start, fact.end) == (only(before).key, at("10:20"), at("11:00"))


def test_superseded_tellings_keep_linking() -> None:
    first = hl7("O1", given("10:00"), "10:01")
    corrected = hl7("O1", given("10:20"), "10:30", action=Action.UPDATE)
    by_the_new_start = hl7("O1", given("10:20", "11:00"), "11:01")
    by_the_old_start = hl7("O1", given("10:00", status=ERROR), "11:30", action=Action.DELETE)
    assert only(first, corrected, by_the_new_start).end == at("11:00")
    assert only(by_the_old_start, by_the_new_start, corrected, first).status is ERROR


def test_a_corrected_drug_joins_the_administration_of_that_start() -> None:
    tellings = [hl7("O1", given(start), start) for start in ("08:00", "12:00")]
    corrected = hl7("O1", given("12:00", drugs=["cefepime"]), "13:00", action=Action.UPDATE)
    early, late = facts(*tellings, corrected)
    assert (early.drugs[0].text, late.drugs[0].text) == ("ceftriaxone", "cefepime")


def test_both_drugs_of_a_bag_follow_their_corrected_start() -> None:
    bag = [hl7("O1", given("10:00", drugs=[name]), "10:01") for name in ("ceftriaxone", "cefepime")]
    moved = [
        hl7("O1", given("10:20", drugs=[name]), "10:30", action=Action.UPDATE) for name in ("ceftriaxone", "cefepime")
    ]
    assert [fact.start for fact in facts(*bag, *moved)] == [at("10:20"), at("10:20")]


def test_a_correction_of_several_stays_apart_and_is_asked_about() -> None:
    doses = [hl7("O1", given(start), start) for start in ("08:00", "12:00")]
    for action in (Action.UPDATE, Action.DELETE):
        stray = hl7("O1", given("09:00"), "13:00", action=action)
        found = linked(*doses, stray)
        statuses = {fact.start: fact.status for fact in found.patients[PATIENT].administrations}
        assert statuses == {at("08:00"): COMPLETED, at("12:00"): COMPLETED, at("09:00"): UNKNOWN}
        assert [conflict.kind for conflict in found.conflicts] == [UNCLEAR_CORRECTION]


def test_a_correction_reaches_no_later_administration_and_none_beyond_a_day() -> None:
    withdrawn = hl7("O1", given("09:00", status=ERROR), "09:30", action=Action.DELETE)
    assert len(facts(withdrawn, hl7("O1", given("10:00"), "10:01"))) == 2
    old = given("10:00")
    old = replace(old, start=at("10:00") - timedelta(days=2))
    assert len(facts(withdrawn, hl7("O1", old, "08:00"))) == 2


def test_a_deletion_alone_leaves_nothing_to_bill() -> None:
    assert only(hl7("O1", given("10:00", "11:00"), "11:01", action=Action.DELETE)).status is ERROR


def test_fhir_and_hl7_link_by_order_and_start() -> None:
    resource = fhir("a", given("10:00", "11:00", drugs=["rx-1"]), "11:01", order="O1")
    message = hl7("O1", given("10:00", "11:00", drugs=["ceftriaxone"]), "11:01")
    assert only(message, resource).key == "fhir|MedicationAdministration/a"
    assert len(facts(resource, hl7("O1", given("10:02"), "10:03"))) == 2


def test_fhir_and_hl7_link_by_drug_where_the_order_has_several() -> None:
    drugs = ("ceftriaxone", "cefepime")
    resources = [fhir(name, given("10:00", drugs=[name]), "10:01", order="O1") for name in drugs]
    messages = [hl7("O1", given("10:00", "11:00", drugs=[name]), "11:01") for name in drugs]
    found = facts(*resources, *messages)
    assert [(fact.key, fact.end) for fact in found] == [
        (f"fhir|MedicationAdministration/{name}", at("11:00")) for name in sorted(drugs)
    ]


def test_feeds_that_cut_a_mixture_differently_are_held() -> None:
    resource = fhir("a", given("10:00", drugs=["ceftriaxone", "cefepime"]), "10:01", order="O1")
    messages = [hl7("O1", given("10:00", drugs=[name]), "10:01") for name in ("ceftriaxone", "cefepime")]
    found = linked(resource, *messages)
    assert {fact.status for fact in found.patients[PATIENT].administrations} == {UNKNOWN}
    assert {conflict.kind for conflict in found.conflicts} == {UNCLEAR_FEED}


def test_one_order_and_start_under_two_patients_holds_both() -> None:
    mine, theirs = hl7("O1", given("10:00"), "10:01"), hl7("O1", given("10:00"), "10:05", patient=STRANGER)
    found = linked(mine, theirs)
    both = [fact for patient in (PATIENT, STRANGER) for fact in found.patients[patient].administrations]
    assert [fact.status for fact in both] == [UNKNOWN, UNKNOWN]
    assert len({fact.key for fact in both}) == 2
    assert [conflict.kind for conflict in found.conflicts] == [TWO_PATIENTS]


def test_what_was_charted_on_the_wrong_patient_and_withdrawn_goes_to_the_right_one() -> None:
    wrong = hl7("O1", given("10:00"), "10:01")
    withdrawn = hl7("O1", given("10:00", status=ERROR), "10:02", action=Action.DELETE)
    right = hl7("O1", given("10:00"), "10:03", patient=STRANGER)
    found = linked(wrong, withdrawn, right)
    assert found.conflicts == ()
    assert found.patients[STRANGER].administrations[0].key == only(wrong).key


def test_a_resource_filed_under_another_patient_moves() -> None:
    found = linked(fhir("a", given("10:00"), "10:01"), fhir("a", given("10:00"), "10:02", patient=STRANGER))
    assert found.patients[PATIENT].administrations == ()
    assert len(found.patients[STRANGER].administrations) == 1


# --- encounters and names --------------------------------------------------------------------------------------------


def test_an_encounter_is_found_under_any_of_its_names() -> None:
    resource = visit("e1", "09:00", identifiers=("fhir|Encounter/e1", "VN|77"))
    message = visit("", "09:05", PatientClass.UNKNOWN, source=HL7, whole=False, identifiers=("VN|77",))
    found = linked(resource, message, hl7("O1", given("10:00", encounter="VN|77"), "10:01")).patients[PATIENT]
    (encounter,) = found.encounters
    assert (encounter.key, encounter.patient_class) == ("fhir|Encounter/e1", PatientClass.OUTPATIENT)
    assert found.administrations[0].encounter == "fhir|Encounter/e1"


def test_a_visit_number_holds_within_its_patient() -> None:
    number: dict[str, Any] = {"source": HL7, "whole": False, "identifiers": ("VN|77",)}
    found = linked(visit("", "09:00", **number), visit("", "09:00", patient=STRANGER, **number))
    assert [len(found.patients[patient].encounters) for patient in (PATIENT, STRANGER)] == [1, 1]


def test_an_unknown_encounter_keeps_the_senders_word_for_it() -> None:
    assert only(fhir("a", given("10:00"), "10:01")).encounter == "fhir|Encounter/e1"


@pytest.mark.parametrize(
    ("tellings", "references"),
    [
        ([fhir("a", given("10:00"), "10:01")], [Reference(reference="MedicationAdministration/a")]),
        (
            [hl7("O1", given("10:00"), "10:01"), hl7("O1", given("10:20"), "10:30", action=Action.UPDATE)],
            [Reference(system="urn:hangtime:hl7v2-administration", value="O1|2026-03-03T10:00Z|ceftriaxone")],
        ),
        (
            [fhir("a", given("10:00", references=(Reference("MedicationAdministration/a", "urn:mar", "7"),)), "10:01")],
            [Reference("MedicationAdministration/a", "urn:mar", "7")],
        ),
    ],
)
def test_a_fact_is_named_as_its_senders_name_it(tellings: list[Telling], references: list[Reference]) -> None:
    assert list(only(*tellings).references) == references


# --- properties ------------------------------------------------------------------------------------------------------

TIMES = st.sampled_from(["08:00", "08:20", "09:00", "12:00", None])
ACTIONS = st.sampled_from(list(Action))
DRUGS = st.sampled_from([("ceftriaxone",), ("cefepime",), ("ceftriaxone", "cefepime")])
PATIENTS = st.sampled_from([PATIENT, STRANGER])
ORDERS = st.sampled_from(["O1", "O2", None])
STATUSES = st.sampled_from([COMPLETED, ERROR, AdministrationStatus.IN_PROGRESS])


@st.composite
def any_telling(draw: st.DrawFn) -> Telling:
    kind = draw(st.sampled_from(["fhir", "fhir", "hl7", "hl7", "hl7", "visit"]))
    asserted, patient = draw(TIMES), draw(PATIENTS)
    if kind == "visit":
        names = draw(st.lists(st.sampled_from(["fhir|Encounter/e1", "VN|1", "VN|2"]), min_size=1, unique=True))
        return visit("", asserted, draw(st.sampled_from(list(PatientClass))), patient=patient, identifiers=tuple(names))
    fact = given(draw(TIMES), draw(TIMES), draw(DRUGS), status=draw(STATUSES), route=draw(st.sampled_from(Route)))
    fact = replace(fact, encounter=draw(st.sampled_from(["VN|1", "VN|2"])))
    ignored = draw(st.sampled_from([None, None, "oral route"]))
    common: dict[str, Any] = {"patient": patient, "action": draw(ACTIONS), "ignored": ignored}
    if kind == "fhir":
        return fhir(draw(st.sampled_from("ab")), fact, asserted, order=draw(ORDERS), **common)
    cleared = draw(st.sampled_from([frozenset[str](), frozenset({"end"})]))
    message_id = draw(st.sampled_from([None, "M1", "M2"]))
    return hl7(draw(ORDERS), fact, asserted, message_id=message_id, cleared=cleared, **common)


@settings(max_examples=400, deadline=None, derandomize=True)
@for_all(st.lists(any_telling(), max_size=12), st.randoms(use_true_random=False))
def test_no_permutation_and_no_repeat_changes_what_is_linked(tellings: list[Telling], chance: Random) -> None:
    heard = stored(tellings)
    calm = link(heard)
    storm = [*heard, *heard[: len(heard) // 2]]
    chance.shuffle(storm)
    assert link(storm) == calm  # 1. and 2.
    marks = {(one.telling.kind, one.telling.digest) for one in heard if one.telling.kind == "administration"}
    grouped = [(one.telling.kind, one.telling.digest) for group in calm.tellings.values() for one in group]
    assert sorted(grouped) == sorted(marks - calm.repeated)  # 3.
    everything = [fact.key for patient in calm.patients.values() for fact in patient.administrations]
    assert sorted(everything) == sorted(calm.tellings)
