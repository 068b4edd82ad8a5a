"""Every golden case told in FHIR R4 comes out as it does told in YAML: read, linked, coded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from coder.charges import Charge, CodedVisit
from coder.coding import code
from coder.facts import PatientFacts
from ledger.linking import link
from ledger.stored import Position, StoredTelling
from mappers.cases import Case
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from mappers.tables import load_tables
from mappers.telling import Telling
from tests.fhir_bundles import bundle_of
from tests.test_cases import CASES

TABLES = load_tables()
Line = tuple[object, ...]


def heard(case: Case) -> PatientFacts:
    """The facts of the case after they were told in FHIR."""
    zone = cast(ZoneInfo, case.policy.zone)
    raw = json.dumps(bundle_of(case.facts)).encode()
    items = read(Record("case", 0, 0, raw), ReadingSettings(zone)).items
    assert [item for item in items if not isinstance(item, Telling)] == []
    tellings = [item for item in items if isinstance(item, Telling)]
    stored = [StoredTelling(telling, Position("case", 0, 0, place)) for place, telling in enumerate(tellings)]
    (facts,) = link(stored).patients.values()
    return facts


def lines(visits: Iterable[CodedVisit]) -> Counter[Line]:
    """What was billed, left out, asked and pointed out, without the names of anything."""
    said: Counter[Line] = Counter()
    for visit in visits:
        said.update(map(_charge, visit.charges))
        said.update(("left out", left.because, left.code, left.minutes, left.says) for left in visit.not_billed)
        said.update(("asked", query.because, query.of, query.ask) for query in visit.queries)
        said.update(("pointed out", advisory.because, advisory.codes) for advisory in visit.advisories)
    return said


def _charge(charge: Charge) -> Line:
    counted = charge.minutes.counted if charge.minutes else None
    line = (charge.code, charge.modifiers, charge.units, charge.status, charge.because, counted)
    return (charge.key.service_date, *line)


def tellable(case: Case) -> bool:
    """Whether FHIR can tell it: its times carry their offset, so none of them has two readings."""
    return not any(one.later_start or one.later_end for one in case.facts.administrations)


TELLABLE = [(file, case) for file, case in CASES if tellable(case)]


@pytest.mark.parametrize(("file", "case"), TELLABLE, ids=[f"{file}: {case.name}" for file, case in TELLABLE])
def test_a_case_told_in_fhir_comes_out_the_same(file: str, case: Case) -> None:
    told = lines(code(heard(case), case.policies, case.tables(TABLES), case.as_of).visits)
    written = lines(code(case.facts, case.policies, case.tables(TABLES), case.as_of).visits)
    assert (told - written, written - told) == (Counter(), Counter())
