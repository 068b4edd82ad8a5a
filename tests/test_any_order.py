"""A day told in every order and in batches of every size: given, ordered, made up, and deleted."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from mappers.telling import Item
from tests.fhir_samples import Json, administration, bundle, encounter, reading
from tests.ledger_site import holds, opened_site
from tests.test_compositions import LATER, medication, pointing
from tests.test_deletions import deleted
from tests.test_orders import BY_NAME, order

SECOND: Json = {
    "id": "a2",
    "identifier": [{"system": "urn:mar", "value": "M-18"}],
    "effectivePeriod": {"start": "2026-03-03T10:00:00-06:00", "end": "2026-03-03T10:40:00-06:00"},
}
STOPPED: Json = {"meta": {"versionId": "9", "lastUpdated": "2026-03-03T19:00:00Z"}, "status": "stopped"}
OF_ANOTHER = administration(id="b1", identifier=None, request=None, subject={"reference": "Patient/p2"})
DAYS: dict[str, list[Json]] = {
    "ordered and pointing": [
        encounter(),
        pointing(**BY_NAME),
        pointing(**BY_NAME, **SECOND),
        medication(),
        medication(meta=LATER, batch={"lotNumber": "L-8"}),
        order(),
        order(2, requester={"reference": "Practitioner/d2"}),
    ],
    "taken back": [
        encounter(),
        administration(**BY_NAME),
        bundle(administration(**BY_NAME, **SECOND), order()),
        order(2, status="cancelled"),
        deleted(),
        deleted("MedicationAdministration/b1"),
        OF_ANOTHER,
    ],
    "deleted and told again": [
        encounter(),
        pointing(),
        bundle(medication(), pointing(**SECOND)),
        deleted(),
        pointing(**STOPPED),
        deleted("MedicationRequest/r1"),
        order(),
    ],
}


def _items(document: Json) -> tuple[Item, ...]:
    return reading(document).items


def _told(documents: list[Json], chance: Random) -> tuple[Any, ...]:
    """What a site holds that is told these in batches of any size, some of it twice."""
    left = [*documents, chance.choice(documents)]
    with opened_site() as site:
        while left:
            size = chance.randint(1, 3)
            site.hear(*(_items(document) for document in left[:size]))
            left = left[size:]
        return holds(site)


@pytest.mark.parametrize("day", DAYS)
def test_a_day_comes_to_the_same_in_whatever_order_it_is_told(day: str) -> None:
    documents, chance = list(DAYS[day]), Random(day)
    expected = _told(documents, Random(0))
    assert expected[0]
    for _ in range(25):
        chance.shuffle(documents)
        assert _told(documents, chance) == expected
