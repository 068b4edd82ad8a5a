"""Leases on what a target wants: one holder per patient, fenced, taken over, doubted, given back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ledger import rows
from ledger.bodies import CHARGE
from ledger.dead_letters import notices, settle_letters
from ledger.delivery import REQUEST_SECONDS_MOST, Backlog, backlog, deliver_again, keep_partitions, note_waiting, renew
from ledger.reading_back import mark_delivered, undelivered
from ledger.rows import time_text
from ledger.settling import Delivered, Held, Outcome, Postponed, Refused, Released, settle
from tests.owing import NOON, TARGET, Owing, charge_of, owing


@pytest.fixture
def site() -> Iterator[Owing]:
    with owing() as site:
        yield site


def refusal(owed: object, said: str = "no such code") -> Refused:
    return Refused(owed, "ChargeItem.code", said, "a ChargeItem that the server takes", b"{}")  # type: ignore[arg-type]


# --- who holds what --------------------------------------------------------------------------------------------------


def test_a_claim_takes_all_due_charges_of_a_patient_and_nobody_else_gets_any(site: Owing) -> None:
    for identity, patient in [("a", "p1"), ("b", "p2"), ("c", "p1")]:
        site.want(identity, patient)
    claims = site.claim()
    assert [(claimed.patient, [owed.identity for owed in claimed.items]) for claimed in claims] == [
        ("p1", ["a", "c"]),
        ("p2", ["b"]),
    ]
    site.want("d", "p1")
    assert site.claim("other") == ()


def test_those_who_have_waited_longest_come_first(site: Owing) -> None:
    for number in range(5):
        site.want(f"c{number}", f"p{9 - number}")
        note_waiting(site.ledger, TARGET, site.now)
        site.passes(1)
    assert [claimed.patient for claimed in site.claim(limit=2)] == ["p8", "p9"]
    assert [claimed.patient for claimed in site.claim(limit=2)] == ["p6", "p7"]


def test_withdrawals_come_before_additions_of_the_same_posting_and_postings_in_order(site: Owing) -> None:
    site.want("later", "p1")
    site.postings = 0
    site.want("added", "p1")
    site.postings = 0
    site.want("withdrawn", "p1", "entered-in-error")
    site.postings = 4
    site.want("later", "p1")
    (claimed,) = site.claim()
    assert [owed.identity for owed in claimed.items] == ["withdrawn", "added", "later"]
    assert [owed.withdrawn for owed in claimed.items] == [True, False, False]


def test_only_the_newest_version_is_delivered(site: Owing) -> None:
    for _ in range(3):
        site.want("a")
    owed = site.claim_one()
    assert owed.version.version == 3
    site.want("a")
    settle(site.ledger, [Delivered(owed)])
    assert site.delivered() == {"a": 3}
    again = site.claim_one()
    assert again.version.version == 4
    settle(site.ledger, [Delivered(again)])
    assert site.claim() == ()


def test_a_charge_that_moves_to_another_patient_stays_with_its_holder(site: Owing) -> None:
    site.want("a", "p1")
    owed = site.claim_one()
    site.want("a", "p2")
    site.want("b", "p2")
    assert site.claim("other") == ()
    settle(site.ledger, [Delivered(owed)])
    ((a, b),) = (claimed.items for claimed in site.claim("other"))
    assert (a.identity, a.version.version, b.identity) == ("a", 2, "b")


def test_targets_do_not_share_leases(site: Owing) -> None:
    site.want("a")
    site.target = "other"
    site.versions = {}
    with site.ledger.transaction() as connection:
        rows.want(connection, [("other", "a", 1)])
    assert site.claim_one().target == "other"
    site.target = TARGET
    assert site.claim_one().target == TARGET


# --- late wakers -----------------------------------------------------------------------------------------------------


def test_a_lease_that_ran_out_is_taken_over_and_its_old_holder_changes_nothing(site: Owing) -> None:
    site.want("a")
    late = site.claim_one("late")
    site.passes(11)
    taken = site.claim_one("next")
    assert settle(site.ledger, [Delivered(late)]) == 1
    assert site.delivered() == {"a": 0}
    assert settle(site.ledger, [Delivered(taken)]) == 0
    assert site.delivered() == {"a": 1}


def test_what_is_taken_over_is_delivered_again_once_the_old_request_is_over(site: Owing) -> None:
    site.want("a")
    site.claim_one("late")
    site.passes(11)
    settle(site.ledger, [Delivered(site.claim_one("next"))])
    assert site.claim() == ()
    site.passes(REQUEST_SECONDS_MOST)
    assert backlog(site.ledger, TARGET).undelivered == 0
    settle(site.ledger, [Delivered(site.claim_one("next"))])
    site.passes(1000)
    assert site.claim() == ()


def test_a_late_waker_that_sent_an_old_version_has_the_newest_sent_again(site: Owing) -> None:
    site.want("a")
    late = site.claim_one("late")
    site.passes(11)
    settle(site.ledger, [Delivered(site.claim_one("next"))])
    site.passes(1000)
    settle(site.ledger, [Delivered(site.claim_one("next"))])
    assert site.claim() == ()
    settle(site.ledger, [Delivered(late)])
    assert site.claim_one("next").version.version == 1


@pytest.mark.parametrize("made", [Released, Held, refusal])
def test_a_late_waker_that_sent_nothing_changes_nothing(site: Owing, made: type[Released]) -> None:
    site.want("a")
    late = site.claim_one("late")
    site.passes(11)
    taken = site.claim_one("next")
    settle(site.ledger, [Delivered(taken)])
    before = site.row("a")
    assert settle(site.ledger, [made(late)]) == 1
    assert site.row("a") == before
    assert site.letters() == []


def test_a_renewed_lease_holds_and_one_that_ran_out_is_not_renewed(site: Owing) -> None:
    site.want("a")
    site.claim_one("me")
    for _ in range(3):
        site.passes(8)
        renew(site.ledger, TARGET, "me", site.now, 10)
        assert site.claim("other") == ()
    renew(site.ledger, TARGET, "other", site.now, 1000)
    site.passes(11)
    renew(site.ledger, TARGET, "me", site.now, 10)
    assert len(site.claim("other")) == 1


# --- outcomes --------------------------------------------------------------------------------------------------------


def test_what_is_postponed_waits_and_counts_its_attempts(site: Owing) -> None:
    site.want("a")
    settle(site.ledger, [Postponed(site.claim_one(), site.now + timedelta(seconds=30))])
    site.passes(29)
    assert site.claim() == ()
    site.passes(1)
    owed = site.claim_one()
    assert owed.attempts == 1
    settle(site.ledger, [Delivered(owed)])
    assert site.row("a")["attempts"] == 0


def test_a_newer_version_does_not_wait_for_a_postponed_one(site: Owing) -> None:
    site.want("a")
    owed = site.claim_one()
    site.want("a")
    settle(site.ledger, [Postponed(owed, site.now + timedelta(hours=1))])
    assert site.claim_one().version.version == 2


def test_a_request_in_doubt_has_the_newest_version_delivered_once_more_later(site: Owing) -> None:
    site.want("a")
    doubt_until = site.now + timedelta(seconds=30)
    settle(site.ledger, [Released(site.claim_one(), doubt_until)])
    settle(site.ledger, [Delivered(site.claim_one())])
    assert site.claim() == ()
    site.passes(30)
    settle(site.ledger, [Delivered(site.claim_one())])
    site.passes(1000)
    assert site.claim() == ()


@pytest.mark.parametrize("first_seconds", [10, 60])
def test_the_later_of_two_doubts_counts(site: Owing, first_seconds: int) -> None:
    site.want("a")
    settle(site.ledger, [Released(site.claim_one(), site.now + timedelta(seconds=first_seconds))])
    settle(site.ledger, [Postponed(site.claim_one(), site.now, site.now + timedelta(seconds=30))])
    assert site.row("a")["doubt_until"] == time_text(NOON + timedelta(seconds=max(first_seconds, 30)))


@pytest.mark.parametrize("stopping", [Held, refusal])
def test_what_is_stopped_stays_until_a_newer_version_is_wanted(site: Owing, stopping: type[Held]) -> None:
    site.want("a")
    settle(site.ledger, [stopping(site.claim_one())])
    site.passes(10_000)
    assert site.claim() == ()
    site.want("a")
    owed = site.claim_one()
    assert owed.version.version == 2
    site.want("a")
    settle(site.ledger, [stopping(owed)])
    assert site.claim_one().version.version == 3


def test_what_is_refused_is_a_dead_letter_and_can_be_sent_again(site: Owing) -> None:
    site.want("a")
    settle(site.ledger, [refusal(site.claim_one(), "a diagnosis")])
    (letter,) = site.letters()
    assert (letter.source, letter.position, letter.path, letter.said) == (
        "target:ehr", "a:1", "ChargeItem.code", "a diagnosis",
    )  # fmt: skip
    assert not deliver_again(site.ledger, TARGET, "b")
    assert deliver_again(site.ledger, TARGET, "a")
    assert not deliver_again(site.ledger, TARGET, "a")
    assert site.claim_one().version.version == 1


def test_what_is_refused_once_more_after_it_was_settled_stands_again(site: Owing) -> None:
    site.want("a")
    for _ in range(2):
        settle(site.ledger, [refusal(site.claim_one())])
        (kept,) = notices(site.ledger, settled=False)
        assert deliver_again(site.ledger, TARGET, "a")
        settle_letters(site.ledger, [kept.id], site.now)
    assert len(list(notices(site.ledger, settled=True))) == 2


def test_outcomes_are_written_whole_or_not_at_all(site: Owing) -> None:
    site.want("a", "p1")
    site.want("b", "p2")
    a, b = (claimed.items[0] for claimed in site.claim())
    outcomes: list[Outcome] = [Delivered(a), refusal(b, said=object())]  # type: ignore[arg-type]
    with pytest.raises(Exception, match="supported"):
        settle(site.ledger, outcomes)
    assert site.delivered() == {"a": 0, "b": 0}


# --- partitions, counts, and the targets that take no lease ----------------------------------------------------------


def test_a_charge_keeps_its_first_partition(site: Owing) -> None:
    site.want("a")
    owed = site.claim_one()
    keep_partitions(site.ledger, [(owed, 3)])
    keep_partitions(site.ledger, [(owed, 5)])
    settle(site.ledger, [Delivered(owed)])
    site.want("a", "p2")
    assert site.claim_one().partition == 3


def test_the_backlog_counts_what_waits_and_since_when(site: Owing) -> None:
    assert backlog(site.ledger, TARGET) == Backlog(0, None, 0, 0)
    for identity in "abcd":
        site.want(identity, identity)
    note_waiting(site.ledger, TARGET, site.now)
    site.passes(60)
    site.want("a", "a")
    a, b, c, _ = (claimed.items[0] for claimed in site.claim())
    settle(site.ledger, [Delivered(a), Held(b), refusal(c)])
    assert backlog(site.ledger, TARGET) == Backlog(1, NOON, 1, 1)
    site.want("a", "a")
    note_waiting(site.ledger, TARGET, site.now)
    assert site.row("a")["since"] == time_text(site.now)


def test_a_target_that_takes_no_leases_leaves_nothing_due(site: Owing) -> None:
    site.want("a")
    mark_delivered(site.ledger, TARGET, list(undelivered(site.ledger, TARGET)))
    assert site.claim() == ()
    assert site.row("a")["due_at"] is None


def test_a_revision_is_delivered_in_its_newest_wording(site: Owing) -> None:
    site.want("a", text="old")
    with site.ledger.transaction() as connection:
        body = CHARGE.dump(charge_of("p1", "new"))
        connection.execute("UPDATE charge_version SET revision = 0")
        connection.execute(
            "INSERT INTO charge_version SELECT identity, version, 1, status, patient, posting, rule_set, caused_by, ?"
            " FROM charge_version",
            (body,),
        )
    assert site.claim_one().version.charge.label == "new"


def test_what_was_delivered_long_ago_costs_a_claim_nothing(site: Owing) -> None:
    """Counted in SQLite's own steps, so that it is the same on every machine."""

    def steps_of_a_claim() -> int:
        counted = [0]

        def step() -> None:
            counted[0] += 1

        for number in range(20):
            site.want(f"new{number}", f"p{number}")
        site.ledger.writer.set_progress_handler(step, 10)
        claims = site.claim(limit=100)
        site.ledger.writer.set_progress_handler(None, 0)
        settle(site.ledger, [Delivered(owed) for claimed in claims for owed in claimed.items])
        return counted[0]

    few = steps_of_a_claim()
    for number in range(1000):
        site.want(f"old{number}", f"o{number}")
    settle(site.ledger, [Delivered(owed) for claimed in site.claim(limit=2000) for owed in claimed.items])
    assert steps_of_a_claim() < 2 * few
