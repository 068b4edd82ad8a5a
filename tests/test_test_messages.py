"""Messages marked as tests: they bill nothing, and nothing they say decides how a real visit is billed."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from coder.facts import PatientFacts
from ledger.linking import link
from mappers.telling import Telling
from tests.fhir_samples import Json, administration, encounter, resource, telling
from tests.hl7_samples import MSH, PID, PV1, RXA, RXR, tellings, with_field
from tests.told import stored

TESTED: Json = {"security": [{"code": "HTEST"}]}
CODED = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "L03.119"}]}


def facts(*told: Telling) -> PatientFacts:
    """What is known of the patient; the same in whatever order it was heard."""
    found = [link(stored(heard)).patients[told[0].patient] for heard in permutations(told)]
    assert all(one == found[0] for one in found)
    return found[0]


@pytest.mark.parametrize(
    ("kind", "said", "of"),
    [
        ("Condition", {"code": CODED}, "conditions"),
        ("Coverage", {"status": "active", "payor": [{"display": "Lake Plan"}]}, "coverages"),
        ("Procedure", {"status": "completed", "performedPeriod": {"start": "2026-03-03T09:00:00Z"}}, "procedures"),
        ("Encounter", {"status": "finished", "class": {"code": "IMP"}, "encounter": None}, "encounters"),
    ],
)
def test_what_only_a_test_tells_never_was(kind: str, said: dict[str, Any], of: str) -> None:
    real = telling(administration())
    meta = {"versionId": "1", "lastUpdated": "2026-03-03T08:00:00Z"}
    for tested in (False, True):
        about = telling(resource(kind, meta=meta | (TESTED if tested else {}), **said))
        (fact,) = getattr(facts(real, about), of)
        assert fact.cancelled is tested


def test_a_resource_that_turns_out_to_be_a_test_is_taken_back() -> None:
    real = encounter(id="e1", meta={"versionId": "1", "lastUpdated": "2026-03-03T08:00:00Z"})
    tested = {"meta": {"versionId": "9", "lastUpdated": "2026-03-03T09:00:00Z"} | TESTED}
    given = telling(administration())
    assert [one.cancelled for one in facts(given, telling(real)).encounters] == [False]
    assert [one.cancelled for one in facts(given, telling(real), telling(real | tested)).encounters] == [True]


def test_a_training_message_states_nothing_of_a_real_visit() -> None:
    """The classroom's message bears the number of a real visit."""
    real = tellings(MSH, PID, PV1, RXA, RXR)
    heading = with_field(with_field(MSH, 11, "T"), 7, "20260303110000")
    training = tellings(heading, with_field(PID, 7, "19300101"), with_field(PV1, 2, "I"), RXA, RXR)
    assert {one.ignored for one in training} == {"test message"}
    alone, mixed = facts(*real), facts(*real, *training)
    assert (mixed.encounters, mixed.born) == (alone.encounters, alone.born)
