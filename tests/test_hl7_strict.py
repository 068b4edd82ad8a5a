"""The strict lane: when it is asked, what it says, and that it never stands in the way of a reading."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from coder.facts import Administration
from mappers.conformance import Conformance
from mappers.hl7.strict import diagnosis, known_version
from mappers.reading import read
from mappers.record import Record
from mappers.telling import Telling
from tests.hl7_samples import MSH, ORC, PID, RXA, RXR, SETTINGS, ras, with_field


def objections(conformance: Conformance, *values: bytes) -> list[str | None]:
    settings = replace(SETTINGS, conformance={"mar": conformance})
    return [read(Record("mar", 0, 0, value), settings).objection for value in values]


BROKEN = ras(with_field(MSH, 2, "^~~&"), PID, ORC, RXA, RXR)


def test_off_asks_nobody_and_every_asks_always() -> None:
    assert objections(Conformance.OFF, BROKEN) == [None]
    assert objections(Conformance.EVERY, BROKEN) == ["MSH-2: not encoding characters"]
    assert objections(Conformance.EVERY, ras(MSH, PID, ORC, RXA, RXR)) == [None]


def test_only_the_sources_named_are_judged() -> None:
    settings = replace(SETTINGS, conformance={"another": Conformance.EVERY})
    assert read(Record("mar", 0, 0, BROKEN), settings).objection is None


def test_nothing_else_than_hl7_is_judged() -> None:
    assert objections(Conformance.EVERY, b'{"resourceType":"Patient"}', b"no message", b"") == [None, None, None]


def test_a_sample_is_chosen_by_the_bytes() -> None:
    values = [ras(with_field(MSH, 10, str(number)), PID, ORC, RXA, RXR) for number in range(2000)]
    chosen = [Conformance.SAMPLED.judges(value) for value in values]
    assert 5 < sum(chosen) < 60
    assert chosen == [Conformance.SAMPLED.judges(value) for value in values]


def test_an_objection_refuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mappers.hl7.strict.diagnosis", lambda value: "RXA[1]: child not valid")
    reading = read(
        Record("mar", 0, 0, ras(MSH, PID, ORC, RXA, RXR)), replace(SETTINGS, conformance={"mar": Conformance.EVERY})
    )
    assert reading.objection == "RXA[1]: child not valid"
    assert isinstance(reading.items[0], Telling)


def test_a_diagnosis_names_the_place_and_none_of_what_is_said_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from mappers.hl7 import strict

    class ChildNotValidError(Exception):
        pass

    def refuse(segment: object, version: str, characters: object) -> None:
        if getattr(segment, "name", "") == "RXA":
            raise ChildNotValidError("dalbavancin")

    monkeypatch.setattr(strict, "parsed", refuse)
    assert diagnosis(ras(MSH, PID, ORC, RXA, RXA, RXR)) == "RXA[1]: child not valid error"


@pytest.mark.parametrize(
    "value", [b"MSH", BROKEN, ras(with_field(MSH, 12, "x"), PID), ras(with_field(MSH, 18, "ODD"), "é")]
)
def test_what_cannot_be_parsed_is_its_own_diagnosis(value: bytes) -> None:
    assert (diagnosis(value) or "").startswith("MSH-")


@pytest.mark.parametrize(
    ("said", "known"), [("2.5.1", "2.5.1"), ("2.2", "2.3"), ("2.9.1", "2.8.2"), ("2.5.2", "2.5.1"), ("x", "2.3")]
)
def test_the_version_hl7apy_is_told(said: str, known: str) -> None:
    assert known_version(said) == known


def test_reading_does_not_load_the_strict_lane() -> None:
    """hl7apy takes a fifth of a second to load; a fresh process that reads has no need of it."""
    import subprocess
    import sys

    words = "import sys; from mappers.reading import read; print('hl7apy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    assert done.stdout.strip() == "False"


def test_two_messages_tell_one_administration() -> None:
    """A start, and its completion later: the same order and start, from which the ledger knows them as one."""
    running = ras(MSH, PID, with_field(ORC, 5, "IP"), with_field(with_field(RXA, 4, ""), 20, ""), RXR)
    finished = ras(with_field(MSH, 10, "CTRL-2"), PID, with_field(ORC, 5, "CM"), RXA, RXR)
    one, other = (read(Record("mar", 0, 0, value), SETTINGS).items[0] for value in (running, finished))
    assert isinstance(one, Telling)
    assert isinstance(other, Telling)
    assert (one.order, one.start, one.patient) == (other.order, other.start, other.patient)
    assert isinstance(one.fact, Administration)
    assert isinstance(other.fact, Administration)
    assert one.fact.end is None
    assert other.fact.end is not None
